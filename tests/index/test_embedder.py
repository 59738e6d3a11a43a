"""The bundled encoder and the static one: what their vectors are, and what they say when broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embedder import STATIC_MODEL, Embedder, load_embedder, search_vector
from index.encoders.bundled import FOLDER, STAMP, weights
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


@pytest.fixture(scope="module")
def static() -> Embedder:
    return load_embedder("static")


@pytest.mark.parametrize("name", ["bundled", "static"])
def test_rows_are_unit_and_float32(name: str) -> None:
    embedder = load_embedder(name)
    for rows in (embedder.encode_documents(TEXTS), embedder.encode_queries(TEXTS)):
        assert rows.shape == (len(TEXTS), embedder.dimensions)
        assert rows.dtype == np.float32
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert embedder.encode_documents([]).shape == (0, embedder.dimensions)
    assert embedder.encode_queries([]).shape == (0, embedder.dimensions)


def test_a_text_has_the_same_vector_whatever_is_encoded_with_it(bundled: Embedder) -> None:
    long = "The river rose over night. " * 60
    together = bundled.encode_documents([long, *TEXTS])[1:]
    alone = np.vstack([bundled.encode_documents([text]) for text in TEXTS])
    assert np.array_equal(together, alone)


def test_questions_and_documents_are_told_apart(bundled: Embedder) -> None:
    asked, told = bundled.encode_queries(TEXTS), bundled.encode_documents(TEXTS)
    assert not np.allclose(asked, told, atol=1e-3)


def test_an_empty_text_has_a_vector_too_and_the_static_one_is_of_zeros(
    bundled: Embedder, static: Embedder
) -> None:
    rows = bundled.encode_documents(["", "☃ …"])
    assert np.isfinite(rows).all()
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert not static.encode_documents(["", "☃ …"]).any()


def test_what_is_longer_than_the_model_reads_is_cut_and_the_static_one_reads_all(
    bundled: Embedder, static: Embedder
) -> None:
    start = "The river rose over night. " * 400
    texts = [start, start + "Volcano, earthquake and drought. " * 400]
    cut, whole = bundled.encode_documents(texts), static.encode_documents(texts)
    assert np.allclose(cut[0], cut[1], atol=1e-5) and whole[0] @ whole[1] < 0.99


def test_translations_lie_nearer_than_other_sentences(bundled: Embedder) -> None:
    english = bundled.encode_queries(["The bridge is closed for repair.", "She teaches music."])
    others = (
        ("大桥因维修而关闭。", "她教音乐。"),
        ("El puente está cerrado.", "Ella enseña música."),
    )
    for first, second in others:
        scores = english @ bundled.encode_documents([first, second]).T
        assert scores[0, 0] > scores[0, 1]
        assert scores[1, 1] > scores[1, 0]


def test_a_search_favours_no_language(bundled: Embedder) -> None:
    question = bundled.encode_queries(["When does the swimming pool open?"])[0]
    told = bundled.encode_documents(["游泳池每天早上九点开门。", "The library closes at noon."])
    plain, searched = told @ question, told @ search_vector(bundled, question)
    assert searched[0] - searched[1] > plain[0] - plain[1]
    assert searched[0] > searched[1]


def test_the_directions_of_languages_are_orthonormal() -> None:
    axes = weights().language_axes
    assert len(axes) >= 11
    assert np.allclose(axes @ axes.T, np.eye(len(axes)), atol=2e-3)


def test_other_models_are_searched_by_the_question_itself(
    tmp_path: Path, static: Embedder, bundled: Embedder
) -> None:
    row = static.encode_queries(["水"])[0]
    assert np.array_equal(search_vector(static, row), row)
    for path in FOLDER.iterdir():
        if path.name != "languages.npy":
            (tmp_path / path.name).symlink_to(path)
    row = bundled.encode_queries(["水"])[0]
    assert np.allclose(search_vector(load_embedder(str(tmp_path)), row), row, atol=1e-6)


def test_the_name_is_that_of_the_files() -> None:
    assert weights().fingerprint() == STAMP, "STAMP in index/encoders/bundled.py is of older files"


def test_the_models_fit_their_budget() -> None:
    sizes = {
        folder.name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for folder in (ROOT / "models").iterdir()
    }
    assert sizes["multilingual-e5-small"] <= 75_000_000
    assert sum(sizes.values()) <= 130_000_000


BROKEN = [
    *((FOLDER, "graph.onnx", content) for content in (None, b"", b"no model")),
    *((FOLDER, "weights.safetensors", content) for content in (None, b"", b"no model")),
    *((FOLDER, "tokenizer.json", content) for content in (None, b"", b"no model")),
    *((STATIC_MODEL, file, b"no model") for file in ("model.safetensors", "tokenizer.json")),
]


@pytest.mark.parametrize(("folder", "file", "content"), BROKEN)
def test_a_damaged_model_is_one_sentence(
    tmp_path: Path, folder: Path, file: str, content: bytes | None
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        if path.name != file:
            (copy / path.name).symlink_to(path)
    if content is not None:
        (copy / file).write_bytes(content)
    with pytest.raises(ModelUnusable) as caught:
        load_embedder(str(copy)).encode_queries(["水"])
    assert str(copy) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "EMBEDDING_MODEL" in caught.value.localize("zh")


def test_a_folder_with_the_bundled_model_needs_no_torch_either(
    tmp_path: Path, bundled: Embedder
) -> None:
    copy = tmp_path / "copy"
    copy.symlink_to(FOLDER)
    moved = load_embedder(str(copy))
    assert moved.name == f"{copy}@{STAMP}"
    assert np.array_equal(moved.encode_queries(TEXTS[:1]), bundled.encode_queries(TEXTS[:1]))


def test_traditional_and_full_width_text_has_the_static_vector_of_the_plain_one(
    static: Embedder,
) -> None:
    rows = static.encode_documents(TEXTS + ["a full-width cafe"])
    assert np.allclose(rows[1], rows[2], atol=1e-6)
    assert np.allclose(rows[3], rows[4], atol=1e-6)


def test_a_static_name_follows_the_content_of_the_model(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(STATIC_MODEL, copy)
    before = load_embedder(str(copy)).name
    assert before.rpartition("@")[2] == load_embedder("static").name.rpartition("@")[2]
    tokenizer = json.loads((copy / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["normalizer"] = None
    (copy / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    assert load_embedder(str(copy)).name != before
