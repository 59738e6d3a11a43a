"""Laws about the whole code: sizes, docstrings, names, settings, sentences and imports."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "retrieval", "index", "language", "config")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EVERYTHING = sorted(
    [*SOURCES, *(p for f in ("tests", "training", "benchmarks") for p in (ROOT / f).rglob("*.py"))]
)
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 60
# What the glossary of CONTRIBUTING.md replaced.
GONE = frozenset(
    (
        *("Desk", "Doors", "Workshop", "Shelf", "Draft", "Ledger", "Spill", "VectorsApart"),
        *("Told", "Rarity", "Board", "Pace", "Gate", "Thoughts", "Days"),
        *("say", "desk_for", "wider_desk_for", "off_loop", "insist", "lay_out", "gives_orders"),
        *("untold", "unfit", "another_is_meant", "is_meant", "under_way", "explained"),
    )
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", EVERYTHING, ids=named)
def test_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES_OF_A_FILE
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, "every module opens with a sentence"
    assert docstring.split("\n\n")[0].rstrip().endswith((".", ":", "!", "?"))


@pytest.mark.parametrize("path", EVERYTHING, ids=named)
def test_functions_are_short(path: Path) -> None:
    long = {f.name: n for f in functions(path) if (n := f.end_lineno - f.lineno + 1) > 60}
    assert not long, f"at most {MOST_LINES_OF_A_FUNCTION} lines a function"


def test_exceptions_are_caught_by_name() -> None:
    broad = [
        f"{named(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    ]
    assert len(broad) <= 2, broad


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        named(path)
        for path in SOURCES
        if re.search(r"os\.environ|getenv|load_dotenv", path.read_text(encoding="utf-8"))
    }
    assert readers <= {"config/settings.py"}


def test_every_import_works_with_an_empty_environment(tmp_path: Path) -> None:
    names = [named(p)[:-3].replace("/", ".") for p in SOURCES if p.name != "__init__.py"]
    loads = "\n".join(f"import {name}" for name in names if name != "bot.__main__")
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{loads}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], env={}, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir()), "an import writes nothing"


# What the commands load, what encodes a question, and what would write an answer.
LOADS = """
import bot.cli.commands, retrieval.retriever
from config.settings import Settings
from index.embedder import load_embedder
from retrieval.chat.generator import build_generator
load_embedder("bundled").encode_queries(["水"])
for model in ("", "x"):
    build_generator(Settings(_env_file=None, chat_model=model, chat_base_url="http://x"))
import sys
print(*(m for m in HEAVY if m in sys.modules))
"""
HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "discord")
HEAVY += ("langchain_core", "openai", "httpx")


def test_the_heavy_libraries_are_imported_late(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADS.replace("HEAVY", repr(HEAVY))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_every_setting_is_documented() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        line = re.search(rf"^# .+\n{name.upper()}=(.*)$", example, re.MULTILINE)
        assert line, f"{name.upper()} stands in .env.example under a line that explains it"
        assert f"`{name.upper()}`" in readme
        assert field.description


def test_the_example_settings_are_the_defaults(tmp_path: Path) -> None:
    given = Settings(_env_file=ROOT / ".env.example")
    assert given == Settings(_env_file=None)


def phrases() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((ROOT / "config" / "phrases.toml").read_text(encoding="utf-8"))


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_sentence_exists_in_both_languages_with_the_same_values() -> None:
    for section, entries in phrases().items():
        for name, languages in entries.items():
            assert {"en", "zh"} <= set(languages), f"{section}.{name}"
            assert fields(languages["en"]) == fields(languages["zh"]), f"{section}.{name}"
            assert all(text.strip() for text in languages.values())


def test_every_sentence_is_said_and_every_key_exists() -> None:
    known = {f"{section}.{name}" for section, entries in phrases().items() for name in entries}
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    sections = "|".join(phrases())
    said = set(re.findall(rf"""["']((?:{sections})\.[a-z0-9_]+)["']""", source))
    assert said <= known, said - known


def test_no_sentence_of_the_seed_page_is_in_the_project(shared_dir: Path) -> None:
    page = (shared_dir / "seeds" / "zhengzhou-evening-news.txt").read_text(encoding="utf-8")
    pieces = {p for p in re.split(r"[。！？；\n#]|\s{2,}", page) if len(p.strip()) >= 12}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".txt", ".toml", ".json", ".jsonl", ".html"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [piece for piece in pieces if piece.strip() in text], name


def test_imports_follow_the_arrows() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "pyproject.toml"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_local_discord_is_reached_by_its_door_alone() -> None:
    room, door = "tests.local_discord", "tests.local_discord.door"
    for path in EVERYTHING:
        text = path.read_text(encoding="utf-8")
        imported = set(re.findall(r"^\s*(?:from|import) ([\w.]+)", text, re.MULTILINE))
        ours = {name for name in imported if name.split(".")[0] in {*ROOMS, "tests"}}
        if path.parent.name != "local_discord" or path.name.startswith("test_"):
            assert {name for name in ours if name.startswith(room)} <= {door}, path
        else:
            assert all(name.startswith(room) for name in ours), path


def names(tree: ast.AST) -> Iterator[str]:
    """Yield every name that a module defines, imports or uses, attributes left aside."""
    for node in ast.walk(tree):
        named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.alias
        if isinstance(node, named):
            yield node.name
        elif isinstance(node, ast.Name):
            yield node.id


@pytest.mark.parametrize("room", ROOMS)
def test_names_and_docstrings_follow_the_glossary(room: str) -> None:
    for path in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not GONE & set(names(tree)), path
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = ast.get_docstring(node) or ""
                assert not docstring.startswith(("Tell ", "Tells ")), f"{path}: {docstring}"
