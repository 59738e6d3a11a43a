"""What an ordinary install has: the wheel, in an environment that cannot see the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "retrieval", "index", "language", "config", "models")
MADE_OF = (*ROOMS, "pyproject.toml", "README.md", "LICENSE")

pytestmark = pytest.mark.slow


def done(command: list[str | Path], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, **options)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in MADE_OF:
        if (ROOT / name).is_dir():
            unwanted = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / "source" / name, ignore=unwanted)
        else:
            shutil.copy(ROOT / name, folder / "source" / name)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    built = done([*command, "-w", folder, folder / "source"])
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment that has our dependencies, and no checkout.

    A folder named in a `.pth` file is searched, but the `.pth` files in it, which an editable
    install works by, are not read.
    """
    folder = tmp_path_factory.mktemp("bare")
    made = done([sys.executable, "-m", "venv", "--without-pip", folder])
    assert made.returncode == 0, made.stderr
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python]
    installed = done([*pip, "install", "-q", "--no-deps", wheel])
    assert installed.returncode == 0, installed.stderr
    site = next(folder.glob("lib/python*/site-packages"))
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in sorted(libraries)))
    return folder / "bin"


def environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": str(folder), "LANG": "C.UTF-8"}


def test_the_wheel_has_every_file_of_the_rooms(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert not wanted - held
    assert not {name for name in held - wanted if ".dist-info/" not in name}


def test_every_module_is_imported_from_the_install(bare: Path, tmp_path: Path) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    ]
    code = "import sys\n" + "".join(f"import {m.removesuffix('.__init__')}\n" for m in modules)
    code += "print(*{m.__file__ for n, m in sys.modules.items() if n.split('.')[0] in ROOMS"
    code += " and getattr(m, '__file__', None)}, sep='\\n')"
    code = code.replace("ROOMS", repr(ROOMS))
    imported = done([bare / "python", "-I", "-c", code], cwd=tmp_path, env=environment(tmp_path))
    assert imported.returncode == 0, imported.stderr
    found = imported.stdout.split()
    assert len(found) >= len(modules)
    assert all(path.startswith(str(bare.parent)) for path in found)


def test_the_program_answers_and_asks_for_its_token(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "articles" / "news").mkdir(parents=True)
    text = "The harbour bridge\n\nThe harbour bridge opens on 4 May 2031. It has cost 12 million.\n"
    (tmp_path / "articles" / "news" / "bridge.txt").write_text(text, encoding="utf-8")
    given = {"cwd": tmp_path, "env": environment(tmp_path), "timeout": 200}
    asked = done([bare / "docent", "ask", "When does the harbour bridge open?"], **given)
    assert asked.returncode == 0, asked.stderr
    assert "4 May 2031" in asked.stdout
    run = done([bare / "docent", "run"], **given)
    assert run.returncode == 1
    assert "DISCORD_TOKEN" in run.stderr.splitlines()[-1]
