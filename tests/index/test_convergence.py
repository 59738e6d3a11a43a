"""Whatever happens to a folder, bringing the index up to date gives what a clean build gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.library import Library
from index.pipeline import reindex
from tests.engines import built_at_once, content_of
from tests.fakes import HashEmbedder

NAMES = ["a.md", "b.md", "c/d.md", "rows.jsonl"]
BODIES = [
    "The lamps are lit.",
    "The lamps are out. " * 60,
    "第一段说的是路灯。" * 40 + "\n\n" + "第二段说的是桥梁。" * 40,
    "第一段说的是路灯。" * 40 + "\n\n" + "第三段说的是码头。" * 40,
]
write = st.tuples(st.just("write"), st.sampled_from(NAMES), st.integers(0, len(BODIES) - 1))
delete = st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just(0))
rename = st.tuples(st.just("rename"), st.sampled_from(NAMES[:3]), st.integers(0, 2))
touch = st.tuples(st.just("touch"), st.sampled_from(NAMES), st.just(0))
steps = st.lists(st.lists(write | delete | rename | touch, max_size=4), min_size=2, max_size=4)


def apply(folder: Path, action: str, name: str, number: int) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if action == "write" and name.endswith(".jsonl"):
        rows = [f'{{"id": "{n}", "title": "Row {n}", "text": "Row {n}."}}' for n in range(number)]
        path.write_text("\n".join([*rows, '{"id": "x", "title": "X", "text": "Last."}']))
    elif action == "write":
        path.write_text(f"# Title {number % 2}\n\n{BODIES[number]}\n", encoding="utf-8")
    elif action == "touch" and path.exists():
        path.touch()
    elif action == "delete":
        path.unlink(missing_ok=True)
    elif action == "rename" and path.exists():
        target = folder / NAMES[number]
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_up_to_date_is_as_built_anew(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[tuple[str, str, int]]]
) -> None:
    place = tmp_path_factory.mktemp("folder")
    folder = place / "documents"
    folder.mkdir()
    embedder = HashEmbedder()
    library = Library.open(place / "data", embedder)
    for step in steps:
        for action, name, number in step:
            apply(folder, action, name, number)
        report = reindex(library, folder, prune_all=True)
        assert report.failed == ()
        assert report.articles == len(library.articles())
    embedder.encoded = 0
    assert reindex(library, folder, prune_all=True).embedded == embedder.encoded == 0
    assert content_of(library) == built_at_once(folder)
    library.close()
    shutil.rmtree(place)
