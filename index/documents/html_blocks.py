"""Turn HTML into blocks in reading order: one walk for web pages, Markdown, e-books and mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.documents.builder import BlockBuilder
from index.documents.html_inline import Inline, is_hidden
from index.documents.html_lists import OpenList, item_number, open_list
from index.documents.html_notes import find_notes
from index.documents.html_tables import add_table, is_layout
from index.documents.links import Link
from index.documents.newspaper.wordlists import words
from index.documents.prose import BREAK, PICTURE, add_prose, asked_and_answered, plain
from index.documents.questions import is_question, question_start
from index.documents.text_blocks import parse_html
from index.models import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
# What holds words of one kind: paragraphs inside it only break its line.
_HOLDERS = frozenset(("li", "dt", "dd", "summary", "figcaption", "caption", "legend", *_HEADINGS))
_SOFT = frozenset(("p", "div", "section", "article", "center", "header", "hgroup", "address"))
_BLOCKS = _HOLDERS | _SOFT | _LISTS | words(
    "aside blockquote body details dl fieldset figure footer form hr html main nav pre search"
    " table tbody td tfoot th thead tr"
)  # fmt: skip
_LOWEST_FOLD = 9
_LONGEST_FOLD = 150
_LONGEST_HEADING = 200


def html_blocks(builder: BlockBuilder, content: _Element | str, base: str = "") -> None:
    """Add what a reader sees of an HTML element or text, whose own address is `base`.

    Headings, lists with their depth, tables with their spans, definitions, folded parts,
    captions, quotations and notes keep what they are; scripts and hidden elements are left out.
    Raises FileUnreadable if a text holds no HTML.
    """
    _Walk(builder, parse_html(content) if isinstance(content, str) else content, base).run()


@dataclass(slots=True)
class _Holder:
    """An open element whose words are of one kind; `said` once some of them stand in the text."""

    element: _Element
    name: str
    number: str = ""
    said: bool = False


class _Walk:
    """The state of one walk over a tree."""

    def __init__(self, builder: BlockBuilder, root: _Element, base: str) -> None:
        self._builder = builder
        self._root = root
        self._base = base
        # Each note stands once, after the first block that refers to it.
        self._notes = find_notes(root)
        self._noted = frozenset(self._notes.values())
        self._line = Inline(self._notes, base)
        self._cell_links: list[Link] = []
        self._lists: list[OpenList] = []
        self._holders: list[_Holder] = []
        self._folds: list[tuple[_Element, int]] = []
        self._terms: list[str] = []
        self._defined = False

    def run(self) -> None:
        """Walk the tree from its start to its end, without recursion."""
        from lxml import etree  # 20 ms

        walk = etree.iterwalk(self._root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._end(element)
                if element is not self._root:
                    self._line.text(element.tail)
            elif not self._start(element):
                walk.skip_subtree()
        self._flush()

    def _start(self, element: _Element) -> bool:
        """Take the start of an element; return False if its inside is done with or unseen."""
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or is_hidden(element) or element in self._noted:
            return False
        if name not in _BLOCKS:
            inside = self._line.open(element)
            if inside:
                self._line.text(element.text)
            return inside
        self._boundary(name)
        if self._terms and not self._defined and (name in _LISTS or name in {"dl", "table", "pre"}):
            self._flush_terms()
        if name == "pre":
            self._builder.code(_code(element))
            return False
        if name == "table" and not is_layout(element):
            since = self._builder.count
            add_table(self._builder, element, self._cell, self._add_notes)
            self._builder.add_links(self._cell_links, since)
            self._cell_links = []
            return False
        if name in _LISTS:
            self._lists.append(open_list(element, self._lists, self._builder))
        elif name in _HOLDERS or name == "blockquote":
            self._hold(name, element)
        self._line.text(element.text)
        return True

    def _hold(self, name: str, element: _Element) -> None:
        """Open a holder."""
        number = ""
        if name == "li":
            number = item_number(element, self._lists)
        elif name == "dt" and self._defined:
            self._terms, self._defined = [], False
        self._holders.append(_Holder(element, name, number))

    def _end(self, element: _Element) -> None:
        """Take the end of an element."""
        name = element.tag
        if name not in _BLOCKS:
            self._line.close(element)
            return
        self._boundary(name)
        if self._holders and self._holders[-1].element is element:
            self._flush()
            self._holders.pop()
        elif self._lists and self._lists[-1].element is element:
            self._lists.pop()
        elif name == "dl":
            self._flush_terms()
        elif name == "details":
            self._builder.asked = False
            if self._folds and self._folds[-1][0] is element:
                self._builder.close(self._folds.pop()[1])
        elif name == "hr":
            self._builder.asked = False

    def _boundary(self, name: str) -> None:
        """Break the line or end the block where a block element starts or ends."""
        soft = name in _SOFT and self._holders and self._holders[-1].name in _HOLDERS
        if soft:
            self._line.line_break()
        else:
            self._flush()

    def _flush(self) -> None:
        """Add what was collected as the block that it is."""
        text, links = self._line.take(), self._line.take_links()
        shown, since = plain(text).strip(), self._builder.count
        holder = self._holders[-1] if self._holders else None
        if shown and holder is None:
            pictured = not "".join(text.split(PICTURE)[::2]).strip()
            add_prose(self._builder, text, BlockKind.CAPTION if pictured else BlockKind.PARAGRAPH)
        elif shown and holder is not None:
            self._add_held(holder, text, shown.replace(BREAK, " "))
            holder.said = True
        self._builder.add_links(links, since)
        self._add_notes(self._line.take_marks())

    def _add_held(self, holder: _Holder, text: str, shown: str) -> None:
        """Add the words of a holder: `text` with its marks and breaks, `shown` without."""
        name = holder.name
        if name in _HEADINGS and len(shown) <= _LONGEST_HEADING:
            self._builder.heading(shown, _HEADINGS[name])
        elif name in _HEADINGS:
            add_prose(self._builder, text)
        elif name == "li":
            self._item(holder, text, shown)
        elif name == "dt":
            self._terms.append(shown)
        elif name == "dd":
            self._definition(text, shown)
        elif name == "summary":
            self._fold(holder.element, shown)
        elif name == "blockquote":
            add_prose(self._builder, text, BlockKind.QUOTATION)
        else:
            self._builder.paragraph(shown, BlockKind.CAPTION)

    def _item(self, holder: _Holder, text: str, shown: str) -> None:
        """Add a list item, or what goes on in it after a list, table or code inside it."""
        if not self._lists or question_start(shown):
            add_prose(self._builder, text)
            return
        question, answer = ("", "") if holder.said else asked_and_answered(text)
        if answer:
            self._builder.paragraph(question, BlockKind.QUESTION)
            self._builder.paragraph(answer, BlockKind.ANSWER)
            return
        number = "" if holder.said else holder.number
        if not holder.said and shown[:1] in {"☐", "☑"}:
            number, shown = shown[0], shown[1:]
        inside = self._lists[-1]
        self._builder.item(shown, group=inside.group, depth=inside.depth, number=number)

    def _definition(self, text: str, shown: str) -> None:
        """Add what defines a term: a labelled value, or the answer to a question."""
        term = " / ".join(self._terms).rstrip(":： ")
        if is_question(term):
            if not self._defined:
                self._builder.paragraph(term, BlockKind.QUESTION)
            self._builder.paragraph(shown, BlockKind.ANSWER)
        elif term and not self._holders[-1].said:
            self._builder.labelled(term, shown, "：" if not shown.isascii() else ": ")
        else:
            add_prose(self._builder, text)
        self._defined = True

    def _flush_terms(self) -> None:
        """Add terms that nothing defines, or whose definition opens with a list or table."""
        if self._terms and not self._defined:
            self._builder.paragraph(" / ".join(self._terms))
        self._terms, self._defined = [], False

    def _fold(self, summary: _Element, shown: str) -> None:
        """Add the words that a folded part shows: a question, or a heading over what is in it."""
        level = self._builder.level + 1
        folded = summary.getparent()
        if is_question(shown):
            self._builder.paragraph(shown, BlockKind.QUESTION)
        elif len(shown) > _LONGEST_FOLD or level > _LOWEST_FOLD or folded is None:
            self._builder.paragraph(shown)
        else:
            self._builder.heading(shown, level)
            self._folds.append((folded, level))

    def _cell(self, cell: _Element) -> tuple[str, list[str]]:
        """Return the text of a cell and the notes it refers to."""
        from lxml import etree

        line = Inline(self._notes, self._base)
        walk = etree.iterwalk(cell, events=("start", "end"))
        for event, element in walk:
            block = element.tag in _BLOCKS and element is not cell
            if block:
                line.line_break()
            if event == "end":
                line.close(element)
                if element is not cell:
                    line.text(element.tail)
            elif not isinstance(element.tag, str) or is_hidden(element):
                walk.skip_subtree()
            elif block or element is cell or line.open(element):
                line.text(element.text)
            else:
                walk.skip_subtree()
        text = plain(line.take()).replace(BREAK, " ").strip()
        self._cell_links.extend(line.take_links())
        return text, line.take_marks()

    def _add_notes(self, marks: list[str]) -> None:
        """Add the notes that the block before refers to, each once."""
        asked = self._builder.asked
        for mark in marks:
            note = self._notes.pop(mark, None)
            if note is not None:
                self._builder.paragraph(self._cell(note)[0], BlockKind.NOTE)
        self._builder.asked = asked


def _code(pre: _Element) -> str:
    """Return preformatted text as it stands."""
    parts: list[str] = []
    for element in pre.iter():
        if element.tag == "br":
            parts.append("\n")
        elif isinstance(element.tag, str) and not (element is not pre and is_hidden(element)):
            parts.append(element.text or "")
        if element is not pre:
            parts.append(element.tail or "")
    return "".join(parts)
