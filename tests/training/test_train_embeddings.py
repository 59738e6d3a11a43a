"""The training script, run on a handful of made-up rows: does the recipe give a model?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedder import load_embedder

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "河流": "river",
    "桥梁": "bridge",
    "医院": "hospital",
    "学校": "school",
    "老师": "teacher",
    "学生": "student",
    "火车": "train",
    "车站": "station",
    "冬天": "winter",
    "夏天": "summer",
    "城市": "city",
    "市场": "market",
}


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write files of the shape of the training data, about twelve words."""
    folder = tmp_path_factory.mktemp("data")
    pairs = [
        (f"The {WORDS[a]} is near the {WORDS[b]}.", f"{a}在{b}附近。")
        for a in WORDS
        for b in WORDS
        if a != b
    ]
    write_rows(
        folder / "cedict.jsonl",
        [{"t": w, "s": w, "p": "", "g": [f"{g}; a {g}", "CL:個|个"]} for w, g in WORDS.items()],
    )
    write_rows(folder / "tatoeba_pairs.jsonl", [{"en": e, "zh": z} for e, z in pairs])
    write_rows(
        folder / "pydocs_pairs.jsonl",
        [{"f": "x", "en": f"See :ref:`{e} <there>`.", "zh": f"见 :ref:`{z}`。"} for e, z in pairs],
    )
    for name in ("drcd_dev", "drcd_test", "cmrc_trial"):
        contexts = [
            {"context_id": w, "title": w, "text": f"这里有{w}。旁边是{o}。人们都知道{w}。"}
            for w, o in zip(WORDS, reversed(WORDS), strict=True)
        ]
        questions = [{"context_id": w, "question": f"{w}在哪里？"} for w in WORDS]
        write_rows(folder / f"{name}.contexts.jsonl", contexts)
        write_rows(folder / f"{name}.questions.jsonl", questions)
    return folder


def run(data: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "training" / "train_embeddings.py"
    size = ["--steps", "60", "--tuning-steps", "20", "--dimensions", "16", "--rows", "300"]
    return subprocess.run(
        [sys.executable, str(script), "--data", str(data), "--out", str(out), *size, *options],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_recipe_learns_and_repeats(data: Path, tmp_path: Path) -> None:
    for out in ("first", "second"):
        done = run(data, tmp_path / out, "--unchecked")
        assert done.returncode == 0, done.stderr
    files = [path for path in sorted((tmp_path / "first").rglob("*")) if path.is_file()]
    assert len(files) >= 6
    for path in files:
        again = tmp_path / "second" / path.relative_to(tmp_path / "first")
        assert path.read_bytes() == again.read_bytes(), path.name
    model = load_embedder(str(tmp_path / "first"))
    english = model.encode_queries(list(WORDS.values()))
    chinese = model.encode_documents(list(WORDS))
    assert np.mean(np.argmax(english @ chinese.T, axis=1) == np.arange(len(WORDS))) > 0.7


@pytest.mark.slow
def test_other_data_than_the_recipe_names_is_refused(data: Path, tmp_path: Path) -> None:
    done = run(data, tmp_path / "out")
    assert done.returncode != 0
    assert "not the file this recipe was written for" in done.stderr
    assert not (tmp_path / "out").exists()
