"""Keep the addresses behind linked words, which the text itself does not show."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_LONGEST = 400
_BLANK = re.compile(r"[\s<>\x00-\x1f\x7f\"]")


class Link(NamedTuple):
    """Linked words and where they lead.

    `skipped` is how often the same words stand unlinked between the link before and this one.
    """

    words: str
    address: str
    skipped: int = 0


def kept_address(address: str, base: str = "") -> str:
    """Return an absolute address that leads out of a page, "" for any other.

    One that is relative is taken to the page's own address `base`, where that is known.
    """
    shown = address.strip()
    if not shown or shown.startswith("#") or _BLANK.search(shown):
        return ""
    try:
        whole = urljoin(base, shown) if is_page(base) else shown
        scheme = urlsplit(whole).scheme.lower()
    except ValueError:
        return ""
    return whole if scheme in _SCHEMES and len(whole) <= _LONGEST else ""


def linked_address(words: str, target: str) -> str:
    """Return where linked words lead, "" where it is not kept or they say it themselves."""
    address = kept_address(target)
    return address if words and address and not is_told(address, words) else ""


def is_page(address: str) -> bool:
    """Return True for the absolute address of a web page."""
    return address.lower().startswith(("https://", "http://"))


def is_told(address: str, words: str) -> bool:
    """Return True if linked words say their address themselves."""
    bare = re.sub(r"^(?:https?://|mailto:|tel:)(?:www\.)?", "", address, flags=re.IGNORECASE)
    said = re.sub(r"^(?:https?://)?(?:www\.)?", "", words.strip(), flags=re.IGNORECASE)
    return bare.rstrip("/").casefold() == said.rstrip("/").casefold()
