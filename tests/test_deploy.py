"""What can be checked of the deployment files without Docker: their claims, line by line."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "docent.service"
SETTINGS = {name.upper() for name in Settings.model_fields}
# Variables that are no settings of ours: of Python, of the model hub, of the system.
OTHERS = {"PATH", "HOME", "HF_HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
OTHERS |= {"MALLOC_ARENA_MAX"}


def locked(name: str) -> dict[str, str]:
    """Return the versions that a lock file names; each must have a hash."""
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "--"))]
    assert lines and all(re.search(r" --hash=sha256:[0-9a-f]{64}\b", line) for line in lines)
    return dict(line.split()[0].split("==") for line in lines)


def test_the_image_installs_what_the_project_names_by_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base, further = locked("requirements.txt"), locked("requirements-torch.txt")
    driver = project["project"]["optional-dependencies"]["postgres"]
    named = [
        *project["project"]["dependencies"],
        *driver,
        *project["build-system"]["requires"],
    ]
    for requirement in map(Requirement, named):
        version = {**base, **further}[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement}: make the lock again"
    assert not set(base) & set(further)
    install = re.findall(r"^RUN (pip install .*?[^\\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert "--require-hashes -r deploy/requirements.txt" in install[0]
    assert install[1].split()[2:] == ["--no-deps", "--no-build-isolation", "."]


def test_the_image_holds_no_torch_unless_it_is_asked_for() -> None:
    base, further = locked("requirements.txt"), locked("requirements-torch.txt")
    assert {"chromadb", "discord-py", "tantivy", "model2vec"} <= set(base)
    assert {"torch", "sentence-transformers", "transformers"} <= set(further)
    assert further["torch"].endswith("+cpu")
    assert not any(name.startswith(("nvidia-", "cuda", "triton")) for name in {**base, **further})
    assert "${TORCH:+-r deploy/requirements-torch.txt}" in DOCKERFILE


def test_the_image_copies_every_package_and_nothing_private() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = project["tool"]["setuptools"]["packages"]["find"]["include"]
    rooms = {pattern.removesuffix("*") for pattern in found}
    copied = {
        line.split()[1] for line in DOCKERFILE.splitlines() if re.match(r"COPY [a-z]+ ", line)
    }
    assert copied == rooms
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in kept if line.startswith("!")}
    locks = {"deploy/requirements.txt", "deploy/requirements-torch.txt"}
    assert "*" in kept and allowed == {*rooms, "pyproject.toml", "README.md", "LICENSE", *locks}
    assert all((ROOT / name).exists() for name in allowed)


def test_the_image_runs_as_nobody_in_particular() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER docent$", last, re.MULTILINE) and "--uid 10001" in last
    assert last.index("USER docent") < last.index("HEALTHCHECK") < last.index("ENTRYPOINT")
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.11-slim-bookworm"] * 2
    environment = set(re.findall(r"^\s+(?:ENV )?([A-Z_]+)=", last, re.MULTILINE))
    assert environment <= SETTINGS | OTHERS
    assert not re.search(r"TOKEN|KEY|PASSWORD", last)


def test_the_health_check_of_the_image_tells_ready_from_not_ready() -> None:
    pytest.importorskip("prometheus_client", reason="install the project anew: one was added")
    from bot.discord.connection import ConnectionState
    from bot.operations.metrics import Metrics
    from bot.operations.monitor import Monitor
    from tests.monitor_page import free_port

    listed = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])$", DOCKERFILE, re.DOTALL | re.MULTILINE)
    assert listed
    port, states = free_port(), {"connected": True}
    command = [part.replace("9464", str(port)) for part in json.loads(listed[1])]
    command[0] = sys.executable

    async def check() -> int:
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        return await process.wait()

    async def run() -> list[int]:
        gateway = lambda: ConnectionState(states["connected"])  # noqa: E731
        async with Monitor(Metrics(), gateway, lambda: None) as monitor:
            await monitor.open("127.0.0.1", port)
            found = [await check()]
            states["connected"] = False
            found.append(await check())
        return [*found, await check()]

    assert asyncio.run(run()) == [0, 1, 1]


def test_compose_gives_the_bot_no_more_than_it_needs() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    services: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
    bot, chroma = services["docent"], services["chroma"]
    assert bot["read_only"] is True and bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert set(bot["environment"]) <= SETTINGS
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
    # What is written goes to the volume; documents are only read.
    documents, data = bot["volumes"]
    assert (documents["type"], documents["read_only"]) == ("bind", True)
    assert (data["type"], data["target"]) == ("volume", bot["environment"]["DATA_DIR"])
    assert documents["target"] == bot["environment"]["DOCUMENTS_DIR"]
    assert chroma["profiles"] == ["chroma"] and "ports" not in chroma
    # The server asks nobody who they are, so nobody but the bot may reach it.
    assert chroma["networks"] == ["chroma"] and bot["networks"] == ["default", "chroma"]
    assert yaml.safe_load(text)["networks"] == {"chroma": {"internal": True}}
    assert chroma["mem_limit"] and chroma["pids_limit"]
    pinned = re.search(r"chromadb==([\d.]+)", (ROOT / "pyproject.toml").read_text())
    assert pinned and chroma["image"].endswith(f":{pinned[1]}")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_and_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / "docent.service"
    # The program is not installed where the unit looks for it.
    text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE)
    unit.write_text(re.sub(r"^(WorkingDirectory)=.*$", r"\1=/", text, flags=re.MULTILINE))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    if "Failed to" in done.stderr and "docent.service" not in done.stderr:
        pytest.skip("systemd-analyze does not work here")
    assert (done.returncode, done.stderr) == (0, "")
    command = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=20",
        "--no-pager",
        unit,
    ]
    exposed = subprocess.run(command, capture_output=True, text=True)
    assert exposed.returncode == 0, exposed.stdout[-600:]


def test_the_unit_sets_only_what_there_is_and_no_secret() -> None:
    text = UNIT.read_text(encoding="utf-8")
    lines = re.findall(r"^Environment=(.*)$", text, re.MULTILINE)
    names = {pair.split("=")[0] for line in lines for pair in line.split()}
    assert names <= SETTINGS | OTHERS and "DISCORD_TOKEN" not in names
    assert "DATA_DIR=/var/lib/docent" in text and "StateDirectory=docent" in text


def test_the_libraries_that_docent_is_built_on_are_named() -> None:
    """They are named even where another of them brings them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=\[;]", line)[0].strip() for line in project["dependencies"]}
    assert any(name.startswith("langchain") for name in named)
    assert {"chromadb", "sentence-transformers", "discord.py", "python-dotenv"} <= named


def test_two_bots_share_a_database_and_nothing_else() -> None:
    text = (ROOT / "deploy" / "compose.postgres.yaml").read_text(encoding="utf-8")
    compose = yaml.safe_load(text)
    database, *bots = (compose["services"][name] for name in ("database", "writer", "reader"))
    assert "pgvector" in database["image"] and database["networks"] == ["database"]
    assert "ports" not in database and compose["networks"]["database"]["internal"]
    volumes = [[v for v in bot["volumes"] if isinstance(v, str)] for bot in bots]
    assert volumes == [["writer:/data"], ["reader:/data"]]
    assert {"writer", "reader", "database"} == set(compose["volumes"])
    for bot in bots:
        assert set(bot["environment"]) <= SETTINGS and "database" in bot["networks"]
        settings = Settings(_env_file=None, database_url=bot["environment"]["DATABASE_URL"])
        assert settings.database_url.get_secret_value().endswith("@database:5432/docent")
    assert [bot["env_file"] for bot in bots] == ["writer.env", "reader.env"]
    assert "deploy/*.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
