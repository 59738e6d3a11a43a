"""The tables of a catalog, and the version that tells whether a file has them."""

from __future__ import annotations

from pathlib import Path

from index.store.sqlite import connect

# Raised whenever the meaning of a stored column changes: older generations are then rebuilt.
SCHEMA_VERSION = 4
# From this version on, a new generation takes from an older catalog what it cannot read from the
# documents any more: files, articles and what failed stand in the same columns.
READABLE = 1
# From this version on, the catalog holds the vectors.
VECTORS_SINCE = 4

_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    source TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    seen_ns INTEGER NOT NULL,
    hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE failures (source TEXT NOT NULL, part TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX failures_source ON failures (source);
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    position INTEGER NOT NULL,
    hash TEXT NOT NULL,
    passages INTEGER NOT NULL,
    signature BLOB NOT NULL,
    title TEXT NOT NULL,
    kicker TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    byline TEXT NOT NULL,
    date TEXT NOT NULL,
    section TEXT NOT NULL,
    url TEXT NOT NULL,
    -- What a bound asks: the first folder, the whole path folded, and the days that the date names
    -- as month and day in one number; year 0 where none is known, nothing where no day is.
    collection TEXT NOT NULL,
    path TEXT NOT NULL,
    year INTEGER,
    first_day INTEGER,
    last_day INTEGER
);
-- Apart from the rest, so that a list of articles does not pass over their texts.
CREATE TABLE texts (article INTEGER PRIMARY KEY, text TEXT NOT NULL);
-- Where the signatures of reprints meet.
CREATE TABLE bands (
    band INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (band, article)
) WITHOUT ROWID;
CREATE INDEX articles_source ON articles (source, position);
CREATE INDEX articles_collection ON articles (collection);
CREATE TABLE chunks (
    article INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    path TEXT NOT NULL,
    blocks TEXT NOT NULL
);
-- A number is never given twice, so what came after another is known by it.
CREATE TABLE vectors (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, vector BLOB NOT NULL
);
CREATE UNIQUE INDEX chunks_place ON chunks (article, ordinal);
CREATE UNIQUE INDEX chunks_id ON chunks (id);
CREATE INDEX chunks_key ON chunks (key);
"""


def create(path: Path) -> None:
    """Make an empty catalog."""
    db = connect(path)
    db.executescript(_SCHEMA)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    db.close()
