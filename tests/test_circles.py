"""No file imports itself by way of others, and no folder of the bot does; type imports count."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "retrieval", "index", "language", "config")


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for room in ROOMS for path in (ROOT / room).rglob("*.py")}


def imported(name: str) -> set[str]:
    """Return the modules of ours that a module imports anywhere, for its types too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (full & MODULES.keys()) or ({node.module} & MODULES.keys())
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES.keys()
    return found - {name}


def circle_in(graph: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_file_is_in_a_circle() -> None:
    assert not circle_in({name: imported(name) for name in MODULES})


def test_no_folder_of_the_bot_is_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        if name.split(".")[0] == "bot":
            folder = str(path.parent)
            graph.setdefault(folder, set()).update(
                str(MODULES[other].parent) for other in imported(name) if other.startswith("bot.")
            )
            graph[folder].discard(folder)
    assert not circle_in(graph)


def test_a_circle_is_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert not circle_in({"a": {"b", "c"}, "b": {"c"}})
