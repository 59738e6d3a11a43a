"""Scanned pages wait until their words are recognised, and are read with the rest then."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import comparison
from index.documents import ocr
from index.documents.reading import Reading
from index.documents.registry import read_file
from index.library import Library
from index.models import BlockKind
from index.pipeline import reindex
from index.scan import FileState
from index.scans import Scans
from tests.fakes import HashEmbedder
from tests.pdf_pages import Put, write_pdf


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ocr.Recognised:
    monkeypatch.setattr(ocr.KNOWN, "folder", tmp_path / "recognised")
    return ocr.KNOWN


def write_scan(path: Path) -> None:
    pytest.importorskip("PIL")
    from PIL import Image

    Image.new("RGB", (400, 300), "white").save(path)


def test_recognised_words_are_blocks_that_say_so(tmp_path: Path, known: ocr.Recognised) -> None:
    path = tmp_path / "scan.pdf"
    write_scan(path)
    known.keep(
        path,
        1,
        [(20, 250, 180, 262, "The pier opens at eight."), (20, 200, 90, 212, "- Bring a coat")],
    )
    (article,) = read_file(path, "scan.pdf").articles
    shown = [(b.kind, article.text[b.start : b.end], b.page, b.ocr) for b in article.blocks]
    assert shown == [
        (BlockKind.PARAGRAPH, "The pier opens at eight.", "1", True),
        (BlockKind.LIST_ITEM, "Bring a coat", "1", True),
    ]


def test_another_file_of_the_same_name_has_words_of_its_own(
    tmp_path: Path, known: ocr.Recognised
) -> None:
    path, other = tmp_path / "scan.pdf", tmp_path / "other.pdf"
    write_scan(path)
    known.keep(path, 1, [(20, 250, 180, 262, "The pier opens at eight.")])
    write_pdf(other, [[Put(50, 700, "Text.")]])
    assert known.page(other, 1) is None
    assert known.page(path, 1) is not None


def test_a_scan_without_known_words_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    write_scan(path)
    result = read_file(path, "scan.pdf")
    assert result.articles == ()
    wanted = "docent index" if ocr.can_recognise() else "docent[ocr]"
    assert wanted in result.failed[0].reason


def test_what_waited_for_ocr_is_read_again_once_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "documents").mkdir()
    write_pdf(tmp_path / "documents" / "blank.pdf", [[]])
    library = Library.open(tmp_path / "data", HashEmbedder())
    read: list[str] = []
    parts = Reading.parts

    def spied(self: Reading, path: Path, source: str) -> object:
        read.append(source)
        return parts(self, path, source)

    monkeypatch.setattr(Reading, "parts", spied)
    for can, times in ((False, 1), (False, 1), (True, 2)):
        monkeypatch.setattr(comparison, "can_recognise", lambda can=can: can)
        report = reindex(library, tmp_path / "documents")
        assert [failure.source for failure in report.failed] == ["blank.pdf"]
        assert read == ["blank.pdf"] * times


def test_each_page_is_told_while_scans_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    write_scan(path)
    scans = Scans(tmp_path / "recognised")
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        raise KeyboardInterrupt

    state = FileState(path, "scan.pdf", 1, 1, 1, 1)
    if not ocr.can_recognise():
        pytest.skip("the extra ocr is not installed")
    with pytest.raises(KeyboardInterrupt):
        list(scans.recognise(state, stop))
    assert told == [(0, 1)]


@pytest.mark.slow
def test_the_words_of_a_picture_are_recognised(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    import pypdfium2

    write_pdf(tmp_path / "a.pdf", [[Put(50, 700, "The ferry leaves at 14:20.", 18)]])
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        document[0].render(scale=2).to_pil().save(tmp_path / "a.png")
    assert [text for *_, text in ocr.recognise(tmp_path / "a.png", 1)] == [
        "The ferry leaves at 14:20."
    ]
