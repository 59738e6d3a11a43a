"""Decode and parse HTML as browsers do."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from index.documents.encodings import decode
from index.errors import FileUnreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
# Pages name the older and smaller set and use the larger one.
_LARGER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_HEAD = 4096
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*+)[^<>]*>")
# Elements that nobody needs to close, or that hold nothing.
_UNCOUNTED = frozenset(
    ("p", "li", "td", "th", "tr", "dt", "dd", "option", "br", "hr", "img", "input", "meta", "link")
)
_DEEPEST = 200


def decode_markup(raw: bytes) -> str:
    """Decode HTML or XHTML by the charset it names if that fits, else by the look of the bytes."""
    named = _CHARSET.search(raw[:_HEAD])
    if named and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = named.group(1).decode("ascii").lower()
        with suppress(UnicodeDecodeError, LookupError):
            return raw.decode(_LARGER.get(name, name))
    return decode(raw)[0]


def parse_html(content: str) -> _Element:
    """Parse HTML as browsers do. Raises FileUnreadable if nothing of it is HTML.

    Of elements nested deeper than the parser follows the tags are left out, but no words.
    """
    # lxml takes no decoded text that still names its encoding.
    content = _DECLARATION.sub("", content, count=1)
    root, deep = _parsed(content)
    return _parsed(_flattened(content))[0] if deep else root


def _parsed(content: str) -> tuple[_Element, bool]:
    """Return the tree of HTML, and whether the parser gave up at its depth."""
    from lxml import etree, html  # 20 ms

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FileUnreadable("reading.no_text") from error
    return root, any("depth" in entry.message for entry in parser.error_log.filter_from_fatals())


def _flattened(content: str) -> str:
    """Return HTML without the tags of elements that are nested too deep."""
    depth = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal depth
        closes, name = found.groups()
        if name.lower() in _UNCOUNTED or found.group().endswith("/>"):
            return found.group() if depth <= _DEEPEST else " "
        depth += not closes
        shown = found.group() if depth <= _DEEPEST else " "
        depth = max(0, depth - bool(closes))
        return shown

    return _TAG.sub(replace, content)
