"""Whoever runs Docent is told of the access rules, and no backup ever opens a collection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.storage.access import ACCESS_FILE, AccessRules, AccessUnusable, Change, Effect, Subject
from tests.docent import Docent


def rule(data: Path, effect: Effect, name: str) -> None:
    AccessRules(data).make(Change(1_700_000_000, 5, 1, name, Subject("role", 7), effect))


def line(docent: Docent, name: str) -> dict[str, object]:
    checks = json.loads(docent.run("doctor", "--json").stdout)["checks"]
    return next(check for check in checks if check["name"] == name)


def test_rules_are_told_packed_put_back_and_kept(docent: Docent) -> None:
    data = docent.home / ".docent"
    docent.json("index")
    assert docent.json("status")["restricted"] == 0
    assert docent.run("backup", "before.tar.gz").returncode == 0
    rule(data, "allow", "minutes")
    rule(data, "deny", "会议")
    wanted = AccessRules(data).changes()
    assert docent.json("status")["restricted"] == 2
    assert line(docent, "Access")["ok"] and "2 collections" in str(line(docent, "Access")["detail"])
    assert docent.run("backup", "after.tar.gz").returncode == 0
    # A backup from before there were rules leaves them as they are.
    done = docent.run("restore", "before.tar.gz", "--replace")
    assert done.returncode == 0 and "/access show" in done.stdout, done.stderr
    assert AccessRules(data).changes() == wanted
    # One that holds rules brings its own, and those that were there are kept beside.
    rule(data, "allow", "later")
    assert docent.run("restore", "after.tar.gz", "--replace").returncode == 0
    assert AccessRules(data).changes() == wanted
    (aside,) = [path for path in data.glob("replaced-*") if (path / ACCESS_FILE).exists()]
    assert "later" in AccessRules(aside).current()
    assert docent.run("restore", "after.tar.gz", DATA_DIR="elsewhere").returncode == 0
    assert AccessRules(docent.home / "elsewhere").changes() == wanted


def test_a_damaged_file_is_told_with_its_cure(docent: Docent) -> None:
    data = docent.home / ".docent"
    if not (data / ACCESS_FILE).exists():
        rule(data, "allow", "minutes")
    whole = (data / ACCESS_FILE).read_bytes()
    try:
        (data / ACCESS_FILE).write_bytes(whole[: len(whole) // 2])
        found = line(docent, "Access")
        assert not found["ok"] and ACCESS_FILE in str(found["detail"])
        assert "backup" in str(found["detail"])
        done = docent.run("status", "--json", LANG="zh_CN.UTF-8")
        assert done.returncode == 0 and json.loads(done.stdout)["restricted"] is None
        assert "访问规则不能使用" in done.stderr
    finally:
        (data / ACCESS_FILE).write_bytes(whole)


def test_whoever_runs_it_takes_a_collection_back_and_it_is_never_open(docent: Docent) -> None:
    home = {"DATA_DIR": "taken", "HOME_GUILD_IDS": "1"}
    data = docent.home / "taken"
    for name in ("board", "BOARD", "news"):
        AccessRules(data).make(Change(5, 6, 2, name, Subject("server", 2), "allow"))
    refused = docent.run("access", "take-back", "board", DATA_DIR="taken")
    assert refused.returncode == 1 and "--for" in refused.stderr
    assert docent.run("access", "take-back", "nowhere", **home).returncode == 1
    done = docent.run("access", "take-back", "Board", **home)
    assert done.returncode == 0 and "server 1" in done.stdout, done.stderr
    rules = AccessRules(data).current()
    assert {name: (r.guild_id, len(r.allowed)) for name, r in rules.items()} == {
        **{"board": (1, 0), "BOARD": (1, 0), "news": (2, 1)}
    }
    shown = json.loads(docent.run("access", "show", "--json", **home).stdout)
    assert shown == {"home": [1], "collections": {"BOARD": 1, "board": 1, "news": 2}}
    assert "news: restricted by server 2" in docent.run("access", "show", **home).stdout
    assert docent.run("access", "take-back", "news", "--for", "7", **home).returncode == 0
    assert AccessRules(data).current()["news"].guild_id == 7


def test_lost_rules_are_begun_anew_only_if_that_is_meant(docent: Docent) -> None:
    data = docent.home / "lost"
    rule(data, "allow", "minutes")
    (data / ACCESS_FILE).unlink()
    refused = docent.run("access", "open-all", DATA_DIR="lost")
    assert refused.returncode == 1 and "--yes" in refused.stderr
    with pytest.raises(AccessUnusable):
        AccessRules(data).current()
    done = docent.run("access", "open-all", "--yes", DATA_DIR="lost")
    assert done.returncode == 0 and AccessRules(data).current() == {}
