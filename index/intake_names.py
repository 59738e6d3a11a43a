"""Names that documents from strangers may have: safe as a path, on any system, and to the eye."""

from __future__ import annotations

import re
import unicodedata

from config.errors import DocentError

# File systems take 255 bytes; the rest is for what is put before a name while it is written.
LONGEST_NAME = 200
# Blanks look like the ordinary one, but nobody could type them again: 0xA0, the wide one of Han.
_BLANK = "Zs"
_FORBIDDEN = re.compile(r'[/\\<>:"|?*]')
# Names that mean a device on some systems, whatever their suffix.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{name}{number}" for name in ("com", "lpt") for number in range(10)}
)
# Unseen characters, among them those that turn the direction of reading, and halves of characters.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class DocumentRefused(DocentError):
    """A document is not taken in, or cannot be taken out; the message says why."""


def file_name(given: str, suffixes: frozenset[str]) -> str:
    """Return a file's name in composed form (NFC). Raises DocumentRefused."""
    name = _safe(given)
    stem, dot, suffix = name.rpartition(".")
    if not stem or f"{dot}{suffix}".lower() not in suffixes:
        listed = " ".join(sorted(suffixes))
        raise DocumentRefused("intake.suffix", name=shown(given), suffixes=listed)
    return name


def folder_name(given: str) -> str:
    """Return a collection's name in composed form, "" for none. Raises DocumentRefused."""
    return _safe(given) if given.strip() else ""


def same(name: str) -> str:
    """Return what two names share that some systems take for one file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def shown(name: str) -> str:
    """Return a name as it can be printed, whatever is in it."""
    return "".join("�" if unicodedata.category(c) in _UNSEEN else c for c in name)[:100]


def _safe(given: str) -> str:
    composed = unicodedata.normalize("NFC", given)
    name = "".join(" " if unicodedata.category(c) == _BLANK else c for c in composed).strip()
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        raise DocumentRefused("intake.name_unseen", name=shown(given))
    if _FORBIDDEN.search(name) or name.startswith((".", "~$")) or name.endswith("."):
        raise DocumentRefused("intake.name_unsafe", name=shown(given))
    if not name or _as_device(name) in _DEVICES:
        raise DocumentRefused("intake.name_unsafe", name=shown(given))
    if len(name.encode()) > LONGEST_NAME:
        raise DocumentRefused("intake.name_long", name=shown(given), limit=LONGEST_NAME)
    return name


def _as_device(name: str) -> str:
    """Return what a system compares with its devices: raised digits are digits to it."""
    return unicodedata.normalize("NFKC", name.split(".")[0]).strip().casefold()
