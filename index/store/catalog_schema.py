"""The tables of catalogs and ledgers, and the version that tells whether a catalog has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from index.store.sqlite import connect

# Raised whenever the meaning of a stored column changes: older generations are then rebuilt.
SCHEMA_VERSION = 4
# From this version on, a new generation takes from an older catalog what it cannot read from the
# documents any more: files, articles and what failed stand in the same columns.
READABLE = 1
# From this version on, the catalog holds the vectors.
VECTORS_SINCE = 4

# What the engines write in their own ways: a name that is compared by its bytes, a whole number of
# eight bytes, a number assigned by the engine, and one that is never assigned twice, bytes, a
# number of each row, a table that is a tree.
SQLITE = {
    "name": "TEXT",
    "whole": "INTEGER",
    "number": "INTEGER PRIMARY KEY",
    "counter": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "bytes": "BLOB",
    "row": "",
    "tree": "WITHOUT ROWID",
}
_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) {tree};
CREATE TABLE documents (
    source {name} PRIMARY KEY,
    size {whole} NOT NULL,
    mtime_ns {whole} NOT NULL,
    ctime_ns {whole} NOT NULL,
    seen_ns {whole} NOT NULL,
    hash TEXT NOT NULL
) {tree};
CREATE TABLE failures (source {name} NOT NULL, part TEXT NOT NULL, reason TEXT NOT NULL {row});
CREATE INDEX failures_source ON failures (source);
CREATE TABLE articles (
    number {number},
    id {name} NOT NULL UNIQUE,
    source {name} NOT NULL,
    position INTEGER NOT NULL,
    hash TEXT NOT NULL,
    passages INTEGER NOT NULL,
    signature {bytes} NOT NULL,
    title TEXT NOT NULL,
    kicker TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    byline TEXT NOT NULL,
    date TEXT NOT NULL,
    section TEXT NOT NULL,
    url TEXT NOT NULL,
    -- What a bound asks: the first folder, the whole path folded, and the days that the date names
    -- as month and day in one number, with year 0 where none is known, nothing where no day is.
    collection {name} NOT NULL,
    path {name} NOT NULL,
    year INTEGER,
    first_day INTEGER,
    last_day INTEGER
);
CREATE INDEX articles_source ON articles (source, position);
CREATE INDEX articles_collection ON articles (collection);
-- Apart from the rest, so that a list of articles does not pass over their texts.
CREATE TABLE texts (article {whole} PRIMARY KEY, text TEXT NOT NULL);
-- Where the signatures of reprints meet.
CREATE TABLE bands (
    band {whole} NOT NULL, article {whole} NOT NULL, PRIMARY KEY (band, article)
) {tree};
CREATE TABLE chunks (
    article {whole} NOT NULL,
    ordinal INTEGER NOT NULL,
    id {name} NOT NULL,
    key {name} NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    path TEXT NOT NULL,
    blocks TEXT NOT NULL {row}
);
CREATE UNIQUE INDEX chunks_place ON chunks (article, ordinal);
CREATE UNIQUE INDEX chunks_id ON chunks (id);
CREATE INDEX chunks_key ON chunks (key);
"""
# What came after another is known by its number.
_VECTORS = """
CREATE TABLE vectors (number {counter}, key TEXT NOT NULL UNIQUE, vector BLOB NOT NULL)"""
_LEDGER = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) {tree};
CREATE TABLE IF NOT EXISTS generations (
    number {counter},
    fingerprint TEXT NOT NULL,
    model TEXT NOT NULL,
    shape TEXT NOT NULL,
    ready INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL
);
"""


def tables(words: Mapping[str, str], *, of_ledger: bool = False) -> list[str]:
    """Return the statements that make the tables of a catalog or a ledger, in an engine's words."""
    made = (_LEDGER if of_ledger else _TABLES).format(**words)
    return [statement for statement in made.split(";") if statement.strip()]


def create(path: Path) -> None:
    """Make an empty catalog."""
    db = connect(path)
    for statement in ("BEGIN", *tables(SQLITE), _VECTORS.format(**SQLITE)):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    db.execute("COMMIT")
    db.close()
