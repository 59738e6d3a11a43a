"""Take out of lines of Markdown what only the engine of a site reads: macros, tags, attributes."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.documents.formulas import with_formulas

# Names of parameters that a visitor sees.
_SHOWN = r"title|label|caption|summary|header|heading|text|question|content"
_PARAMETER = re.compile(
    rf"""\b(?:{_SHOWN})\s*=\s*+\{{?\s*+(?:"([^"\n]*)"|'([^'\n]*)'|`([^`\n]*)`)"""
)
_METHOD = re.compile(r"""\bmethod\s*=\s*["']([A-Z]{3,7})["']""")
_QUOTED = re.compile(r"""(?<![=\w])(?:["“]([^"”\n]+)["”]|'([^'\n]+)')""")
_SHOWN_BY_PLACE = frozenset(("tab", "expand", "details", "accordion", "button", "callout"))
# What a visitor reads in the midst of a line.
_SAID_BY_PLACE = frozenset(("email", "mail", "mailto", "kbd", "abbr", "badge", "mark", "term"))
_NAME = re.compile(r"""\bname\s*=\s*["']([^"'\n]+)["']""")
_CODE_SPAN = re.compile(r"(`+[^`]*`+)")
_SHORTCODE = re.compile(r"\{\{[<%]\s*+(/?)\s*+([\w./-]*+)([^{}]{0,1000}?)/?[>%]\}\}")
_LIQUID = re.compile(r"\{%-?\s*+(\w*+)([^%{}]{0,1000})-?%\}")
_MACRO = re.compile(r"\{\{[^{}\n]{0,200}\}\}")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,300}\}|\{[#.][A-Za-z][^{}\n]{0,200}\}")
_COMMENT = re.compile(r"\{/\*[^*]{0,2000}\*/\}")
_LITERAL = re.compile(r"""\{\s*(["'`])([^"'`{}\n]{0,500})\1\s*\}""")
# {12} and {`12 EUR`}: what JavaScript shows as it stands.
_VALUE = re.compile(r"(?<![=$])\{\s*(?:`([^`{}$\n]{1,500})`|(\d[\d.,]*))\s*\}")
_PROPERTY = re.compile(
    r"\s[\w:-]+=\{(?>[^{}]{0,2000})(?:\{(?>[^{}]{0,2000})\}(?>[^{}]{0,2000})){0,20}\}"
)
_COMPONENT = re.compile(
    r"<(/?)(?:([A-Z][\w.]*+)((?:[^<>{}\"']++|\"[^\"\n]{0,1000}+\"|'[^'\n]{0,1000}+'"
    r"|\{(?:[^{}]{1,1000}+|\{[^{}]{0,1000}+\}){0,20}+\}){0,60}+))?>"
)
_INLINE_COMPONENT = re.compile(r"(?<![\w:]):[A-Za-z][\w-]*\{([^{}\n]{0,300})\}")
_SPAN = re.compile(r"\[([^\[\]\n]{1,500})\]\{[.#:][^{}\n]{0,200}\}")
_WIKI = re.compile(r"(!?)\[\[(?!\s)([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_EXPONENT = re.compile(r"(?<=[\w)])\^([\w+-]{1,12})\^")
_INDEX = re.compile(r"(?<=\w)~(\d{1,3})~(?!~)")
_MARKED = re.compile(r"(?<![=+\w])(==|\+\+)(?=\S)([^=+\n]{1,300}?)(?<=\S)\1(?![=+])")
_ABBREVIATION = re.compile(r"^[ ]{0,3}\*\[([^\]\n]{1,100})\]:[ \t]*(?=\S)", re.MULTILINE)
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+-]{2,50}:(?!\w)")
_ICON = re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]{1,80}:(?:\{[^{}\n]{0,100}\})?")
_MARKS = re.compile(r"[\\`*_\[\]<>|~$^={}#]")
_DISCORD = re.compile(r"<a?:\w{2,32}:\d{15,22}>")
_SOLE_COMPONENT = re.compile(r"^[ \t]*:[a-z]+(?:-[a-z]+)+[ \t]*$", re.MULTILINE)


def plain_pieces(text: str, *, mdx: bool) -> str:
    """Return lines of Markdown without the marks of engines; code spans are left as they are.

    `mdx` says that braces hold expressions.
    """
    if mdx or "<" in text:
        text = _without_components(text, mdx=mdx)
    parts = _CODE_SPAN.split(text)
    return "".join(part if place % 2 else _plain(part) for place, part in enumerate(parts))


