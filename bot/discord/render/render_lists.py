"""Passages, sources and article lists as message parts; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.discord.render.answer_text import highlighted
from bot.discord.render.markdown import cut, escape, shorten, shorten_path
from bot.discord.render.parts import (
    CARD_LIMIT,
    FOOTER_LIMIT,
    LABEL_LIMIT,
    TITLE_LIMIT,
    Button,
    Card,
    Part,
    Section,
)
from bot.discord.render.sources import origin
from bot.discord.render.splitting import split
from config.phrases import localize
from retrieval.models import ArticleCard, Citation, Passage

ARTICLES_A_PAGE = 10
SOURCES_SHOWN = 5
FILTER_LIMIT = 60
_LONGEST_PAGE = CARD_LIMIT - TITLE_LIMIT - FOOTER_LIMIT - 20
_PREVIOUS, _NEXT = "←", "→"


def render_passage(
    passage: Passage,
    quote: Citation | None,
    neighbours: tuple[Passage | None, Passage | None],
    language: str,
    *,
    answer_id: int = 0,
    page: int = 0,
) -> Part:
    """Return a passage with the quote in bold, and buttons to its neighbours.

    A passage too long for one card is read page by page; page -1 is the last.
    """
    pages = split(highlighted(passage.text, _span_of(quote, passage)), _LONGEST_PAGE) or ["…"]
    page = len(pages) - 1 if page < 0 else min(page, len(pages) - 1)
    paragraph = localize("discord.paragraph", language, number=passage.ordinal + 1)
    facts = [passage.source, passage.date, paragraph]
    if len(pages) > 1:
        facts.append(f"{page + 1} / {len(pages)}")
    card = Card(
        shorten(passage.title, TITLE_LIMIT),
        pages[page],
        shorten(" · ".join(fact for fact in facts if fact), FOOTER_LIMIT),
    )
    key = (str(answer_id), str(quote.number if quote else 0))
    before, after = neighbours
    back = forth = None
    if page:
        back = (*key, passage.chunk_id, str(page - 1))
    elif before:
        back = (*key, before.chunk_id, "-1")
    if page + 1 < len(pages):
        forth = (*key, passage.chunk_id, str(page + 1))
    elif after:
        forth = (*key, after.chunk_id, "0")
    labels = localize("discord.previous", language), localize("discord.next", language)
    return Part(card=card).with_rows(_turning("turn", back, forth, labels))


def _span_of(quote: Citation | None, passage: Passage) -> tuple[int, int] | None:
    """Return the offsets of the quote in the passage's text, None if it is not there."""
    if quote is None or quote.article_id != passage.article_id:
        return None
    start = max(quote.start - passage.start, 0)
    end = min(quote.end - passage.start, len(passage.text))
    skipped = passage.start + start - quote.start
    if 0 <= start < end and quote.quote[skipped : skipped + end - start] == passage.text[start:end]:
        return start, end
    # The article has moved since: the same words elsewhere in the passage are the quote still.
    found = passage.text.find(quote.quote) if quote.quote else -1
    return (found, found + len(quote.quote)) if found >= 0 else None


def render_sources(title: str, passages: Sequence[Passage], answer_id: int, language: str) -> Part:
    """Return a list of passages with a button for each; `title` is plain text."""
    distinct = list({passage.chunk_id: passage for passage in passages}.values())[:SOURCES_SHOWN]
    label = localize("discord.show_passage", language)
    sections = tuple(
        Section(
            f"**{shorten(passage.title, 150)}**\n"
            f"{shorten(passage.text, 240)}\n-# {origin(passage, 80)}",
            Button("open", (str(answer_id), "0", passage.chunk_id, "0"), label, style="blue"),
        )
        for passage in distinct
    )
    return Part(card=Card(shorten(title, TITLE_LIMIT), sections=sections))


def render_articles(cards: Sequence[ArticleCard], wanted: str, page: int, language: str) -> Part:
    """Return one page of the articles that fit `wanted` (none: all); pages count from 0."""
    wanted = cut(wanted, FILTER_LIMIT)
    if not cards:
        key = "discord.articles_none_fit" if wanted else "discord.articles_none"
        return Part(localize(key, language, wanted=escape(wanted)))
    pages = -(-len(cards) // ARTICLES_A_PAGE)
    page = min(max(page, 0), pages - 1)
    first = page * ARTICLES_A_PAGE
    shown = cards[first : first + ARTICLES_A_PAGE]
    key = "discord.articles_title_fit" if wanted else "discord.articles_title"
    card = Card(
        shorten(localize(key, language, wanted=wanted), TITLE_LIMIT),
        "\n".join(_article_line(number, c, language) for number, c in enumerate(shown, first + 1)),
        localize("discord.articles_page", language, page=page + 1, pages=pages, count=len(cards)),
    )
    if pages == 1:
        return Part(card=card)
    back = (str(page - 1), wanted) if page else None
    forth = (str(page + 1), wanted) if page + 1 < pages else None
    labels = localize("discord.previous_page", language), localize("discord.next_page", language)
    return Part(card=card).with_rows(_turning("articles", back, forth, labels))


def render_help(asked: Sequence[str], language: str) -> Part:
    """Return how to use the bot, with a button for each question to begin with."""
    buttons = [
        Button("ask", (question,), question, style="blue")
        for question in asked
        if len(question) <= LABEL_LIMIT
    ]
    text = localize("discord.help", language)
    if buttons:
        text += f"\n\n{localize('discord.try', language)}"
    return Part(card=Card(text=text)).with_rows(*((button,) for button in buttons))


def _article_line(number: int, card: ArticleCard, language: str) -> str:
    facts = [
        shorten(card.date, 40),
        shorten_path(card.source, 60),
        localize("discord.passages", language, count=card.passages),
    ]
    title = shorten(card.title or card.id, 150)
    return f"{number}\\. **{title}** — {' · '.join(fact for fact in facts if fact)}"


def _turning(
    action: str,
    back: tuple[str, ...] | None,
    forth: tuple[str, ...] | None,
    labels: tuple[str, str],
) -> tuple[Button, Button]:
    """Return a pair of buttons that turn pages; at an end the button is greyed out."""
    left, right = f"{_PREVIOUS} {labels[0]}", f"{labels[1]} {_NEXT}"
    return (
        Button(action if back else "none", back or ("back",), left, disabled=not back),
        Button(action if forth else "none", forth or ("forth",), right, disabled=not forth),
    )
