"""Names and links of documents that are added by hand lead nowhere but into the folder."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.documents.registry import SUFFIXES
from index.intake import Intake
from index.intake_folder import opened
from index.intake_names import LONGEST_NAME, DocumentRefused, file_name, folder_name
from tests.intake_door import NEWER, NOTICE, add, files, refusal


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("../up.md", "intake.name_unsafe"),
        ("a/b.md", "intake.name_unsafe"),
        ("a\\b.md", "intake.name_unsafe"),
        (".md", "intake.name_unsafe"),
        ("..", "intake.name_unsafe"),
        (".hidden.md", "intake.name_unsafe"),
        ("~$lock.docx", "intake.name_unsafe"),
        ("CON.md", "intake.name_unsafe"),
        ("lpt1.notes.txt", "intake.name_unsafe"),
        ("com¹.md", "intake.name_unsafe"),
        ("LPT³.md", "intake.name_unsafe"),
        ("conin$.md", "intake.name_unsafe"),
        ("CONOUT$.txt", "intake.name_unsafe"),
        ("ｃｏｎ.md", "intake.name_unsafe"),
        ("what?.md", "intake.name_unsafe"),
        ("", "intake.name_unsafe"),
        ("a\nb.md", "intake.name_unseen"),
        ("a\0.md", "intake.name_unseen"),
        ("\u202egnp.md", "intake.name_unseen"),
        ("zero\u200bwidth.md", "intake.name_unseen"),
        ("half\ud800.md", "intake.name_unseen"),
        ("长" * 70 + ".md", "intake.name_long"),
        ("program.exe", "intake.suffix"),
        ("noending", "intake.suffix"),
    ],
)
def test_names_that_are_refused(intake: Intake, name: str, key: str) -> None:
    assert refusal(lambda: intake.stage(name, "", NOTICE)) == key
    if key != "intake.suffix" and name:
        assert refusal(lambda: intake.stage("fine.md", name, NOTICE)) == key


@given(st.text(max_size=40), st.sampled_from(["", ".md", ".TXT", ".pdf"]))
@example("0\xa0", ".md")
def test_a_name_that_is_taken_is_one_segment_that_can_be_read(stem: str, suffix: str) -> None:
    try:
        name = file_name(stem + suffix, SUFFIXES)
    except DocumentRefused as error:
        assert error.localize("zh") and str(error)
        return
    assert name == Path(name).name == os.path.basename(name) and name not in (".", "..")
    assert name.isprintable() and unicodedata.is_normalized("NFC", name)
    assert len(name.encode()) <= LONGEST_NAME and Path(name).suffix.lower() in SUFFIXES
    assert file_name(name, SUFFIXES) == name and folder_name(name) == name


def test_blanks_of_any_width_are_the_ordinary_one() -> None:
    assert file_name("\u3000维修\u3000手册\xa0二.md", SUFFIXES) == "维修 手册 二.md"


def test_a_decomposed_name_is_the_composed_one(intake: Intake, tmp_path: Path) -> None:
    add(intake, "cafe\u0301.md", "e\u0301te\u0301")
    assert files(tmp_path / "documents") == ["été/café.md"]
    assert intake.stage("CAFÉ.md", "été", NEWER).replaces


def test_a_collection_that_leads_elsewhere_is_refused(intake: Intake, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "documents" / "link").symlink_to(elsewhere)
    (tmp_path / "documents" / "file.md").write_bytes(NOTICE)
    for collection in ("link", "file.md"):
        stage = lambda c=collection: intake.stage("pool.md", c, NOTICE)  # noqa: E731
        assert refusal(stage) == "intake.name_unsafe"
    assert files(elsewhere) == []


def test_a_collection_that_becomes_a_link_is_not_written_through(
    intake: Intake, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "old.md").write_bytes(NOTICE)
    staged = [intake.stage(name, "news", NEWER) for name in ("new.md", "old.md")]
    (tmp_path / "documents" / "news").rmdir()
    (tmp_path / "documents" / "news").symlink_to(outside)
    for one in staged:
        for replace in (False, True):
            place = lambda s=one, r=replace: intake.place(s.token, "7", replace=r)  # noqa: E731
            assert refusal(place) in ("intake.name_unsafe", "intake.link")
    assert files(outside) == ["old.md"] and (outside / "old.md").read_bytes() == NOTICE


def test_a_link_that_comes_while_a_file_is_placed_leads_nothing_out(tmp_path: Path) -> None:
    """As above, right before the folder is opened."""
    root, outside = tmp_path / "documents", tmp_path / "outside"
    for folder in (root, outside):
        folder.mkdir()
    (root / "news").symlink_to(outside)
    for create in (False, True):
        with pytest.raises(OSError), opened(root, "news", create=create):
            pass
    (root / "pool.md").symlink_to(outside / "pool.md")
    with opened(root) as folder:
        for work in (lambda: folder.write("pool.md", NEWER), lambda: folder.read("pool.md")):
            with pytest.raises(OSError):
                work()
    assert files(outside) == []


def test_a_file_that_is_a_link_is_not_replaced(intake: Intake, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_bytes(NOTICE)
    documents = tmp_path / "documents"
    (documents / "pool.md").symlink_to(secret)
    assert refusal(lambda: intake.stage("pool.md", "", NEWER)) == "intake.link"
    staged = intake.stage("lake.md", "", NEWER)
    (documents / "lake.md").symlink_to(secret)
    assert refusal(lambda: intake.place(staged.token, "7", replace=True)) == "intake.link"
    assert secret.read_bytes() == NOTICE and not (tmp_path / "data" / "removed").exists()
