"""What an index was made with: another model, other rules or another schema mean a new one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from index.catalog_schema import SCHEMA_VERSION
from index.embedder import Embedder
from index.terms import FIELDS
from index.vectors import ChromaAddress

# Rooms that keep the index but do not decide what a file becomes in it; the model has its name.
_STORE = frozenset(
    (
        *(
            "__init__",
            "backup",
            "catalog",
            "catalog_schema",
            "catalog_writer",
            "comparison",
            "copies",
            "draft",
            "encoder",
            "embedder",
            "errors",
        ),
        *("fingerprint", "generation", "ledger", "lexicon", "library", "lock", "lookup", "models"),
        *(
            "pipeline",
            "probe",
            "scan",
            "sealing",
            "spill",
            "shelf",
            "sqlite",
            "translator",
            "vector_engine",
            "vectors",
            "writer",
        ),
    )
)


def shape(embedder: Embedder, chroma: ChromaAddress | None) -> str:
    """Return what must be equal for an index to be read at all."""
    place = str(chroma) if chroma else "embedded"
    return "|".join(
        (embedder.name, str(embedder.dimensions), f"schema {SCHEMA_VERSION}", *FIELDS, place)
    )


def fingerprint(embedder: Embedder, chroma: ChromaAddress | None) -> str:
    """Return what must be equal for an index to be kept and only brought up to date."""
    made_with = f"{shape(embedder, chroma)}|{_rules()}"
    return hashlib.blake2b(made_with.encode(), digest_size=16).hexdigest()


@cache
def _rules() -> str:
    """Return a hash of the code that cuts files into articles, passages and terms.

    A version number would have to be raised by hand, and a forgotten one leaves an index that
    is half of the old rules and half of the new.
    """
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in _STORE:
            digest.update(path.read_bytes())
    return digest.hexdigest()
