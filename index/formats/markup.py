"""Take the inline markup off a Markdown text, so that what is quoted is what was said."""

from __future__ import annotations

import re

_FENCES = re.compile(
    r"(^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z))", re.DOTALL | re.MULTILINE
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:b|i|em|strong|u|s|del|sub|sup|span|p|div|img|center|font|small|details|summary|kbd|mark)"
    r"(?:\s[^<>\n]{0,300})?/?>",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^()\n]{0,500}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(<?([^()\s<>]{0,500})>?(?:\s\"[^\"\n]{0,200}\")?\)")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]{1,500}|[\w.+-]+@[\w.-]+)>")
_STRONG = re.compile(r"(\*\*\*|\*\*|___|__|~~)(?=\S)([^\n]{1,1000}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,500}?)(?<=[^\s*])\*(?![\w*])")
_UNDERSCORED = re.compile(r"(?<![\w\\])_(?=[^\s_])([^_\n]{1,500}?)(?<=[^\s_])_(?!\w)")
_CODE = re.compile(r"(?<!`)(`{1,2})(?=[^`])([^\n]{1,500}?)(?<=[^`])\1(?!`)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")


def plain_text(text: str) -> str:
    """Return a Markdown text with its inline markup taken off; blocks keep their marks.

    A link becomes its words with the address in brackets, a picture its description. What stands
    between code fences is left as it is.
    """
    parts = _FENCES.split(_COMMENT.sub("", text))
    return "".join(part if place % 2 else _plain(part) for place, part in enumerate(parts))


def _plain(text: str) -> str:
    for pattern in (_BREAK, _TAG):
        text = pattern.sub("\n" if pattern is _BREAK else "", text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(_link, text)
    text = _AUTOLINK.sub(r"\1", text)
    for _ in range(2):  # bold inside italics
        text = _STRONG.sub(r"\2", text)
        text = _EMPHASIS.sub(r"\1", text)
        text = _UNDERSCORED.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", _CODE.sub(r"\2", text))


def _link(found: re.Match[str]) -> str:
    words, address = found.groups()
    told = not address or address.startswith("#") or address in words
    return words if told else f"{words} ({address})"
