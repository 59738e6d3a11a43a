"""What an index was made with: another model, other rules or another schema mean a new one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from index.embedder import Embedder
from index.store.catalog_schema import SCHEMA_VERSION
from index.store.vectors import GRAPH, ChromaAddress
from language.terms import FIELDS

# The rooms that decide what a file becomes in the index; the model has its name.
_ROOMS = ("index/documents", "language")
# Of an index that was copied and is to be built anew from the documents by the next run.
OTHER_RULES = "made by other rules"
# What tells the place of the vectors from every other; None is the data folder.
VectorPlace = ChromaAddress | str | None


def shape(embedder: Embedder, place: VectorPlace) -> str:
    """Return what must be equal for an index to be read at all."""
    return "|".join(
        (
            embedder.name,
            str(embedder.dimensions),
            f"schema {SCHEMA_VERSION}",
            *FIELDS,
            str(place or "embedded"),
        )
    )


def fingerprint(embedder: Embedder, place: VectorPlace) -> str:
    """Return what must be equal for an index to be kept and only brought up to date."""
    made_with = f"{shape(embedder, place)}|{GRAPH}|{_rules()}"
    return hashlib.blake2b(made_with.encode(), digest_size=16).hexdigest()


@cache
def _rules() -> str:
    """Return a hash of the code and its tables that cut files into articles, passages and terms.

    A version number would have to be raised by hand, and a forgotten one leaves an index that
    is half of the old rules and half of the new.
    """
    digest = hashlib.blake2b(digest_size=16)
    root = Path(__file__).parents[2]
    deciding = [path for room in _ROOMS for path in (root / room).rglob("*.*") if path.is_file()]
    cutting = [root / "index" / "chunker.py", root / "index" / "units.py"]
    for path in sorted(path for path in (*cutting, *deciding) if path.suffix in (".py", ".toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
