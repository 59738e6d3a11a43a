"""Open the zip files that documents are, and refuse those that unpack to more than fits."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path

from index.errors import FileUnreadable

_MB = 1024 * 1024
_MOST_MB = 400  # all members together, pictures included
_MOST_TEXT_MB = 40  # all members together that are parsed
_MOST_MEMBERS = 20_000
_OFFICE_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")  # an encrypted document, or one of before 2007

# What the zip library raises for damaged members, whatever it was that was damaged.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def open_archive(path: Path, most_mb: int = _MOST_TEXT_MB) -> zipfile.ZipFile:
    """Open a zip file after a look at its directory; `most_mb` of it may be parsed.

    Raises FileUnreadable if it is broken, encrypted, or would unpack to too much.
    """
    with path.open("rb") as file:
        if file.read(8) == _OFFICE_LOCKED:
            raise FileUnreadable("reading.zip_locked")
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as error:
        raise FileUnreadable("reading.zip_broken") from error
    members = archive.infolist()
    parsed = [
        m for m in members if m.filename.lower().endswith((".xml", ".xhtml", ".html", ".htm"))
    ]
    too_much = sum(m.file_size for m in members) > _MOST_MB * _MB or len(members) > _MOST_MEMBERS
    if too_much or sum(m.file_size for m in parsed) > most_mb * _MB:
        archive.close()
        raise FileUnreadable("reading.zip_bomb", limit=most_mb)
    if any(member.flag_bits & 1 for member in members):
        archive.close()
        raise FileUnreadable("reading.zip_locked")
    return archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one member; a directory that lies about sizes is found out while unpacking.

    Raises FileUnreadable if it is absent, broken, or larger than can be parsed.
    """
    try:
        with archive.open(name) as file:
            content = file.read(_MOST_TEXT_MB * _MB + 1)
    except DAMAGE as error:
        raise FileUnreadable("reading.zip_broken") from error
    if len(content) > _MOST_TEXT_MB * _MB:
        raise FileUnreadable("reading.zip_bomb", limit=_MOST_TEXT_MB)
    return content
