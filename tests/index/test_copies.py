"""Reprints find each other; articles that only share a subject do not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.library import Library
from index.pipeline import reindex
from index.store.copies import ALIKE, bands, likeness, signature
from tests.fakes import HashEmbedder, write_articles

STORY = (
    "The harbour was closed on Tuesday after the night's storm. Four ferries stayed at their "
    "piers until noon, and some two hundred passengers waited in the old customs hall. "
    "The harbour master said that the lamps on the eastern mole had gone out. "
    "By the evening all four ferries were running again."
)
NEWS = (
    "昨夜的暴风雨过后，港口于星期二关闭。四艘渡轮一直停靠到中午，约两百名旅客在旧海关大厅等候。"
    "港务长说，东防波堤上的灯熄灭了。到了晚上，四艘渡轮全部恢复航行，旅客陆续离开。"
)


def test_reprint_with_small_changes_is_alike() -> None:
    for text, small in ((STORY, STORY.replace("Tuesday", "Monday")), (NEWS, NEWS[:-8])):
        assert likeness(signature(text), signature(small)) >= ALIKE
        assert set(bands(signature(text))) & set(bands(signature(small)))
    assert likeness(signature(NEWS), signature(STORY)) < 0.1


def test_scripts_width_and_layout_make_no_difference() -> None:
    traditional = "港務長說，東防波堤上的燈熄滅了，四艘渡輪恢復航行，旅客離開舊海關大廳，港口關閉。"
    simplified = "港务长说，东防波堤上的灯熄灭了，四艘渡轮恢复航行，旅客离开旧海关大厅，港口关闭。"
    traditional, simplified = traditional * 2, simplified * 2
    assert signature(traditional) == signature(simplified)
    assert signature(STORY) == signature(STORY.upper().replace(" ", "\n  "))


def test_short_texts_are_not_compared() -> None:
    assert signature("Closed.") == b""
    assert bands(b"") == []
    assert likeness(b"", b"") == 0.0


def test_estimate_is_near_the_true_share() -> None:
    chance = random.Random(4)
    letters = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(4000))

    def shingles(text: str) -> set[str]:
        return {text[n : n + 5] for n in range(len(text) - 4)}

    for cut in (3900, 3400, 2800, 1500):
        other = letters[:cut] + "".join(chance.choice("abcdefghij") for _ in range(4000 - cut))
        left, right = shingles(letters), shingles(other)
        true = len(left & right) / len(left | right)
        assert likeness(signature(letters), signature(other)) == pytest.approx(true, abs=0.17)


@given(st.text(max_size=200))
def test_any_text_can_be_signed(text: str) -> None:
    signed = signature(text)
    assert len(bands(signed)) == (12 if signed else 0)
    assert likeness(signed, signed) == (1.0 if signed else 0.0)
    assert all(-(2**63) <= band < 2**63 for band in bands(signed))


def test_library_names_the_reprints_of_an_article(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    reprint = STORY.replace("Tuesday", "Monday")
    write_articles(
        folder,
        {
            "a.md": ("Harbour closed", STORY),
            "b.md": ("Storm closes the harbour", reprint),
            "c.md": ("Harbour closed", STORY),
            "d.md": ("港口关闭", NEWS),
            "e.md": ("Harbour opened", "The harbour is open again, and the lamps are lit. " * 4),
        },
    )
    library = Library.open(tmp_path / "data", HashEmbedder())
    reindex(library, folder)
    ids = {entry.article.source: entry.article.id for entry in library.articles()}
    assert library.copies_of(ids["a.md"]) == [ids["b.md"], ids["c.md"]]
    assert library.copies_of(ids["b.md"]) == [ids["a.md"], ids["c.md"]]
    assert library.copies_of(ids["d.md"]) == library.copies_of(ids["e.md"]) == []
    assert library.copies_of("none") == []
    (folder / "c.md").unlink()
    write_articles(folder, {"b.md": ("Storm closes the harbour", "It was a quiet week. " * 9)})
    reindex(library, folder)
    assert library.copies_of(ids["a.md"]) == []
