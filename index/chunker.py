"""Cut articles into passages of one section each, whose blocks know their offsets."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from index.models import Article, Block, BlockKind, Chunk
from language.sentences import iter_sentence_spans
from language.text import NGRAM_CHARACTER

# The size of a passage in characters of Han, kana or Hangul; other characters say less and
# weigh less, so that a Latin passage has about 750 characters.
TARGET = 300
_LATIN_WEIGHT = 0.4
# A passage may grow to this many targets before a section, a block or a sentence is cut.
_SLACK = 1.4
_CLAUSE_ENDS = frozenset("，,、;；:：。.!！?？)）]】」』”’»—…،؛|")
_SIDE = 4096  # how far a cut looks for a better place, at most

Span = tuple[int, int]


def chunk_article(article: Article, target: int = TARGET) -> tuple[Chunk, ...]:
    """Return the passages of an article: in order, covering all its text but blanks.

    `target` is the wanted size in Han characters. A passage ends where a heading begins, else at
    the end of a block, of a sentence if a block is longer than a passage, and inside a sentence
    only if that is longer still.
    """
    text = article.text
    leads = [article.blocks[b.lead].start if b.lead >= 0 else -1 for b in article.blocks]
    blocks = [
        replace(block, lead=lead) for block, lead in zip(article.blocks, leads, strict=True)
    ] or _lines(text)
    groups = list(_pack(list(_pieces(text, blocks, target * _SLACK)), text, float(target)))
    return tuple(_chunk(article, ordinal, tuple(group)) for ordinal, group in enumerate(groups))


def _chunk(article: Article, ordinal: int, blocks: tuple[Block, ...]) -> Chunk:
    start, end = blocks[0].start, blocks[-1].end
    text = article.text[start:end]
    key = "\x1f".join((article.id, str(ordinal), text))
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    # A heading that opens the passage is part of its path.
    path = blocks[-1].path
    return Chunk(digest, article.id, ordinal, text, start, end, path, blocks)


def _lines(text: str) -> list[Block]:
    """Return the lines of a text that has no blocks as paragraphs."""
    blocks, start = [], 0
    for line in text.split("\n"):
        inner = line.strip()
        if inner:
            first = start + len(line) - len(line.lstrip())
            blocks.append(Block(BlockKind.PARAGRAPH, first, first + len(inner)))
        start += len(line) + 1
    return blocks


def _weight(text: str) -> float:
    """Return how much a text says, in Han characters."""
    if text.isascii():
        return len(text) * _LATIN_WEIGHT
    wide = len(NGRAM_CHARACTER.findall(text))
    return wide + (len(text) - wide) * _LATIN_WEIGHT


def _pieces(text: str, blocks: list[Block], limit: float) -> Iterator[tuple[Block, float]]:
    """Yield the blocks with their weights; one that outweighs `limit` in even parts."""
    for block in blocks:
        weight = _weight(text[block.start : block.end])
        if weight <= limit:
            yield block, weight
            continue
        parts = max(2, round(weight / limit * _SLACK))
        for start, end in _join(list(_sentences(text, block, limit)), text, weight / parts):
            cells = tuple(cell for cell in block.cells if start <= cell[0] and cell[1] <= end)
            columns = block.columns if len(cells) == len(block.cells) else ()
            links = tuple(link for link in block.links if start <= link[0] and link[1] <= end)
            piece = replace(block, start=start, end=end, cells=cells if columns else (),
                            columns=columns, links=links)  # fmt: skip
            yield piece, _weight(text[start:end])


def _sentences(text: str, block: Block, limit: float) -> Iterator[Span]:
    """Yield the sentences of a block, those that outweigh `limit` in pieces."""
    for start, end in iter_sentence_spans(text[block.start : block.end]):
        first, last = block.start + start, block.start + end
        if _weight(text[first:last]) <= limit:
            yield first, last
        else:
            yield from _cut(text, first, last, limit)


def _join(spans: list[Span], text: str, share: float) -> Iterator[Span]:
    """Join sentences into parts of about `share`."""
    first, weight = 0, 0.0
    for place, (start, end) in enumerate(spans):
        added = _weight(text[start:end])
        if place > first and weight + added / 2 > share:
            yield spans[first][0], spans[place - 1][1]
            first, weight = place, 0.0
        weight += added
    if spans:
        yield spans[first][0], spans[-1][1]


def _pack(pieces: list[tuple[Block, float]], text: str, target: float) -> Iterator[list[Block]]:
    """Put pieces together that fit into a passage; a heading begins one unless it is bare."""
    group: list[Block] = []
    weight, bare = 0.0, True
    for block, added in pieces:
        heading = block.kind is BlockKind.HEADING
        full = weight + added > target * _SLACK and weight >= target / 3
        # A question goes with its answer, an item with the line that leads into its list.
        opens = block.kind is BlockKind.QUESTION and weight > target / 2
        if group and not bare and (heading or full or opens or weight >= target):
            carried = _leading(group, block)
            if carried:
                yield group[:carried]
                group = group[carried:]
                weight = sum(_weight(text[b.start : b.end]) for b in group)
        bare = heading and (bare or not group)
        group.append(block)
        weight += added
    if group:
        yield group


def _leading(group: list[Block], block: Block) -> int:
    """Return where the lines at the end of a group begin that only lead into `block`."""
    last = group[-1]
    leads = last.kind is BlockKind.QUESTION or (
        block.lead == last.start and block.kind is not BlockKind.HEADING
    )
    return len(group) - 1 if leads and block.kind is not BlockKind.HEADING else len(group)


def _cut(text: str, start: int, end: int, limit: float) -> Iterator[Span]:
    """Cut one over-long sentence at clause marks, else at blanks, else anywhere."""
    weights = list(
        accumulate(1.0 if NGRAM_CHARACTER.match(c) else _LATIN_WEIGHT for c in text[start:end])
    )
    spent, place = 0.0, start
    reach = start
    while place < end:
        while reach < end and weights[reach - start] - spent <= limit:
            reach += 1
        cut = end if reach == end else _best_cut(text, place, reach)
        left = text[place:cut]
        inner = left.strip()
        if inner:
            first = place + len(left) - len(left.lstrip())
            yield first, first + len(inner)
        spent, place = weights[cut - 1 - start], cut
        reach = max(reach, cut)


def _best_cut(text: str, start: int, end: int) -> int:
    """Return where to cut `text[start:end]`: after the last clause mark or blank of its back half.

    A number or a Latin word is cut only if it fills the whole window.
    """
    half = max(start + 1, (start + end) // 2, end - _SIDE)
    blank = 0
    for cut in range(end, half, -1):
        before, after = text[cut - 1], text[cut : cut + 1]
        if before in _CLAUSE_ENDS and not (after.isalnum() and after.isascii()):
            return cut
        if not blank and before.isspace():
            blank = cut
    if blank:
        return blank
    for cut in range(end, half, -1):
        if not (text[cut - 1].isascii() and text[cut].isascii()) and not _is_mark(text[cut]):
            return cut
    return max(end, start + 1)


def _is_mark(character: str) -> bool:
    """Return True if a character belongs to the one before it."""
    return unicodedata.category(character) in {"Mn", "Me", "Mc"} or character == "\u200d"
