"""Write small PDF files for tests: text at places, in Latin and Chinese, plain or encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Put:
    """A line of text whose baseline begins at `x`, `y` in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 10


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


def write_pdf(path: Path, pages: Sequence[Sequence[Put]], *, encrypted: bool = False) -> None:
    """Write pages of 595 by 842 points."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *_FONTS]
    kids = []
    for page in pages:
        content = b"\n".join(_draw(put) for put in page)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /L 3 0 R /C 4 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    path.write_bytes(_assemble(objects, encrypted))


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
