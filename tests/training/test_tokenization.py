"""The parts of the training that decide how a text is read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import normalizers

from language.text import simplify

TRAINING = str(Path(__file__).resolve().parents[2] / "training")


@pytest.fixture(scope="module", autouse=True)
def _scripts_on_path() -> Iterator[None]:
    sys.path.insert(0, TRAINING)
    yield
    sys.path.remove(TRAINING)


@pytest.fixture(scope="module")
def folding() -> Any:
    import tokenization

    return tokenization.folding()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ＡＢＣ　１１０", "▁abc 110"),
        ("漢字轉換", "汉字转换"),
        ("Café É naïve", "▁cafe ▁e ▁naive"),
        ("Tom's dogs don't", "▁tom ▁dogs ▁dont"),
        ("使用Python编写", "使用▁python编写"),
        ("a\tb\nc", "▁a ▁b ▁c"),
        ("25th", "25▁th"),
    ],
)
def test_texts_are_folded(folding: Any, text: str, read: str) -> None:
    assert folding.normalize_str(text) == read


KEYS = st.characters(min_codepoint=0x21, max_codepoint=0x9FFF, exclude_characters="水")


@given(st.dictionaries(KEYS, st.text("abc", max_size=3), min_size=1, max_size=40))
def test_any_character_map_survives_its_binary_form(table: dict[str, str]) -> None:
    import charsmap

    normalizer = normalizers.Precompiled(charsmap.compile_charsmap(table))
    for key, value in table.items():
        assert normalizer.normalize_str(f"水{key}水") == f"水{value}水"


def test_unknown_han_characters_part_runs_and_lose_nothing_else() -> None:
    import tokenization

    tokens = ["[UNK]", "江", "河", "江河", "▁sea", "▁"]
    tokenizer = tokenization.build_tokenizer(tokens, tokenization.folding(set(tokens)))
    assert tokenizer.encode("江河龘江 Sea 龘河").tokens == ["江河", "江", "▁sea", "河"]


def test_markup_is_taken_off() -> None:
    import corpus

    text = "Call :meth:`~list.append`, ``x = 1`` or `the guide <https://example.org>`_ *now*::"
    assert corpus.strip_markup(text) == "Call list.append, x = 1 or the guide now"


def test_glosses_lose_pointers_asides_and_articles() -> None:
    import glosses

    assert glosses.clean_gloss("to seek; to strive for (sth)") == ["seek", "strive for"]
    assert glosses.clean_gloss("CL:個|个[ge4]") == []
    assert glosses.clean_gloss("the capital of X 某某|某某[mou3 mou3]") == ["capital of X"]


def test_forms_share_the_row_of_their_word_unless_they_live_alone() -> None:
    import lemmas

    counts = {"repair": 9, "repairs": 2, "build": 9, "building": 9, "children": 3, "child": 4}
    assert lemmas.base_form("repairs", counts, {}) == "repair"
    assert lemmas.base_form("building", counts, {"building": 4, "build": 3}) == "building"
    assert lemmas.base_form("children", counts, {}) == "child"


def test_alignment_finds_the_words_that_always_meet() -> None:
    import alignment
    import numpy as np

    random = np.random.default_rng(1)
    texts = [random.choice(np.arange(1, 9), 3, replace=False) for _ in range(300)]
    pairs = [(t.astype(np.int32), (t + 10).astype(np.int32), 1.0) for t in texts]
    best = alignment.align(pairs, 20).ranked(from_chinese=False, at_least=0.1)
    assert all(best[word][0][0] == word + 10 for word in range(1, 9))


def test_sharing_keeps_the_frequent_and_joins_the_alike() -> None:
    import numpy as np
    import sharing

    vectors = np.eye(6, dtype=np.float32)
    vectors[0] = 0
    vectors[5] = 2 * vectors[4] + 0.1 * vectors[3]
    owner, weights = sharing.share_rows(vectors, np.array([1, 5, 5, 5, 9, 1.0]), 5)
    assert owner.tolist() == [0, 1, 2, 3, 4, 4]
    assert weights[5] == pytest.approx(2, abs=0.05)
    with pytest.raises(ValueError, match="remain"):
        sharing.share_rows(vectors, np.ones(6), 2)


def test_simplified_is_what_the_index_calls_simplified(folding: Any) -> None:
    assert folding.normalize_str("發電廠") == simplify("發電廠")
