"""What an answer rests on, as sections of its card: title, headings, page, date; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from bot.discord.render.markdown import shorten, shorten_path
from bot.discord.render.parts import Button, Section
from config.phrases import localize
from retrieval.models import Citation, Passage

BETWEEN_HEADINGS = " › "
# What all sections of an answer may take together, and one of them without its reprints.
_SHARE, _LONGEST, _SHORTEST = 1000, 300, 90
_LONGEST_PAGE, _SHORTEST_NAME = 40, 20
_LONGEST_ADDRESS = 250
_MOST_PASSAGE_BUTTONS = 9
_MOST_COPIES, _LONGEST_COPY = 2, 60
_MOST_LINKS, _LONGEST_LINK = 2, 160
# An address in a link ends at a bracket; every mark that Markdown or a mention needs is encoded.
_KEPT_IN_ADDRESS = "%/:=&?~#+!$,;'._-"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9][^\s<>]*")
_IN_BRACKETS = str.maketrans({"[": "［", "]": "］"})


def source_sections(
    citations: Sequence[Citation], answer_id: int | None, language: str
) -> tuple[Section, ...]:
    """Return a section for each citation, with a button where its passage is known.

    `[1] **Title**`, linked where the article has an address, and below it, in small print,
    `Heading › Heading, p. 3 — source, date; also in copy.txt · words: <address of a link>`.
    """
    room = min(max(_SHARE // max(len(citations), 1), _SHORTEST), _LONGEST)
    return tuple(
        _section(
            f"[{citation.number}]",
            citation,
            room,
            language,
            passage_button(citation, answer_id, language)
            if citation.chunk_id and number < _MOST_PASSAGE_BUTTONS
            else None,
        )
        for number, citation in enumerate(citations)
    )


def summary_sections(citations: Sequence[Citation], language: str) -> tuple[Section, ...]:
    """Return the one section of a summary, for all its sentences are of one article."""
    if not citations:
        return ()
    first, last = citations[0].number, citations[-1].number
    label = f"[{first}]" if first == last else f"[{first}]–[{last}]"
    return (_section(label, replace(citations[0], links=()), _LONGEST, language, None),)


def passage_buttons(
    citations: Sequence[Citation], answer_id: int | None, language: str
) -> list[Button]:
    """Return a numbered button for every citation whose passage is known."""
    cited = [c for c in citations[:_MOST_PASSAGE_BUTTONS] if c.chunk_id]
    return [passage_button(c, answer_id, language, numbered=len(cited) > 1) for c in cited]


def passage_button(
    citation: Citation, answer_id: int | None, language: str, *, numbered: bool = False
) -> Button:
    """Return the button that opens the passage of a citation."""
    label = localize("discord.show_passage", language)
    if numbered:
        label = localize("discord.passage_number", language, number=citation.number)
    state = (str(answer_id or 0), str(citation.number), citation.chunk_id, "0")
    return Button("open", state, label, style="blue")


def page_in_words(page: str, path: Sequence[str], language: str) -> str:
    """Return `, p. 3`, the name of a sheet as `, Prices`, or nothing if the path tells it."""
    if not page or page in path:
        return ""
    return f", {localize('answer.page', language, page=page) if page.isdigit() else page}"


def origin(of: Citation | Passage, limit: int) -> str:
    """Return `source, date`, escaped, with the date left out where the article gives none."""
    source = shorten_path(of.source, limit)
    return f"{source}, {shorten(of.date, 40)}" if of.date else source


def _section(
    label: str, citation: Citation, room: int, language: str, button: Button | None
) -> Section:
    """Return a section of about `room` characters, an address left out where it is too long."""
    share = max(room // 3, _SHORTEST_NAME)
    title = shorten(citation.title or citation.source, share)
    is_address = _ADDRESS.fullmatch(citation.url)
    address = quote(citation.url, safe=_KEPT_IN_ADDRESS) if is_address else ""
    # A title that holds an address of its own would end the link.
    linked = 0 < len(address) <= min(room, _LONGEST_ADDRESS) and "//" not in citation.title
    if linked:
        title = f"[{title.translate(_IN_BRACKETS)}](<{address}>)"
    headings = BETWEEN_HEADINGS.join(citation.path)
    path = shorten_path(headings, share) if headings else ""
    page = shorten(page_in_words(citation.page, citation.path, language), _LONGEST_PAGE)
    where = f"{path}{page}".removeprefix(", ")
    facts = " — ".join(filter(None, (where, origin(citation, share))))
    facts += _also_in(citation, language) + _links(citation, "" if linked else citation.url)
    return Section(f"{label} **{title}**\n-# {facts}", button)


def _links(citation: Citation, url: str) -> str:
    """Return where an article stands and the links of a quote lead, as far as that is short."""
    shown = ""
    for words, address in (("", url), *citation.links[:_MOST_LINKS]):
        scheme, _, rest = address.partition(":")
        web = scheme.lower() in {"http", "https"}
        told = shorten(f"{words}: {address if web else rest}" if words else address, _LONGEST_LINK)
        # Half an address leads nowhere, and Discord shows only one of the web as a link.
        if f"<{address}>" in told or (scheme in {"mailto", "tel"} and not told.endswith("…")):
            shown += f" · {told}"
    return shown


def _also_in(citation: Citation, language: str) -> str:
    """Return the other articles that contain a quote, or an empty string."""
    shown = [shorten_path(copy, _LONGEST_COPY) for copy in citation.also_in[:_MOST_COPIES]]
    more = len(citation.also_in) - len(shown)
    if not shown:
        return ""
    key = "answer.also_in_more" if more else "answer.also_in"
    copies = localize("answer.between_words", language).join(shown)
    return localize(key, language, copies=copies, more=more)
