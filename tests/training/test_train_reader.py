"""The reader's training script, run on made-up passages: it gives weights that the reader reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.reader import RANK_FEATURES
from retrieval.reading.judging import JUDGE_FEATURES
from retrieval.reading.network import Network
from retrieval.reading.tagging import TOKEN_FEATURES

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("青石镇", "白沙镇", "红枫镇", "云台镇", "柳河镇", "松岭镇")
SETS = ("drcd_dev", "drcd_test", "cmrc_trial")


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write files of the shape of the training data, about six villages."""
    folder = tmp_path_factory.mktemp("data")
    for name in SETS:
        contexts, questions = [], []
        for number, place in enumerate(PLACES, 1):
            text = (
                f"{place}位于河谷之中，居民{number}万人。镇长是李大{place[0]}。"
                f"学校建于19{number}0年。每年5月举行{place[1]}花节。"
            )
            contexts.append({"context_id": f"{name}-{number}", "title": place, "text": text})
            asked = {
                f"{place}有多少居民？": f"{number}万人",
                f"{place}的镇长是谁？": f"李大{place[0]}",
                f"{place}的学校建于哪一年？": f"19{number}0年",
            }
            questions += [
                {"id": f"{number}", "context_id": f"{name}-{number}", "question": q, "answers": [a]}
                for q, a in asked.items()
            ]
        write_rows(folder / f"{name}.contexts.jsonl", contexts)
        write_rows(folder / f"{name}.questions.jsonl", questions)
    words = {"居民": "resident", "镇长": "mayor", "学校": "school", "花节": "flower festival"}
    write_rows(
        folder / "cedict.jsonl", [{"t": w, "s": w, "p": "", "g": [g]} for w, g in words.items()]
    )
    pairs = [("The school is old.", "学校很旧。"), ("Who is the mayor?", "谁是镇长？")]
    write_rows(folder / "tatoeba_pairs.jsonl", [{"en": e, "zh": z} for e, z in pairs])
    return folder


def train(data: Path, out: Path) -> dict[str, object]:
    command = [sys.executable, str(ROOT / "training" / "train_reader.py"), "--unchecked"]
    subprocess.run(
        [*command, "--data", str(data), "--out", str(out), "--threads", "1"],
        check=True,
        capture_output=True,
        cwd=data,
    )
    return json.loads(out.read_text(encoding="utf-8"))


def test_the_script_gives_weights_for_every_feature_and_the_same_each_time(
    data: Path, tmp_path: Path
) -> None:
    weights = train(data, tmp_path / "weights.json")
    for name, features in (
        ("tagger", TOKEN_FEATURES),
        ("ranker", RANK_FEATURES),
        ("judge", JUDGE_FEATURES),
    ):
        network = Network(weights[name])
        assert tuple(network.features) == features
        scores = network.score(np.zeros((2, len(features)), dtype=np.float32))
        assert np.isfinite(scores).all()
        assert scores[0] == scores[1]
    assert max(weights["background"].values()) > 0.5
    assert train(data, tmp_path / "again.json") == weights
