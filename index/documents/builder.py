"""Build the text and the blocks of one article from what a reader finds, in reading order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.documents.links import Link
from index.models import Block, BlockKind

# What stands between the cells of a row in an article's text.
CELL_SEPARATOR = " | "
# Lines of Han, kana or full-width marks are joined without a blank, as they are written.
_WIDE = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e"
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n[ \t]*(?=[{_WIDE}])")
_LEADS = frozenset((BlockKind.PARAGRAPH, BlockKind.QUESTION, BlockKind.ANSWER))


class BlockBuilder:
    """Collects blocks: the text is their texts joined by newlines, every offset counts its
    characters.

    A reader calls one method for each thing it meets. White space inside a block is collapsed,
    except in code, and a line break between Han characters is dropped; a block without a visible
    character is left out. `page` and `ocr` may be set at any time and hold for the blocks that
    follow; `asked` says that a question, or a part of its answer, was added last.
    """

    def __init__(self) -> None:
        """Start an empty article."""
        self.page = ""
        self.ocr = False
        self.asked = False
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []
        self._group = 0
        self._leads: dict[int, int] = {}

    @property
    def text(self) -> str:
        """Return the text of the article so far."""
        return "\n".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return the blocks so far."""
        return tuple(self._blocks)

    @property
    def count(self) -> int:
        """Return the number of blocks so far."""
        return len(self._blocks)

    @property
    def last(self) -> Block | None:
        """Return the block added last."""
        return self._blocks[-1] if self._blocks else None

    @property
    def last_text(self) -> str:
        """Return the text of the block added last."""
        return self._parts[-1] if self._parts else ""

    @property
    def level(self) -> int:
        """Return the level of the innermost open heading, 0 if none is open."""
        return self._headings[-1][0] if self._headings else 0

    @property
    def path(self) -> tuple[str, ...]:
        """Return the headings that are open, outermost first."""
        return tuple(text for _, text in self._headings)

    def new_group(self) -> int:
        """Return a number for the items of one list or the rows of one table."""
        self._group += 1
        return self._group

    def heading(self, text: str, level: int) -> None:
        """Add a heading; it closes the open headings of its level and below."""
        shown = _collapsed(text)
        if not shown:
            return
        self.close(level)
        self._add(BlockKind.HEADING, shown, level=level)
        self._headings.append((level, shown))

    def add_links(self, links: Sequence[Link], since: int) -> None:
        """Keep the addresses of linked words, in order, in the blocks from number `since` on."""
        start = self._blocks[since].start if links and since < len(self._blocks) else -1
        for link in links if start >= 0 else ():
            words, place, end = _collapsed(link.words), since, start
            for _ in range(link.skipped + 1):
                if end >= 0:
                    place, end = self._find(words, place, end)
            if end < 0:
                continue
            since, start = place, end
            block = self._blocks[since]
            found = (start - len(words), start, link.address)
            self._blocks[since] = replace(block, links=(*block.links, found))

    def _find(self, words: str, place: int, start: int) -> tuple[int, int]:
        """Return the block that holds words at or after a place of the text, and their end."""
        for number in range(place, len(self._blocks)):
            block = self._blocks[number]
            at = self._parts[number].find(words, max(0, start - block.start))
            if at >= 0:
                return number, block.start + at + len(words)
        return place, -1

    def close(self, level: int) -> None:
        """Close the open headings of a level and below, where what follows is not under them."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()

    def close_headings(self) -> None:
        """Close every open heading: what follows belongs to no section."""
        self._headings.clear()

    def paragraph(self, text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        """Add a paragraph, question, answer, quotation, note or caption."""
        self._add(kind, _collapsed(text))

    def code(self, text: str) -> None:
        """Add lines of code or other preformatted text, with its line breaks and indents."""
        lines = [line.rstrip() for line in text.expandtabs(4).splitlines()]
        self._add(BlockKind.CODE, "\n".join(lines).strip("\n"))

    def item(self, text: str, *, group: int, depth: int = 0, number: str = "") -> None:
        """Add a list item; `number` ("1.", "b)") is part of its text, a bullet is not.

        The items of a nested list have the group of the list around it and a greater depth. The
        paragraph right before the first item of a group becomes the list's lead.
        """
        body = _collapsed(text)
        if body:
            shown = f"{number} {body}" if number else body
            self._add(BlockKind.LIST_ITEM, shown, level=depth, group=group, lead=self._lead(group))

    def row(
        self,
        cells: Sequence[str | None],
        columns: Sequence[str],
        *,
        group: int,
        header: bool = False,
    ) -> None:
        """Add a table row; `columns` are the names of its cells, "" for one without a name.

        None is a column that the cell before it spans too: the text holds that cell once, and
        both columns have its place. A header row (`header`) is part of the text and never an
        answer.
        """
        shown = [
            None if cell is None and at else _collapsed(cell or "") for at, cell in enumerate(cells)
        ]
        if not any(shown):
            return
        names = [*map(_collapsed, columns), *[""] * len(shown)][: len(shown)]
        kind = BlockKind.TABLE_HEADER if header else BlockKind.TABLE_ROW
        start = self._start()
        spans: list[tuple[int, int]] = []
        for cell in shown:
            if cell is None:
                spans.append(spans[-1])
                continue
            spans.append((start, start + len(cell)))
            start += len(cell) + len(CELL_SEPARATOR)
        text = CELL_SEPARATOR.join(cell for cell in shown if cell is not None)
        self._add(
            kind, text, strip=False, group=group, lead=self._lead(group),
            columns=tuple(names), cells=tuple(spans),
        )  # fmt: skip

    def labelled(self, label: str, value: str, separator: str = ": ") -> None:
        """Add a line such as "Price: 4 EUR"; a label without a value is a paragraph."""
        name, shown = _collapsed(label), _collapsed(value)
        if not shown:
            self.paragraph(f"{name}{separator}")
            return
        text = f"{name}{separator}{shown}"
        end = self._start() + len(text)
        self._add(BlockKind.LABELLED_VALUE, text, columns=(name,), cells=((end - len(shown), end),))

    def signed(self, author: str) -> None:
        """Add who wrote the document, where its text does not say so, as its last line."""
        if _collapsed(author).casefold() not in self.text.casefold():
            self.close_headings()
            self.labelled("author", author)

    def _lead(self, group: int) -> int:
        """Return the index of the block that leads into a group, -1 for none."""
        if not group:
            return -1
        if group not in self._leads:
            kind = self._blocks[-1].kind if self._blocks else BlockKind.HEADING
            colon = self.last_text.endswith((":", "："))
            leads = kind in _LEADS or (kind is BlockKind.LABELLED_VALUE and colon)
            self._leads[group] = len(self._blocks) - 1 if leads else -1
        return self._leads[group]

    def _start(self) -> int:
        """Return where the next block starts in the text."""
        return self._length + bool(self._parts)

    def _add(self, kind: BlockKind, text: str, *, strip: bool = True, **fields: object) -> None:
        shown = text.strip("\n") if strip else text
        if not shown.strip():
            return
        start = self._start()
        self._blocks.append(
            Block(
                kind, start, start + len(shown), self.path, page=self.page, ocr=self.ocr,
                **fields,  # type: ignore[arg-type]
            )
        )  # fmt: skip
        self._parts.append(shown)
        self.asked = kind in {BlockKind.QUESTION, BlockKind.ANSWER}
        self._length = start + len(shown)


def _collapsed(text: str) -> str:
    """Return a text on one line, with single blanks."""
    if "\n" in text and not text.isascii():
        text = _WIDE_BREAK.sub("", text)
    return " ".join(text.split())
