"""Turn what the engines of sites add to Markdown into plain Markdown: boxes, tabs, shortcodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.documents.markdown_inline import folded, plain_pieces, shown_words
from index.documents.newspaper.wordlists import words

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})([^`]*)$")
_HIGHLIGHT = re.compile(r"[ \t]*\{%-?[ \t]*(end)?highlight\b[ \t]*([\w+-]*)[^%]{0,100}%\}[ \t]*$")
_HIDDEN = re.compile(r"[ \t]*\{%-?[ \t]*(end)?comment[ \t]*-?%\}[ \t]*$")
_ADMONITION = re.compile(
    r"([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+([\w-]++)[ \w,-]*+[ \t]*+(?:\"(.*)\")?[ \t]*$"
)
_TAB = re.compile(r"([ \t]*)===[+!]?[ \t]+\"(.+)\"[ \t]*$")
_CONTAINER = re.compile(r"[ \t]*(::+)[ \t]*([\w-]*)(.*)$")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]")
_DIRECTIVE = re.compile(r"\{([\w-]+)\}[ \t]*(.*)")
_DIRECTIVES = words(
    "note warning tip important caution danger hint attention seealso admonition dropdown"
    " details error todo topic sidebar"
)
_ALERT = re.compile(r"([ \t]*>[ \t>]*)\[!(\w+)\][+-]?[ \t]*(.*)$")
_MODULE = re.compile(
    r"import\s.*\bfrom\b\s*['\"]|import\s+['\"]|export\s+(?:default|const|let|function)\b"
)
_CONTENTS = re.compile(
    r"[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\{:[ \t]*toc\b.*\})[ \t]*$", re.IGNORECASE
)
_CONTENTS_ITEM = re.compile(
    r"[ \t]*(?:[-*+]|\d+\.)[ \t]+(?:TOC|Table of contents|目录|目錄)\b.*$", re.I
)
_MARKDOWN_INSIDE = re.compile(r"<\w[^<>]*\bmarkdown\b[^<>]*>")
_LONE_TAG = re.compile(r"[ \t]*</?[a-z][\w-]*(?:\s[^<>]*)?>[ \t]*$")
_GENERIC = words(
    "note warning tip info danger important caution hint attention success failure bug example"
    " quote question abstract todo error notice details 注意 提示 警告 说明 說明 注"
)
_INDENT = 4


def plain_markdown(text: str, *, mdx: bool = False) -> str:
    """Return Markdown that any parser reads: comments, macros and tags of engines are taken out.

    Boxes (`!!! note`, `::: tip`, `> [!NOTE]`), tabs and components with a title become folded
    parts. Code is left as it is.
    """
    state = _Lines(mdx=mdx)
    lines = _without_comments(text).split("\n")
    for place, line in enumerate(lines):
        state.take(line, lines[place + 1] if place + 1 < len(lines) else "")
    return state.done()


@dataclass(slots=True)
class _Lines:
    """The lines read so far: `prose` those since the last code, not yet rid of inline marks."""

    mdx: bool
    found: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    fence: str = ""
    directives: list[str] = field(default_factory=list)
    boxes: list[int] = field(default_factory=list)
    containers: list[bool] = field(default_factory=list)
    module: bool = False
    hidden: bool = False

    def done(self) -> str:
        """Return the text."""
        self._end_prose()
        return "\n".join(self.found)

    def take(self, line: str, after: str) -> None:
        """Read one line; `after` is the next one."""
        line = self._out_of_boxes(line)
        hidden = _HIDDEN.match(line)
        if hidden or self.hidden:
            self.hidden = not hidden.group(1) if hidden else True
        elif self.fence:
            self._code(line)
        elif not self._opens_code(line) and not self._is_furniture(line, after):
            self._prose_line(line)

    def _out_of_boxes(self, line: str) -> str:
        """Return a line without the indent of the boxes it stands in; leave those it ends."""
        if not self.boxes or not line.strip():
            return line
        wide = line.expandtabs(_INDENT)
        indent = len(wide) - len(wide.lstrip())
        while self.boxes and indent < self.boxes[-1] + _INDENT:
            base = self.boxes.pop()
            self.fence = ""
            self.prose += ["", f"{' ' * max(0, base - _INDENT * len(self.boxes))}</details>", ""]
        return wide[_INDENT * len(self.boxes) :] if self.boxes else line

    def _code(self, line: str) -> None:
        """Take a line between fences."""
        bare = line.strip().lstrip("> ")
        highlight = _HIGHLIGHT.match(line)
        if highlight or (bare.startswith(self.fence) and not bare.strip(self.fence[0])):
            line = self.fence if highlight else line
            self.fence = ""
        self.found.append(line)

    def _opens_code(self, line: str) -> bool:
        """Return True, and take the line, if it opens code; boxes of MyST look like code."""
        highlight = _HIGHLIGHT.match(line)
        opened = _FENCE.match(line)
        if highlight and not highlight.group(1):
            self._end_prose()
            self.fence = "```"
            self.found.append(f"```{highlight.group(2)}")
            return True
        if not opened:
            return False
        marks, info = opened.group(1), opened.group(2).strip()
        directive = _DIRECTIVE.match(info)
        if directive and directive.group(1) in _DIRECTIVES:
            self.directives.append(marks)
            self._box(directive.group(1), directive.group(2), "")
        elif self.directives and not info and marks.startswith(self.directives[-1]):
            self.directives.pop()
            self.prose += ["", "</details>", ""]
        else:
            self._end_prose()
            self.fence = marks
            self.found.append(line)
        return True

    def _is_furniture(self, line: str, after: str) -> bool:
        """Return True, and take the line, if it opens or ends what an engine adds."""
        if _CONTENTS.match(line) or (_CONTENTS_ITEM.match(line) and _CONTENTS.match(after)):
            return True
        if self.module or (_MODULE.match(line) and not (self.prose and self.prose[-1].strip())):
            self.module = bool(line.strip()) and not line.rstrip().endswith((";", "'", '"'))
            return bool(line.strip())
        alert = _ALERT.match(line)
        if alert:
            quote, kind, title = alert.groups()
            self.prose += [quote, f"{quote}**{title.strip() or kind.capitalize()}**", quote]
            return True
        return self._opens_box(line)

    def _opens_box(self, line: str) -> bool:
        tab = _TAB.match(line)
        box = None if tab else _ADMONITION.match(line)
        if tab or box:
            indent = (tab or box).group(1)  # type: ignore[union-attr]
            self.boxes.append(len(indent.expandtabs(_INDENT)) + _INDENT * len(self.boxes))
            if tab:
                self.prose += folded(tab.group(2), indent)
            elif box:
                self._box(box.group(2), box.group(3), indent)
            return True
        container = _CONTAINER.match(line)
        return bool(container) and self._container(container)  # type: ignore[arg-type]

    def _container(self, found: re.Match[str]) -> bool:
        """Take a line of colons, which opens or ends a container."""
        colons, name, rest = found.groups()
        rest = rest.strip()
        if len(colons) == 2 and rest and not rest.startswith("{"):
            return False
        if not name and not rest:
            titled = self.containers.pop() if self.containers else False
            self.prose += ["", "</details>", ""] if titled else [""]
            return True
        bracketed = _BRACKETED.match(rest)
        title = bracketed.group(1) if bracketed else shown_words(rest) if rest[:1] == "{" else rest
        directive = _DIRECTIVE.match(rest)
        if directive and not name:
            name, title = directive.groups()
        title = title.strip("[]")
        self.containers.append(bool(title) or name in _GENERIC)
        if self.containers[-1]:
            self._box(name, title or None, "")
        return True

    def _box(self, kind: str, title: str | None, indent: str) -> None:
        """Open a box: under its title, or with what it is as its first words."""
        shown = kind.replace("-", " ").capitalize() if title is None or title == "" else title
        if title == "" and indent is not None and kind not in _GENERIC:
            shown = ""
        if shown.lower() in _GENERIC or not shown:
            head = [f"{indent}<details>", "", *([f"{indent}**{shown}**", ""] if shown else [])]
            self.prose += ["", *head]
        else:
            self.prose += folded(shown, indent)

    def _prose_line(self, line: str) -> None:
        inside = _MARKDOWN_INSIDE.search(line) if "markdown" in line else None
        if inside or (self.mdx and _LONE_TAG.match(line)):
            self.prose += ["", line.strip(), ""]
        else:
            self.prose.append(line)

    def _end_prose(self) -> None:
        """Rid the lines since the last code of inline marks."""
        if self.prose:
            self.found.append(plain_pieces("\n".join(self.prose), mdx=self.mdx))
            self.prose = []


def _without_comments(text: str) -> str:
    """Take HTML comments out, but for those in code; an opening that nothing closes is left out."""
    if "<!--" not in text:
        return text
    last = text.rfind("-->")
    kept: list[str] = []
    fence = ""
    place = 0
    while place < len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end + 1
        line = text[place:end]
        mark = _FENCE.match(line.rstrip("\n"))
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
        start = -1 if fence else line.find("<!--")
        if start < 0 or "`" in line[:start]:
            kept.append(line)
            place = end
        elif place + start > last:
            kept.append(text[place:end].replace("<!--", ""))
            place = end
        else:
            kept.append(line[:start])
            place = text.index("-->", place + start) + 3
    return "".join(kept)
