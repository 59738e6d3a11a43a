"""Read `.pptx` through python-pptx: one deck is one article, with a heading for each slide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from config.phrases import LocalizedText
from index.documents.archives import DAMAGE, open_archive
from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.links import Link, linked_address
from index.documents.sheet_rows import Row
from index.documents.sheet_tables import SheetWriter
from index.documents.word_parts import R_ID
from index.documents.workbook import shown
from index.errors import FileUnreadable
from index.models import Article, BlockKind, FailedSource

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# Titles that a program gave, not an author.
_NO_TITLES = frozenset(("powerpoint presentation", "presentation", "slide 1", "untitled"))
_MOST_LISTED = 10


def read_slides(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a deck, and which of its slides hold no text.

    Raises FileUnreadable if it is encrypted, broken, or holds no text at all.
    """
    from lxml.etree import XMLSyntaxError  # 100 ms with the next ones
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    open_archive(path).close()
    builder = BlockBuilder()
    bare: list[int] = []
    broken: list[int] = []
    titles: list[str] = []
    try:
        deck = Presentation(str(path))
        titles.append(clean_text(deck.core_properties.title or "").strip())
        for number, slide in enumerate(deck.slides, 1):
            before = len(builder.blocks)
            builder.page = str(number)
            titles.append(_write_slide(slide, builder, broken))
            if len(builder.blocks) == before:
                bare.append(number)
    except (*DAMAGE, PythonPptxError, XMLSyntaxError, AttributeError, TypeError) as error:
        raise FileUnreadable("reading.zip_broken") from error
    if not builder.text:
        raise FileUnreadable("reading.no_text")
    named = (title for title in titles if title and title.lower() not in _NO_TITLES)
    title = next(named, PurePosixPath(source).stem)
    yield Article(f"{source}#1", source, title, builder.text, blocks=builder.blocks)
    if bare:
        yield FailedSource(source, LocalizedText.of("reading.slides_bare", slides=_listed(bare)))
    if broken:
        yield FailedSource(
            source, LocalizedText.of("reading.slides_broken", slides=_listed(broken))
        )


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:_MOST_LISTED])) + (" …" if numbers[_MOST_LISTED:] else "")


def _write_slide(slide: Slide, builder: BlockBuilder, broken: list[int]) -> str:
    """Write the title of a slide, its other shapes in their order, and its notes.

    Its number is noted in `broken` if a shape of it cannot be read.
    """
    heading = slide.shapes.title
    title = _text(heading.text_frame) if heading is not None else ""
    if heading is not None and title:
        builder.heading(title, 1)
        builder.add_links(_links(heading), builder.count - 1)
    else:
        builder.close(1)
    for shape in _leaves(slide.shapes):
        if heading is None or shape.shape_id != heading.shape_id:
            try:
                _write_shape(shape, builder)
            except (*DAMAGE, AttributeError, TypeError):
                if broken[-1:] != [int(builder.page)]:
                    broken.append(int(builder.page))
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    since = builder.count
    for paragraph in notes.paragraphs if notes is not None else ():
        builder.paragraph(clean_text(paragraph.text), BlockKind.NOTE)
    if notes is not None:
        builder.add_links(_links(slide.notes_slide.notes_placeholder), since)
    return title


def _links(shape: Any) -> list[Link]:
    """Return the linked words of a shape, or of all the cells of a table, in their order."""
    links: list[Link] = []
    before = ""
    for run in shape._element.iter(f"{_DRAWING}r"):
        words = " ".join(clean_text(run.findtext(f"{_DRAWING}t") or "").split())
        mark = run.find(f"{_DRAWING}rPr/{_DRAWING}hlinkClick")
        relation = shape.part.rels.get(mark.get(R_ID)) if mark is not None else None
        target = relation.target_ref if relation is not None and relation.is_external else ""
        address = linked_address(words, target)
        if address:
            links.append(Link(words, address, before.count(words)))
            before = ""
        else:
            before = f"{before} {words}"
    return links


def _leaves(shapes: Any) -> Iterator[Any]:
    """Yield the shapes, those of groups too, without what is the same on every slide."""
    from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

    furniture = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
    for shape in shapes:
        if shape.is_placeholder and shape.placeholder_format.type in furniture:
            continue
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _leaves(shape.shapes)
        else:
            yield shape


