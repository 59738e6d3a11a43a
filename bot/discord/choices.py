"""Autocomplete for articles, and the article that a typed or chosen value means."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.core.ports import AnswerService
from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.permissions.control import SECONDS_TO_RESPOND
from bot.discord.permissions.place import place_of
from bot.discord.render.markdown import cut, one_line
from bot.discord.render.parts import CHOICE_LIMIT, CHOICES_LIMIT
from config.errors import DocentError
from retrieval.errors import ArticleAmbiguous, ArticleNotFound, NoIndex
from retrieval.models import ArticleCard

_KEY_PREFIX = "article:"
_DATE_LIMIT, _PATH_LIMIT = 20, 40


def article_choices(cards: Sequence[ArticleCard]) -> list[app_commands.Choice[str]]:
    """Return the autocomplete choices for some articles, best first."""
    shown = cards[:CHOICES_LIMIT]
    return [
        app_commands.Choice(name=name, value=choice_value(_KEY_PREFIX, card.id))
        for name, card in zip(_names(shown), shown, strict=True)
    ]


def _names(cards: Sequence[ArticleCard]) -> list[str]:
    """Return a unique name for each article; equal titles get their date, path or position.

    Discord sends the value of the first of several choices that are called the same.
    """
    names = [_name(card) for card in cards]
    for details in (_date, _path, _place):
        alike = {name for name, count in Counter(names).items() if count > 1}
        names = [
            _name(card, details(card, place)) if name in alike else name
            for place, (name, card) in enumerate(zip(names, cards, strict=True), 1)
        ]
    return names


def _name(card: ArticleCard, details: str = "") -> str:
    title = card.title or card.id
    title = f"{title} · {card.kicker}" if card.kicker else title
    if not details:
        return cut(title, CHOICE_LIMIT)
    return f"{cut(title, CHOICE_LIMIT - len(details) - 3)} · {details}"


def _date(card: ArticleCard, _: int) -> str:
    return cut(card.date, _DATE_LIMIT)


def _path(card: ArticleCard, place: int) -> str:
    """Return the date and the end of the path, which says the most."""
    path = one_line(card.source)
    path = path if len(path) <= _PATH_LIMIT else f"…{path[1 - _PATH_LIMIT :]}"
    return f"{_date(card, place)} · {path}" if card.date else path


def _place(card: ArticleCard, place: int) -> str:
    return f"{_path(card, place)} · {place}"


def choice_value(prefix: str, text: str) -> str:
    """Return a text, or a digest of one that is longer than Discord takes, after a prefix."""
    if len(text) <= CHOICE_LIMIT:
        return text
    return prefix + hashlib.sha256(text.encode()).hexdigest()


def article_meant(service: AnswerService, value: str) -> str:
    """Return the id of the article that a chosen value, or anything typed, means.

    Raises ArticleNotFound or ArticleAmbiguous. Blocks.
    """
    value = value.strip()
    if value.startswith(_KEY_PREFIX):
        cards = [card for card in service.articles() if choice_value(_KEY_PREFIX, card.id) == value]
    else:
        cards = service.articles(value)
        exact = [card for card in cards if value in (card.id, card.title)]
        by_id = [card for card in exact if card.id == value]
        cards = by_id or exact or cards
        if not cards:
            # A list of titles may not look at ids.
            cards = [card for card in service.articles() if card.id == value]
    if not cards:
        raise ArticleNotFound("errors.article_not_found", wanted=value)
    if len(cards) > 1:
        raise ArticleAmbiguous(value, tuple((card.id, card.title) for card in cards))
    return cards[0].id


async def offer_articles(
    interaction: discord.Interaction[DocentBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return choices for the typed text, among the articles that the user may read.

    None while there is no index.
    """
    try:
        service = await interaction.client.access.service_for(place_of(interaction, private=True))
        return article_choices(await run_in_thread(service.articles, current.strip()))
    except DocentError:
        # There is no way to say a sentence while somebody types; the command itself will.
        return []


async def is_for_all(interaction: discord.Interaction[DocentBot], value: str) -> bool:
    """Return True if everyone who reads the channel may read the article.

    False in doubt. Fast enough to be called before the interaction is acknowledged.
    Where only the one who asks may know of an article, the channel is not even shown its name.
    """
    place = place_of(interaction, private=False)
    access = interaction.client.access
    try:
        async with asyncio.timeout(SECONDS_TO_RESPOND):
            if await access.wider_service_for(place) is None:
                return True
            await run_in_thread(article_meant, await access.service_for(place), value)
    except NoIndex:
        return True
    except (DocentError, TimeoutError):
        return False
    return True
