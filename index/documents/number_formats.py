"""Show the numbers of a workbook as its sheets do: with their decimals, currency or per cent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_BUILT_IN = {2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_CURRENCY = re.compile(r"\[\$([^\]-]{0,99}+)[^\]]{0,99}\]")
_CONDITION = re.compile(r"\[[^\]]{0,199}\]")
_SPACING = re.compile(r"[_*].")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.([#0?]+))?")
_DATE = re.compile(r"[ymdhs@/E]", re.IGNORECASE)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def format_codes(styles: _Element) -> dict[str, str]:
    """Return the format code of each cell style that has one for numbers."""
    named = {
        one.get("numFmtId"): one.get("formatCode") or "" for one in styles.iter(f"{_MAIN}numFmt")
    }
    named |= {str(number): code for number, code in _BUILT_IN.items()}
    used = styles.find(f"{_MAIN}cellXfs")
    numbers = [] if used is None else [style.get("numFmtId") for style in used]
    return {str(at): named[number] for at, number in enumerate(numbers) if number in named}


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