def _escaped(text: str) -> str:
    """Return words as Markdown that says just them."""
    return _MARKS.sub(r"\\\g<0>", text)


def shown_words(parameters: str) -> str:
    """Return the words among the parameters of a shortcode or tag that a visitor sees."""
    found = _PARAMETER.search(parameters)
    return next((group for group in found.groups() if group), "") if found else ""


def folded(title: str, indent: str = "") -> list[str]:
    """Return the lines that open a folded part with a title, which may hold Markdown."""
    lines = ["", "<details>", "<summary>", "", title, "", "</summary>", ""]
    return [f"{indent}{line}" if line else line for line in lines]


def _plain(text: str) -> str:
    if "$" in text or "\\" in text:
        text = with_formulas(text, dollars=True, shown=_escaped)
    if "{" in text:
        text = _SHORTCODE.sub(_shortcode, text)
        text = _LIQUID.sub(_liquid, text)
        text = _MACRO.sub("", text)
        text = _SPAN.sub(r"\1", text)
        text = _INLINE_COMPONENT.sub(lambda found: shown_words(found.group(1)), text)
    if "^" in text or "~" in text:
        text = _INDEX.sub(r"<sub>\1</sub>", _EXPONENT.sub(r"<sup>\1</sup>", text))
    if "==" in text or "++" in text:
        text = _MARKED.sub(r"\2", text)
    if ":" in text:
        text = _ABBREVIATION.sub(r"\n\1: ", text)
        text = _SOLE_COMPONENT.sub("", text)
        text = _EMOJI.sub(_emoji, _ICON.sub("", _DISCORD.sub("", text)))
    if "{" in text:
        text = _ATTRIBUTES.sub("", text)
    return _WIKI.sub(_wiki, text) if "[[" in text else text


def _shortcode(found: re.Match[str]) -> str:
    closes, name, parameters = found.groups()
    if closes:
        return ""
    words = shown_words(parameters)
    if not words and name in _SHOWN_BY_PLACE | _SAID_BY_PLACE:
        quoted = _NAME.search(parameters) or _QUOTED.search(parameters)
        words = next(filter(None, quoted.groups()), "") if quoted else ""
    return f"\n\n**{words}**\n\n" if words and name in _SHOWN_BY_PLACE else words


def _liquid(found: re.Match[str]) -> str:
    return shown_words(found.group(2))


def _emoji(found: re.Match[str]) -> str:
    import emoji  # 60 ms

    return emoji.emojize(found.group(), language="alias")


def _wiki(found: re.Match[str]) -> str:
    embedded, page, words = found.groups()
    if embedded:
        return ""
    return words or page.strip("#^").replace("#", " > ")


def _without_components(text: str, *, mdx: bool) -> str:
    """Take tags of components out; one that shows a title becomes a folded part with it."""
    if mdx and "{" in text:
        text = _VALUE.sub(r"\1\2", text)
    parts = _CODE_SPAN.split(text)
    folds: list[bool] = []
    for place in range(0, len(parts), 2):
        part = parts[place]
        if mdx and "{" in part:
            part = _LITERAL.sub(r"\2", _COMMENT.sub("", part))
        part = _COMPONENT.sub(_component(folds), part)
        parts[place] = _PROPERTY.sub("", part) if mdx and "{" in part else part
    return "".join(parts)


def _component(folds: list[bool]) -> Callable[[re.Match[str]], str]:
    """Return what takes one tag out; `folds` holds for each open tag whether it opened a fold."""

    def replace(found: re.Match[str]) -> str:
        closes, _, parameters = found.groups()
        if closes:
            return "\n\n</details>\n\n" if folds and folds.pop() else ""
        parameters = parameters or ""
        title = shown_words(parameters)
        before = found.string.rfind("\n", 0, found.start()) + 1
        starts = not found.string[before : found.start()].strip()
        if parameters.endswith("/"):
            return f"\n\n**{title}**\n\n" if title and starts else title
        folds.append(bool(title and starts))
        if folds[-1]:
            return "\n".join([*folded(title), ""])
        method = _METHOD.search(parameters)
        # Inside a line a tab's name stands apart from what it shows.
        return f"{method.group(1)} " if method else f"**{title}** " if title else ""

    return replace
