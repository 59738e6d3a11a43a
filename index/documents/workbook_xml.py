"""What calamine does not tell of an `.xlsx` or `.ods`: number formats, where links lead, gaps."""

from __future__ import annotations

import posixpath
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from index.documents.archives import read_member
from index.documents.links import Link, linked_address
from index.documents.number_formats import format_codes
from index.errors import FileUnreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

# Calamine holds every place of a sheet from the first cell to the last, 32 bytes each.
_MOST_PLACES = 8_000_000
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_LINK_FORMULA = re.compile(r'HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_LINK = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}a"
_HREF = "{http://www.w3.org/1999/xlink}href"
_ODS = "content.xml"

Place = tuple[int, int]


@dataclass(slots=True)
class SheetFacts:
    """The number formats and the addresses of cells by row and column from 0.

    `links` are the linked words of an `.ods` in their order, whose places are not known.
    """

    formats: dict[Place, str] = field(default_factory=dict)
    addresses: dict[Place, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


def read_package(archive: zipfile.ZipFile) -> tuple[dict[str, SheetFacts], BytesIO | None]:
    """Return the facts of each sheet by its name; and the workbook anew if it has wide gaps.

    A sheet with cells far from each other is written with one blank row or column in place of
    many. Raises FileUnreadable or KeyError if the workbook is broken, or one sheet too large.
    """
    if _ODS in archive.NameToInfo:
        return _ods_links(_parsed(archive, _ODS)), None
    styled = "xl/styles.xml" in archive.NameToInfo
    codes = format_codes(_parsed(archive, "xl/styles.xml")) if styled else {}
    targets = _targets(archive, "xl/workbook.xml")
    found: dict[str, SheetFacts] = {}
    anew: dict[str, bytes] = {}
    for sheet in _parsed(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        name = targets.get(sheet.get(_RELATION) or "", "")
        if name in archive.NameToInfo:
            root = _parsed(archive, name)
            if _close_gaps(root):
                anew[name] = _written(root)
            facts = SheetFacts(_formats(root, codes), _addresses(root, archive, name))
            found[sheet.get("name") or ""] = facts
    return found, _rewritten(archive, anew) if anew else None


def _parsed(archive: zipfile.ZipFile, name: str) -> _Element:
    from lxml import etree  # 20 ms

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(read_member(archive, name), parser)


def _written(root: _Element) -> bytes:
    from lxml import etree

    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _rewritten(archive: zipfile.ZipFile, anew: dict[str, bytes]) -> BytesIO:
    """Return an archive with some of its members written anew, without its pictures."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name in archive.NameToInfo:
            if name.lower().endswith((".xml", ".rels")):
                written.writestr(name, anew.get(name) or read_member(archive, name))
    out.seek(0)
    return out


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the members and addresses that a part points to, by the numbers it gives them."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    found: dict[str, str] = {}
    for one in _parsed(archive, relations) if relations in archive.NameToInfo else ():
        target = one.get("Target") or ""
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target))[1:]
        found[one.get("Id") or ""] = target
    return found


def _place(name: str | None) -> Place | None:
    """Return the row and the column of a cell such as B7."""
    found = _CELL.match(name or "")
    if not found:
        return None
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return int(found.group(2)) - 1, column - 1


def _name(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _formats(sheet: _Element, codes: dict[str, str]) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for cell in sheet.iter(f"{_MAIN}c") if codes else ():
        code = codes.get(cell.get("s") or "")
        place = _place(cell.get("r")) if code else None
        if code and place and cell.get("t") in {None, "n"}:
            found[place] = code
    return found


def _addresses(sheet: _Element, archive: zipfile.ZipFile, name: str) -> dict[Place, str]:
    """Return where the links of cells lead, those that a formula makes too."""
    found: dict[Place, str] = {}
    for formula in sheet.iter(f"{_MAIN}f"):
        told = _LINK_FORMULA.match(formula.text or "")
        cell = formula.getparent()
        place = _place(cell.get("r")) if told and cell is not None else None
        if told and place:
            found[place] = told.group(1)
    links = list(sheet.iter(f"{_MAIN}hyperlink"))
    targets = _targets(archive, name) if links else {}
    for link in links:
        first, address = _place(link.get("ref")), targets.get(link.get(_RELATION) or "")
        if first and address:
            found[first] = address
    return found


def _ods_links(content: _Element) -> dict[str, SheetFacts]:
    found: dict[str, SheetFacts] = {}
    for table in content.iter(f"{_TABLE}table"):
        facts = found.setdefault(table.get(f"{_TABLE}name") or "", SheetFacts())
        for link in table.iter(_ODS_LINK):
            words = " ".join("".join(link.itertext()).split())
            address = linked_address(words, link.get(_HREF) or "")
            if address:
                facts.links.append(Link(words, address))
    return found


def _close_gaps(sheet: _Element) -> bool:
    """Number the rows and columns of a sheet anew if its cells lie far apart; tell if it was.

    Raises FileUnreadable if it is too large even so.
    """
    cells = [(place, cell) for place, cell in _cells(sheet) if len(cell)]
    height = max((place[0] for place, _ in cells), default=0) + 1
    width = max((place[1] for place, _ in cells), default=0) + 1
    if height * width <= _MOST_PLACES:
        return False
    rows, columns = (sorted({place[axis] for place, _ in cells}) for axis in (0, 1))
    across, along = _numbers(rows), _numbers(columns)
    if (across[-1] + 1) * (along[-1] + 1) > _MOST_PLACES:
        raise FileUnreadable("reading.sheet_wide")

    def near(place: Place) -> Place:
        row, column = bisect_right(rows, place[0]) - 1, bisect_right(columns, place[1]) - 1
        return across[max(row, 0)], along[max(column, 0)]

    full = {id(cell) for _, cell in cells}
    for _, cell in list(_cells(sheet)):
        parent = cell.getparent()
        if id(cell) not in full and parent is not None:
            parent.remove(cell)
    for place, cell in cells:
        row, column = near(place)
        cell.set("r", _name(row, column))
        parent = cell.getparent()
        if parent is not None:
            parent.set("r", str(row + 1))
    for line in list(sheet.iter(f"{_MAIN}row")):
        parent = line.getparent()
        if not len(line) and parent is not None:
            parent.remove(line)
    for kind in ("mergeCell", "hyperlink"):
        for one in sheet.iter(f"{_MAIN}{kind}"):
            ends = map(_place, (one.get("ref") or "").split(":"))
            one.set("ref", ":".join(_name(*near(end)) for end in ends if end))
    for dimension in list(sheet.iter(f"{_MAIN}dimension")):
        sheet.remove(dimension)
    return True


def _cells(sheet: _Element) -> Iterator[tuple[Place, _Element]]:
    """Yield the cells of a sheet with their places; one that says none comes after the last."""
    row = -1
    for line in sheet.iter(f"{_MAIN}row"):
        number = line.get("r") or ""
        row = int(number) - 1 if number.isdecimal() else row + 1
        column = -1
        for cell in line.iter(f"{_MAIN}c"):
            place = _place(cell.get("r")) or (row, column + 1)
            row, column = place
            yield place, cell


def _numbers(used: list[int]) -> list[int]:
    """Return new numbers in order, with a gap of one where there was any."""
    found = [min(used[0], 1)]
    for before, here in zip(used, used[1:], strict=False):
        found.append(found[-1] + min(here - before, 2))
    return found
