"""Files that cannot be read, or should not be: reported with a reason, the rest is served."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.documents.registry import SUFFIXES
from index.errors import DocumentsMissing, StoreUnusable
from index.library import Library
from index.pipeline import reindex
from index.scan import scan_folder
from tests.fakes import HashEmbedder, texts_of, write_articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "documents", {"good.md": ("Good", "All is well in town.")})
    return tmp_path / "documents"


def reasons(folder: Path) -> dict[str, str]:
    scan = scan_folder(folder, SUFFIXES, None)
    return {failure.source: failure.reason for failure in scan.failed}


def test_broken_file_keeps_its_last_good_version_until_it_changes(
    folder: Path, tmp_path: Path
) -> None:
    library = Library.open(tmp_path / "data", HashEmbedder())
    page = folder / "page.md"
    write_articles(folder, {"page.md": ("Page", "The first edition.")})
    reindex(library, folder)
    page.write_bytes(b"\x00\x01\x02\xff\xfe\x00\x00\xd8" * 50)
    for full in (False, False, True, False):
        report = reindex(library, folder, full=full)
        assert [failure.source for failure in report.failed] == ["page.md"]
        assert report.failed[0].reason
        assert (report.removed, report.articles) == (0, 2)
        assert "The first edition." in texts_of(library).values()
    write_articles(folder, {"page.md": ("Page", "The second edition.")})
    report = reindex(library, folder)
    assert (report.failed, report.changed) == ((), 1)
    page.write_bytes(b"\x00\x01\x02\xff\xfe\x00\x00\xd8" * 50)
    reindex(library, folder)
    page.unlink()
    assert reindex(library, folder).removed == 1


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder of one's own that others may enter."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


@contextlib.contextmanager
def without_rights(place: Path) -> Iterator[None]:
    """Be somebody whom rights can stop, and who owns all of `place`: root may read everything.

    Such a one may not start the interpreter either, where root keeps it: nothing can be read.
    """
    nobody = 65534
    if os.geteuid() != 0:
        yield
        return
    for path in [place, *place.rglob("*")]:
        os.chown(path, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)


def test_unreadable_files_and_folders_keep_what_they_had(open_place: Path) -> None:
    folder = open_place / "documents"
    library = Library.open(open_place / "data", HashEmbedder())
    write_articles(folder, {"sub/a.md": ("A", "Text a."), "b.md": ("B", "Text b.")})
    reindex(library, folder)
    (folder / "sub").chmod(0)
    (folder / "b.md").chmod(0)
    with without_rights(open_place):
        report = reindex(library, folder)
        assert [failure.source for failure in report.failed] == ["b.md", "sub"]
        assert (report.removed, report.articles) == (0, 2)
        report = reindex(library, folder, full=True)
        assert (report.removed, report.articles) == (0, 2), "a full run keeps them too"
    (folder / "sub").chmod(0o755)
    (folder / "b.md").chmod(0o644)
    assert reindex(library, folder).failed == ()
    library.close()


def test_unreadable_documents_folder_is_one_sentence(open_place: Path) -> None:
    (open_place / "documents").mkdir(mode=0)
    library = Library.open(open_place / "data", HashEmbedder())
    with without_rights(open_place), pytest.raises(DocumentsMissing) as caught:
        reindex(library, open_place / "documents")
    assert "rights" in str(caught.value)


def test_data_folder_without_the_right_to_write_is_one_sentence(open_place: Path) -> None:
    folder, data = open_place / "documents", open_place / "data"
    write_articles(folder, {"a.md": ("A", "Text a.")})
    data.mkdir(mode=0o555)
    library = Library.open(data, HashEmbedder())
    with without_rights(open_place):
        for attempt in (library.probe, lambda: reindex(library, folder)):
            with pytest.raises(StoreUnusable) as caught:
                attempt()
            assert caught.value.key == "errors.store_unwritable"
            assert str(data) in str(caught.value)
        data.chmod(0)
        with pytest.raises(StoreUnusable):
            _ = library.generation
        data.chmod(0o755)
    reindex(library, folder)
    for path in [*data.rglob("*"), data]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with without_rights(open_place):
        library = Library.open(data, HashEmbedder())
        with pytest.raises(StoreUnusable):
            library.probe()
        library.close()
    for path in [data, *data.rglob("*")]:
        path.chmod(0o755)


def test_links_are_followed_inside_and_reported_outside(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("# Secret\n\nNot for the town.\n")
    (tmp_path / "elsewhere").mkdir()
    (folder / "out.md").symlink_to(outside)
    (folder / "dir").symlink_to(tmp_path / "elsewhere")
    (folder / "in.md").symlink_to(folder / "good.md")
    (folder / "loop").symlink_to(folder)
    (folder / "self.md").symlink_to(folder / "self.md")
    (folder / "nowhere.md").symlink_to(folder / "none.md")
    library = Library.open(tmp_path / "data", HashEmbedder())
    report = reindex(library, folder)
    assert [entry.article.source for entry in library.articles()] == ["good.md"]
    failed = {failure.source: failure.reason for failure in report.failed}
    assert set(failed) == {"out.md", "dir", "self.md", "nowhere.md"}
    assert "out of the documents folder" in failed["out.md"]
    assert "nowhere" in failed["nowhere.md"]


def test_names_that_are_not_utf8_are_reported(folder: Path) -> None:
    try:
        (os.fsencode(folder) + b"/\xc4\xe3\xba\xc3.md",)
        Path(os.fsdecode(os.fsencode(folder) + b"/\xc4\xe3.md")).write_text("# T\n\nx\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names alone")
    assert reasons(folder) == {"\\udcc4\\udce3.md": "its name is not UTF-8; rename it"}


def test_pipes_do_not_hang_the_run(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    assert reasons(folder) == {"pipe.txt": "it is not an ordinary file"}


def test_hidden_and_foreign_files_are_passed_over(folder: Path) -> None:
    for name in (".hidden.md", "~$open.txt", "photo.gif", "noext"):
        (folder / name).write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git" / "a.md").write_text("x")
    scan = scan_folder(folder, SUFFIXES, None)
    assert [state.source for state in scan.files] == ["good.md"]
    assert (scan.failed, scan.ignored) == ((), 3)
    assert [skipped.source for skipped in scan.skipped] == ["noext", "photo.gif"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("statute.doc", "save it as .docx"),
        ("letter.ODT", "save it as .docx"),
        ("talk.ppt", "save it as .pptx"),
        ("rows.json", "save it as .jsonl"),
        ("notes.rst", "save it as .md"),
        ("song.mp3", "not read"),
        ("README", "rename it"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(
    folder: Path, tmp_path: Path, name: str, advice: str
) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / name).write_text("x")
    library = Library.open(tmp_path / "data", HashEmbedder())
    for dry_run in (True, False, False):
        report = reindex(library, folder, dry_run=dry_run)
        assert [skipped.source for skipped in report.skipped] == [f"sub/{name}"]
        assert advice in report.skipped[0].reason
        assert report.failed == ()


def test_files_come_in_one_order(folder: Path) -> None:
    names = ["B.md", "a.md", "a/b.md", "a-b.md", "中.md", "Ä.md", "a/a.txt"]
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    sources = [state.source for state in scan_folder(folder, SUFFIXES, None).files]
    assert sources == sorted([*names, "good.md"])


def test_article_that_is_no_text_is_left_out(folder: Path, tmp_path: Path) -> None:
    rows = '{"id": "1", "title": "Half \\ud800", "text": "x."}\n'
    (folder / "rows.jsonl").write_text(rows + '{"id": "2", "title": "Whole", "text": "y."}\n')
    library = Library.open(tmp_path / "data", HashEmbedder())
    reindex(library, folder)
    assert "Whole" in [entry.article.title for entry in library.articles()]
