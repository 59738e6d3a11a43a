"""Write small PDF files for tests: text at places, in Latin and Chinese, plain or encrypted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from index.documents.columns import Box
from index.models import Article
from tests.documents import read_article


@dataclass(frozen=True)
class Put:
    """A line of text whose baseline begins at `x`, `y` in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 10


# The pieces of any page at all.
BOXES = st.lists(
    st.builds(
        lambda x, y, w, s, t: Box(x, y, x + w, y + s, s, t),
        st.floats(0, 600),
        st.floats(0, 800),
        st.floats(1, 300),
        st.floats(4, 40),
        st.text(st.sampled_from("ab一。1"), min_size=1, max_size=9),
    ),
    max_size=30,
)

_FONTS = [
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
    b" /DescendantFonts [5 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
    b" /FontDescriptor 6 0 R >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
    b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
]


def write_pdf(
    path: Path,
    pages: Sequence[Sequence[Put]],
    *,
    encrypted: bool = False,
    lines: Sequence[tuple[float, float, float, float]] = (),
    fields: Mapping[tuple[float, float], str] | None = None,
    links: Mapping[tuple[float, float, float, float], str] | None = None,
) -> None:
    """Write pages of 595 by 842 points.

    Each page has the `lines` from x, y to x, y; the last has filled `fields` by their corner, or
    `links` by the corners of their words.
    """
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *_FONTS]
    kids = []
    for page in pages:
        drawn = [b"%f %f m %f %f l S" % line for line in lines]
        content = b"\n".join([*map(_draw, page), *drawn])
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /L 3 0 R /C 4 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    if fields:
        _add_fields(objects, fields)
    if links:
        notes = b"".join(
            b"<< /Type /Annot /Subtype /Link /Rect [%f %f %f %f]" % corners
            + b" /A << /S /URI /URI (%s) >> >>" % address.encode()
            for corners, address in links.items()
        )
        objects[-1] = objects[-1][:-2] + b"/Annots [%s] >>" % notes
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    path.write_bytes(_assemble(objects, encrypted))


def read_pdf(folder: Path, pages: Sequence[Sequence[Put]], **more: Any) -> Article:
    """Write pages and read them: they are one article."""
    write_pdf(folder / "a.pdf", pages, **more)
    return read_article(folder, "a.pdf")


def put_rows(
    rows: Sequence[Sequence[str]], x: float, y: float, width: float, height: float
) -> list[Put]:
    """Put the cells of a table on a page, the first at `x`, `y`."""
    return [
        Put(x + width * column, y - height * row, text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]


def _add_fields(objects: list[bytes], fields: Mapping[tuple[float, float], str]) -> None:
    """Add text fields to the page that comes last, and the form to the document."""
    places = []
    for number, ((x, y), value) in enumerate(fields.items()):
        objects.append(
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /T (f%d) /V (%s)"
            b" /Rect [%f %f %f %f] >>" % (number, value.encode(), x, y, x + 200, y + 16)
        )
        places.append(b"%d 0 R" % len(objects))
    page = len(objects) - len(places) - 1
    objects[page] = objects[page][:-2] + b"/Annots [%s] >>" % b" ".join(places)
    objects[0] = objects[0][:-2] + b"/AcroForm << /Fields [%s] >> >>" % b" ".join(places)


def _draw(put: Put) -> bytes:
    if put.text.isascii():
        shown = put.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"BT /L {put.size} Tf {put.x} {put.y} Td ({shown}) Tj ET".encode()
    shown = put.text.encode("utf-16-be").hex()
    return f"BT /C {put.size} Tf {put.x} {put.y} Td <{shown}> Tj ET".encode()


def _assemble(objects: Sequence[bytes], encrypted: bool) -> bytes:
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R" % (len(objects) + 1)
    if encrypted:  # a key that no password opens
        out += (
            b" /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4"
            b" /O <%s> /U <%s> >>" % (b"01" * 32, b"02" * 32)
        )
    out += b" >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
