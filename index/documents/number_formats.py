"""Show the numbers of a workbook as its sheets do: with their decimals, currency or per cent."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING

from index.documents.archives import read_member

if TYPE_CHECKING:
    from lxml.etree import _Element

_BUILT_IN = {2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_CURRENCY = re.compile(r"\[\$([^\]-]{0,99}+)[^\]]{0,99}\]")
_CONDITION = re.compile(r"\[[^\]]{0,199}\]")
_SPACING = re.compile(r"[_*].")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.([#0?]+))?")
_DATE = re.compile(r"[ymdhs@/E]", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Places = dict[tuple[int, int], str]


def number_formats(archive: zipfile.ZipFile) -> dict[str, Places]:
    """Return the format of each number that has one, by sheet name, row and column from 0.

    Raises FileUnreadable or KeyError if the workbook is broken.
    """
    if "xl/styles.xml" not in archive.NameToInfo:
        return {}
    codes = _codes(_parsed(archive, "xl/styles.xml"))
    if not codes:
        return {}
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target") or ""))[1:]
        for one in _parsed(archive, "xl/_rels/workbook.xml.rels")
    }
    found: dict[str, Places] = {}
    for sheet in _parsed(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        name = targets.get(sheet.get(_RELATION), "")
        if name in archive.NameToInfo:
            found[sheet.get("name") or ""] = _places(_parsed(archive, name), codes)
    return found


def _parsed(archive: zipfile.ZipFile, name: str) -> _Element:
    from lxml import etree  # 20 ms

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(read_member(archive, name), parser)


def _codes(styles: _Element) -> dict[str, str]:
    """Return the format code of each cell style that has one for numbers."""
    named = {
        one.get("numFmtId"): one.get("formatCode") or "" for one in styles.iter(f"{_MAIN}numFmt")
    }
    named |= {str(number): code for number, code in _BUILT_IN.items()}
    used = styles.find(f"{_MAIN}cellXfs")
    numbers = [] if used is None else [style.get("numFmtId") for style in used]
    return {str(at): named[number] for at, number in enumerate(numbers) if number in named}


def _places(sheet: _Element, codes: dict[str, str]) -> Places:
    places: Places = {}
    for cell in sheet.iter(f"{_MAIN}c"):
        code = codes.get(cell.get("s") or "")
        place = _CELL.fullmatch(cell.get("r") or "")
        if code and place and cell.get("t") in {None, "n"}:
            column = 0
            for letter in place.group(1):
                column = column * 26 + ord(letter) - 64
            places[int(place.group(2)) - 1, column - 1] = code
    return places


def formatted(value: float, code: str) -> str:
    """Return a number as its format code shows it; nothing for a code that is not for numbers."""
    sections = code.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    shown = abs(value) if section is not sections[0] else value
    plain = _SPACING.sub("", _CONDITION.sub("", _CURRENCY.sub(r'"\1"', section)))
    bare = _QUOTED.sub("", plain)
    digits = _DIGITS.search(bare)
    if not digits or _DATE.search(bare) or len(_DIGITS.findall(bare)) > 1:
        return ""
    if "%" in bare:
        shown *= 100
    decimals = digits.group(1) or ""
    grouped = "," if "," in digits.group() else ""
    text = f"{shown:{grouped}.{len(decimals)}f}"
    for _ in range(len(decimals) - len(decimals.rstrip("#?"))):
        text = text.removesuffix("0")
    text = text.removesuffix(".")
    literal = _QUOTED.sub(lambda found: found.group(1) or found.group(2) or "", plain)
    at = _DIGITS.search(literal)
    return f"{literal[: at.start()]}{text}{literal[at.end() :]}".strip() if at else text
