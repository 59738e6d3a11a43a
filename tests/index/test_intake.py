"""Documents that are added and removed by hand: whole, one place at a time, on record."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest

from index.intake import AUDIT_FILE, LARGEST_MB, Intake
from index.intake_waiting import MOST_WAITING
from tests.intake_door import NEWER, NOTICE, add, files, refusal
from tests.office_files import write_word
from tests.steps import run_all


def test_a_document_is_put_in_place_whole_and_on_record(intake: Intake, tmp_path: Path) -> None:
    staged = intake.stage("游泳馆.md", "公告", NOTICE)
    assert (staged.source, staged.titles, staged.unread) == (
        "公告/游泳馆.md",
        ("游泳馆开放时间",),
        0,
    )
    assert not staged.replaces and files(tmp_path / "documents") == []
    again = Intake(tmp_path / "documents", tmp_path / "data")
    assert again.place(staged.token, "7") == staged
    assert files(tmp_path / "documents") == ["公告/游泳馆.md"]
    assert (tmp_path / "documents" / "公告" / "游泳馆.md").read_bytes() == NOTICE
    assert files(tmp_path / "data") == [AUDIT_FILE], "nothing is left waiting"
    (line,) = (tmp_path / "data" / AUDIT_FILE).read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "by": "7",
        "what": "add",
        "source": "公告/游泳馆.md",
        "bytes": len(NOTICE),
        "sha256": hashlib.sha256(NOTICE).hexdigest(),
    }
    assert refusal(lambda: again.place(staged.token, "7")) == "intake.forgotten"


def test_nothing_is_replaced_unless_it_is_said_and_the_old_one_is_kept(
    intake: Intake, tmp_path: Path
) -> None:
    add(intake, "Pool.md", "news")
    # On some systems these are one file; é and e with an accent are on all that matter.
    staged = intake.stage("pool.MD", "NEWS", NEWER)
    assert staged.source == "news/Pool.md" and staged.replaces
    assert refusal(lambda: intake.place(staged.token, "7")) == "intake.taken"
    place = tmp_path / "documents" / "news" / "Pool.md"
    assert place.read_bytes() == NOTICE and files(tmp_path / "documents") == ["news/Pool.md"]
    intake.place(staged.token, "8", replace=True)
    assert place.read_bytes() == NEWER
    (kept,) = (tmp_path / "data" / "removed").rglob("Pool.md")
    assert kept.read_bytes() == NOTICE
    audit = (tmp_path / "data" / AUDIT_FILE).read_text(encoding="utf-8")
    assert '"by": "8", "what": "replace"' in audit


def test_a_document_is_taken_out_and_kept(intake: Intake, tmp_path: Path) -> None:
    for name in ("one.md", "two.md"):
        add(intake, name, "news")
    assert not intake.take_out("news/one.md", "7")
    assert intake.take_out("news/two.md", "7"), "that was the last"
    assert files(tmp_path / "documents") == []
    kept = [path.read_bytes() for path in (tmp_path / "data" / "removed").rglob("*.md")]
    assert kept == [NOTICE, NOTICE]
    assert refusal(lambda: intake.take_out("news/one.md", "7")) == "intake.no_document"


def test_only_documents_are_taken_out(intake: Intake, tmp_path: Path) -> None:
    add(intake, "one.md", "news")
    outside = tmp_path / "secret.md"
    outside.write_bytes(NOTICE)
    documents = tmp_path / "documents"
    (documents / "link.md").symlink_to(outside)
    (documents / "folder.md").mkdir()
    (documents / "program.sh").write_bytes(NOTICE)
    (documents / ".hidden.md").write_bytes(NOTICE)
    for source in (
        *("../secret.md", str(outside), "link.md", "folder.md", "news", "", ".", "/", "program.sh"),
        *(".hidden.md", "news//one.md", "news/../news/one.md", "./news/one.md", "a\0.md", "no.md"),
    ):
        assert refusal(lambda s=source: intake.take_out(s, "7")) == "intake.no_document", source
    assert outside.exists() and not (tmp_path / "data" / "removed").exists()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("picture.txt", PNG, "intake.unreadable"),
        ("noise.md", bytes(range(128, 256)) * 40, "intake.unreadable"),
        ("page.pdf", NOTICE, "intake.unreadable"),
        ("letter.docx", NOTICE, "intake.unreadable"),
        ("paper.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0\0stream", "intake.unreadable"),
        ("blank.md", b"   \n \n", "intake.unreadable"),
        ("unsaid.md", b"<!-- later -->\n", "intake.unreadable"),
        ("rows.jsonl", b"not json\n{}\n", "intake.no_article"),
        ("none.md", b"", "intake.empty"),
        ("huge.md", b"x" * (LARGEST_MB * 1024 * 1024 + 1), "intake.too_large"),
    ],
)
def test_what_is_no_document_is_refused_before_it_is_in_place(
    intake: Intake, tmp_path: Path, name: str, content: bytes, key: str
) -> None:
    assert refusal(lambda: intake.stage(name, "news", content)) == key
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    """Not even root may make files in this folder."""
    intake = Intake(Path("/sys/kernel"), tmp_path / "data")
    staged = intake.stage("pool.md", "", NOTICE)
    assert refusal(lambda: intake.place(staged.token, "7")) == "intake.read_only"
    assert not (tmp_path / "data" / AUDIT_FILE).exists()


def test_tokens_lead_nowhere_else_and_uploads_do_not_wait_for_ever(
    intake: Intake, tmp_path: Path
) -> None:
    for token in ("../audit", "", "a/b", "é"):
        assert refusal(lambda t=token: intake.place(t, "7")) == "intake.forgotten"
    old = intake.stage("old.md", "", NOTICE)
    for path in (tmp_path / "data" / "incoming").iterdir():
        os.utime(path, (1e9, 1e9))
    intake.drop(intake.stage("new.md", "", NOTICE).token)
    assert files(tmp_path) == []
    assert refusal(lambda: intake.place(old.token, "7")) == "intake.forgotten"


def test_office_files_are_read_as_well(intake: Intake, tmp_path: Path) -> None:
    write_word(tmp_path / "w", [("Heading 1", "Pool"), ("", "The pool opens at seven in June.")])
    content = (tmp_path / "w").read_bytes()
    assert add(intake, "pool.docx", "news", content) == "news/pool.docx"


def test_spellings_of_one_name_that_are_staged_together_become_one(
    intake: Intake, tmp_path: Path
) -> None:
    first = intake.stage("Case.md", "zz", NOTICE)
    second = intake.stage("case.md", "ZZ", NEWER)
    assert intake.place(first.token, "7").source == "zz/Case.md"
    assert refusal(lambda: intake.place(second.token, "8")) == "intake.taken"
    assert intake.place(second.token, "8", replace=True).source == "zz/Case.md"
    assert files(tmp_path / "documents") == ["zz/Case.md"]
    staged = [intake.stage(f"{n}.md", name, NOTICE) for n, name in enumerate(["yy", "YY", "yY"])]
    threads = [threading.Thread(target=intake.place, args=(s.token, "7")) for s in staged]
    run_all(threads)
    assert len({name.split("/")[0] for name in files(tmp_path / "documents")}) == 2


def test_uploads_that_wait_are_bounded(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [intake.stage(f"{n}.md", "", NOTICE) for n in range(MOST_WAITING)]
    assert refusal(lambda: intake.stage("more.md", "", NOTICE)) == "intake.waiting"
    intake.place(waiting.pop().token, "7")
    waiting.append(intake.stage("more.md", "", NOTICE))
    for one in waiting:
        intake.drop(one.token)
    assert list((tmp_path / "data" / "incoming").iterdir()) == []
    monkeypatch.setattr("index.intake_waiting.MOST_WAITING_MB", len(NOTICE) * 2.5 / 1024 / 1024)
    for n in range(2):
        intake.stage(f"a{n}.md", "", NOTICE)
    assert refusal(lambda: intake.stage("a3.md", "", NOTICE)) == "intake.waiting"


def test_who_may_read_the_folder_may_read_what_comes_into_it(
    intake: Intake, tmp_path: Path
) -> None:
    before = os.umask(0o077)
    try:
        (tmp_path / "documents").chmod(0o750)
        add(intake, "pool.md", "new")
        folder = tmp_path / "documents" / "new"
        assert folder.stat().st_mode & 0o777 == 0o750
        assert (folder / "pool.md").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)
