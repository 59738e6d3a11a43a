"""Document text as Discord's Markdown: escaped, and cut only between whole characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

ELLIPSIS = "…"
_ZERO_WIDTH_SPACE = "\u200b"
# Marks that turn the direction of what follows would scramble the source lines below a quote.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://[!-;=?-~]+")
# What an address may hold so that angle brackets show it whole and nothing in it is Markdown.
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._/?=&%+#,;:$!'()~]{1,400}")
_SENTENCE_MARKS = ".,:;!?'\")]}*_~|"
_MENTION = r"@(?=(?i:everyone|here)|[!&]?\d)"
_SPECIAL = re.compile(
    rf"(?P<at>{_MENTION})"
    r"|[\\*_~|`<>\[\]#]"
    # Emoji names, the scheme of an address, list items.
    r"|:(?=[\w+\-]*[a-zA-Z_+][\w+\-]*:|100:|1234:)|:(?=//)"
    r"|[-+](?=[\s#]|$)|(?P<item>^\d+\.(?=\s|$))",
    re.MULTILINE,
)
# Flags are taken pair by pair: `\X` counts all those before each, for seconds where there are many.
_CLUSTER = regex.compile(r"\p{GCB=RI}{2}[\p{GCB=EX}\p{GCB=ZWJ}\p{GCB=SM}]*|\X")
_LONGEST_CLUSTER = 32


@dataclass(frozen=True, slots=True)
class Symbol:
    """The smallest thing that is never cut: a character with its marks, or a link."""

    raw: str
    shown: str


def clean(text: str) -> str:
    """Return the text without control characters and direction marks; tabs become spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))


def symbols(text: str) -> Iterator[Symbol]:
    """Yield the symbols of a text, each with its escaped form."""
    text, position = clean(text), 0
    for match in _ADDRESS.finditer(text):
        address = _without_sentence_marks(match.group())
        if not _PLAIN_ADDRESS.fullmatch(address):
            continue
        yield from _escaped(text[position : match.start()])
        # In angle brackets an address ends where it ends, and Discord adds no preview.
        yield Symbol(address, f"<{address}>")
        position = match.start() + len(address)
    yield from _escaped(text[position:])


def _without_sentence_marks(address: str) -> str:
    """Return a URL without the punctuation of the sentence around it."""
    while address and address[-1] in _SENTENCE_MARKS:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _escaped(text: str) -> Iterator[Symbol]:
    """Yield the symbols of a text that holds no address to be shown as one."""
    position = 0
    for match in _SPECIAL.finditer(text):
        yield from (
            Symbol(cluster, cluster) for cluster in clusters(text[position : match.start()])
        )
        mark, position = match.group(), match.end()
        if match.lastgroup == "at":
            yield Symbol(mark, f"@{_ZERO_WIDTH_SPACE}")
        elif match.lastgroup == "item":
            yield Symbol(mark, f"{mark[:-1]}\\.")
        else:
            yield Symbol(mark, f"\\{mark}")
    yield from (Symbol(cluster, cluster) for cluster in clusters(text[position:]))


def escape(text: str) -> str:
    """Return the text so that Discord shows it letter by letter and mentions nobody."""
    return "".join(symbol.shown for symbol in symbols(text))


def unmentioned(code: str) -> str:
    """Return code, which is shown unescaped, so that it mentions nobody."""
    return re.sub(_MENTION, f"@{_ZERO_WIDTH_SPACE}", code)


def one_line(text: str) -> str:
    """Return the text on one line, every run of blanks made one space."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """Return the text escaped, on one line, at most `limit` long with its ellipsis."""
    return _fit([symbol.shown for symbol in symbols(_beginning(text, limit))], limit)


def shorten_path(path: str, limit: int) -> str:
    """Return a path escaped, at most `limit` long; its end, which says the most, is kept."""
    shown = [symbol.shown for symbol in symbols(one_line(path)[-4 * limit - 1 :])]
    if len(path) <= 4 * limit and sum(map(len, shown)) <= limit:
        return "".join(shown)
    return ELLIPSIS + "".join(reversed(_first(shown[::-1], limit)))


def cut(text: str, limit: int) -> str:
    """Return the text as it is, on one line, at most `limit` long with its ellipsis."""
    line = _beginning(text, limit)
    return line if len(line) <= limit else _fit(list(clusters(line)), limit)


def _beginning(text: str, limit: int) -> str:
    """Return enough of a text, on one line, to be cut at `limit`; it may be a whole book."""
    length = 4 * limit + _LONGEST_CLUSTER
    line = one_line(text[:length])
    while len(line) <= limit and length < len(text):
        length *= 4
        line = one_line(text[:length])
    return line


def _fit(pieces: list[str], limit: int) -> str:
    """Join as many pieces as fit; an ellipsis replaces the rest."""
    if sum(map(len, pieces)) <= limit:
        return "".join(pieces)
    return "".join(_first(pieces, limit)).rstrip() + ELLIPSIS


def _first(pieces: list[str], limit: int) -> list[str]:
    """Return as many pieces as leave room for an ellipsis."""
    length = 0
    for kept, piece in enumerate(pieces):
        length += len(piece)
        if length > limit - len(ELLIPSIS):
            return pieces[:kept]
    return pieces


def clusters(text: str) -> Iterator[str]:
    """Yield the characters as a reader counts them: Unicode's grapheme clusters (UAX 29).

    An endless one comes in pieces, so that it can be cut.
    """
    for match in _CLUSTER.finditer(text):
        cluster = match.group()
        for start in range(0, len(cluster), _LONGEST_CLUSTER):
            yield cluster[start : start + _LONGEST_CLUSTER]
