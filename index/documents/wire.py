"""How parts of a file pass from the reading process to the run: one line of JSON each.

JSON and not pickle: what a broken file did to the reading process must not reach the run, which
holds the keys.
"""

from __future__ import annotations

import json
from dataclasses import fields
from operator import attrgetter
from typing import Any

from config.phrases import LocalizedText, kept
from index.models import Article, Block, BlockKind, FailedSource

_BLOCK = attrgetter(*(field.name for field in fields(Block)))
_TEXTS = [field.name for field in fields(Article) if field.name != "blocks"]
_ARTICLE = attrgetter(*_TEXTS)


def pack(part: Article | FailedSource) -> bytes:
    """Return a part as a line."""
    if isinstance(part, Article):
        value: list[object] = ["article", _ARTICLE(part), [_BLOCK(b) for b in part.blocks]]
    else:
        value = ["failed", part.source, kept(part.reason)]
    return line(*value)


def line(*value: object) -> bytes:
    """Return values as a line."""
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def unpack(value: list[Any]) -> Article | FailedSource:
    """Return the part that a line held. Raises ValueError or TypeError where it is none."""
    match value:
        case ["article", list(texts), list(blocks)]:
            told = dict(zip(_TEXTS, texts, strict=True))
            return Article(**told, blocks=tuple(map(_block, blocks)))
        case ["failed", str(source), str(reason)]:
            return FailedSource(source, LocalizedText.from_kept(reason))
    raise ValueError("not a part of a file")


def _block(values: list[Any]) -> Block:
    kind, *rest = values
    return Block(BlockKind(kind), *map(_frozen, rest))


def _frozen(value: Any) -> Any:
    """Return a value with tuples in place of its lists."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
