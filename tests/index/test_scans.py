"""Scanned pages wait until their words are recognised, and are read with the rest then."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.documents import ocr
from index.documents.registry import read_file
from index.models import BlockKind
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
