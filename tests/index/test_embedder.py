"""The two doors to a model: the bundled one on model2vec, any other through LangChain."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedder import BUNDLED_MODEL, Embedder, load_embedder
from index.errors import ModelUnusable

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "how many repair vehicles are on standby",
    "水厂昨晚检修了三台水泵。",
    "水廠昨晚檢修了三台水泵。",
    "Ａ　full-width CAFÉ",
]


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return load_embedder("bundled")


def test_bundled_rows_are_unit_and_float32(bundled: Embedder) -> None:
    rows = bundled.encode_documents(TEXTS)
    assert rows.shape == (len(TEXTS), bundled.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_bundled_encodes_questions_as_it_encodes_documents(bundled: Embedder) -> None:
    assert np.array_equal(bundled.encode_queries(TEXTS), bundled.encode_documents(TEXTS))


def test_traditional_and_full_width_text_has_the_vector_of_the_plain_one(
    bundled: Embedder,
) -> None:
    rows = bundled.encode_documents(TEXTS + ["a full-width cafe"])
    assert np.allclose(rows[1], rows[2], atol=1e-6)
    assert np.allclose(rows[3], rows[4], atol=1e-6)


def test_no_texts_give_no_rows(bundled: Embedder) -> None:
    assert bundled.encode_documents([]).shape == (0, bundled.dimensions)
    assert bundled.encode_queries([]).shape == (0, bundled.dimensions)


def test_text_without_words_gives_a_zero_row_and_no_warning(bundled: Embedder) -> None:
    rows = bundled.encode_documents(["", "☃ …"])
    assert not rows.any()


def test_a_long_passage_is_read_to_its_end(bundled: Embedder) -> None:
    start = "The river rose over night. " * 400
    rows = bundled.encode_documents([start, start + "Volcano, earthquake and drought. " * 400])
    assert rows[0] @ rows[1] < 0.99


def test_translations_lie_nearer_than_other_sentences(bundled: Embedder) -> None:
    english = bundled.encode_queries(["The bridge is closed for repair.", "She teaches music."])
    chinese = bundled.encode_documents(["大桥因维修而关闭。", "她教音乐。"])
    scores = english @ chinese.T
    assert scores[0, 0] > scores[0, 1]
    assert scores[1, 1] > scores[1, 0]


def test_bundled_model_needs_no_torch() -> None:
    code = (
        "import sys; from index.embedder import load_embedder;"
        "load_embedder('bundled').encode_queries(['水']);"
        "print([m for m in ('torch', 'transformers', 'langchain_core') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_models_folder_fits_its_budget() -> None:
    size = sum(path.stat().st_size for path in (ROOT / "models").rglob("*") if path.is_file())
    assert size <= 25_000_000


def test_name_follows_the_content_of_the_model(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(BUNDLED_MODEL, copy)
    before = load_embedder(str(copy)).name
    assert before.rpartition("@")[2] == load_embedder("bundled").name.rpartition("@")[2]
    tokenizer = json.loads((copy / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["normalizer"] = None
    (copy / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    assert load_embedder(str(copy)).name != before


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_static_model_is_one_sentence(tmp_path: Path, file: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(BUNDLED_MODEL, copy)
    (copy / file).write_bytes(b"no model")
    with pytest.raises(ModelUnusable) as caught:
        load_embedder(str(copy))
    assert "copy" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "EMBEDDING_MODEL" in caught.value.say("zh")
