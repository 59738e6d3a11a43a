"""Turn HTML into lines of text: a line a block, headings and list items marked, rows with bars."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from index.documents.encodings import decode
from index.errors import FileUnreadable
from index.pages.wordlists import words

if TYPE_CHECKING:
    from lxml.etree import _Element

_SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object", "select")
)
_BLOCKS = words(
    "address article aside blockquote body br caption center dd details div dl dt fieldset"
    " figcaption figure footer form header hr html li main nav ol p pre section summary table tbody"
    " td tfoot th thead tr ul h1 h2 h3 h4 h5 h6"
)
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
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}


def decode_markup(raw: bytes) -> str:
    """Decode HTML or XHTML by the charset it names if that fits, else by the look of the bytes."""
    named = _CHARSET.search(raw[:_HEAD])
    if named and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = named.group(1).decode("ascii").lower()
        with suppress(UnicodeDecodeError, LookupError):
            return raw.decode(_LARGER.get(name, name))
    return decode(raw)[0]


def parse_html(content: str) -> _Element:
    """Parse HTML as browsers do. Raises FileUnreadable if nothing of it is HTML."""
    from lxml import etree, html  # noqa: PLC0415 - 20 ms

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        # lxml takes no decoded text that still names its encoding.
        return html.document_fromstring(_DECLARATION.sub("", content, count=1), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FileUnreadable("reading.no_text") from error


def block_lines(root: _Element) -> list[str]:
    """Return the text of an element as lines, one a block, without scripts and the like."""
    from lxml import etree  # noqa: PLC0415

    lines: list[str] = []
    parts: list[str] = []
    mark = ""

    def end_line() -> None:
        nonlocal mark
        text = " ".join("".join(parts).split())
        if text:
            lines.append(f"{mark} {text}" if mark else text)
            mark = ""
        parts.clear()

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and (name in _SKIPPED or not name):
            walk.skip_subtree()
            continue
        cell = name in {"td", "th"}
        if name in _BLOCKS and not cell:
            end_line()
        if event == "start":
            mark = _HEADINGS.get(name, "-" if name == "li" else mark)
            if cell and parts:
                parts.append(" | ")
            parts.append(element.text or "")
        else:
            mark = "" if name in _HEADINGS or name == "li" else mark
            if element is not root and not (cell and not (element.tail or "").strip()):
                parts.append(element.tail or "")
    end_line()
    return lines
