"""How blocks are stored: one line of JSON for those of a passage or an article."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from index.models import Block, BlockKind

_BLOCK = attrgetter(*(field.name for field in fields(Block)))


def pack_blocks(blocks: Sequence[Block]) -> str:
    """Return blocks as a line of JSON; a path or row of column names is written once."""
    shared: dict[tuple[str, ...], int] = {}
    rows = []
    for block in blocks:
        kind, start, end, path, level, group, lead, columns, cells, page, ocr, links = _BLOCK(block)
        path_at = shared.setdefault(path, len(shared))
        columns_at = shared.setdefault(columns, len(shared))
        row = [kind, start, end, path_at, level, group, lead, columns_at, cells, page, int(ocr)]
        if links:
            row.append(links)
        rows.append(row)
    return json.dumps([list(shared), rows], ensure_ascii=False, separators=(",", ":"))


def unpack_blocks(line: str) -> tuple[Block, ...]:
    """Return the blocks of a line, () for an empty one."""
    if not line:
        return ()
    names, rows = json.loads(line)
    shared = [tuple(part) for part in names]
    return tuple(_block(row, shared) for row in rows)


def _block(row: list[Any], shared: list[tuple[str, ...]]) -> Block:
    kind, start, end, path, level, group, lead, columns, cells, page, ocr, *links = row
    return Block(
        BlockKind(kind), start, end, shared[path], level, group, lead, shared[columns],
        tuple((first, last) for first, last in cells), page, bool(ocr),
        tuple((first, last, address) for first, last, address in (links[0] if links else ())),
    )  # fmt: skip