def _write_shape(shape: Any, builder: BlockBuilder) -> None:
    since = builder.count
    if getattr(shape, "has_table", False) and shape.has_table:
        _write_table(shape.table, builder)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        _write_chart(shape.chart, builder)
    elif shape.has_text_frame:
        _write_frame(shape.text_frame, _is_list(shape), builder)
    else:
        _write_diagram(shape, builder)
    builder.add_links(_links(shape), since)


def _is_list(shape: Any) -> bool:
    """Return True for a body placeholder, whose paragraphs have bullets unless they say no."""
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    body = {KIND.BODY, KIND.OBJECT, KIND.VERTICAL_BODY, KIND.VERTICAL_OBJECT}
    return bool(shape.is_placeholder and shape.placeholder_format.type in body)


def _write_frame(frame: TextFrame, listed: bool, builder: BlockBuilder) -> None:
    """Write the paragraphs of a shape: bullets by their level, others as they are."""
    paragraphs = [p for p in frame.paragraphs if p.text.strip()]
    listed &= len(paragraphs) > 1
    group = builder.new_group()
    counts: dict[int, int] = {}
    for paragraph in paragraphs:
        bullet = _bullet(paragraph._p.find(f"{_DRAWING}pPr"), listed)
        text = clean_text(paragraph.text)
        if not bullet:
            builder.paragraph(text)
            group = builder.new_group()
            counts = {}
            continue
        level = paragraph.level
        counts = {at: n for at, n in counts.items() if at <= level}
        counts[level] = counts.get(level, 0) + 1
        number = f"{counts[level]}." if bullet == "number" else ""
        builder.item(text, group=group, depth=level, number=number)


def _bullet(properties: _Element | None, listed: bool) -> str:
    """Return `number`, `bullet` or nothing, as a paragraph says or as its shape does."""
    if properties is not None:
        if properties.find(f"{_DRAWING}buNone") is not None:
            return ""
        if properties.find(f"{_DRAWING}buAutoNum") is not None:
            return "number"
        if any(properties.find(f"{_DRAWING}{name}") is not None for name in ("buChar", "buBlip")):
            return "bullet"
    return "bullet" if listed else ""


def _write_table(table: Any, builder: BlockBuilder) -> None:
    rows: list[Row] = []
    for row in table.rows:
        cells: Row = []
        for column, cell in enumerate(row.cells):
            below = cell._tc.vMerge and rows and column < len(rows[-1])
            text = rows[-1][column] if below else _text(cell.text_frame)
            cells.append(None if cell._tc.hMerge and column else text)
        rows.append(cells)
    SheetWriter(builder, level=2, named=bool(table.first_row)).write(rows)


def _write_chart(chart: Any, builder: BlockBuilder) -> None:
    """Write the numbers that a chart shows as a table."""
    if chart.has_title and chart.chart_title.has_text_frame:
        builder.paragraph(_text(chart.chart_title.text_frame), BlockKind.CAPTION)
    for plot in chart.plots:
        series = [(clean_text(one.name or ""), list(one.values)) for one in plot.series]
        columns = ["", *(name for name, _ in series)]
        group = builder.new_group()
        builder.row(columns[1:], [], group=group, header=True)
        for at, name in enumerate(plot.categories):
            values = [row[at] if at < len(row) else None for _, row in series]
            cells = ["" if value is None else shown(value) for value in values]
            builder.row([clean_text(str(name)), *cells], columns, group=group)


def _write_diagram(shape: Any, builder: BlockBuilder) -> None:
    """Write the words of a diagram, whose text stands in a part of its own."""
    from lxml import etree

    for name in shape._element.xpath(".//@r:dm"):
        part = shape.part.related_part(name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        group = builder.new_group()
        for paragraph in etree.fromstring(part.blob, parser).iter(f"{_DRAWING}p"):
            words = "".join(text.text or "" for text in paragraph.iter(f"{_DRAWING}t"))
            builder.item(clean_text(words), group=group)


def _text(frame: TextFrame) -> str:
    return " ".join(clean_text(frame.text).split())
