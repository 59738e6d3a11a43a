"""Find articles by what a person types: an id, a title or part of one, in Chinese or Latin."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.library import ArticleEntry
from language.pinyin import readings
from language.text import HAN_CHARACTER, fold, folded_line
from retrieval.errors import ArticleAmbiguous, ArticleNotFound
from retrieval.models import ArticleCard

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Card:
    """An article as typing is compared with it, folded."""

    entry: ArticleEntry
    id: str
    title: str
    names: str
    rest: str
    spelled: str
    initials: str


class Directory:
    """The articles of one state of the index, ready to be filtered while somebody types."""

    def __init__(self, entries: Sequence[ArticleEntry]) -> None:
        """Fold everything once."""
        self._cards = [_card(entry) for entry in entries]

    def filtered(self, wanted: str) -> list[ArticleEntry]:
        """Return the articles that fit, best first; all in their order for an empty string."""
        typed = folded_line(wanted)
        if not typed:
            return [card.entry for card in self._cards]
        scored = [(_fit(card, typed), card.entry) for card in self._cards]
        fitting = [(score, entry) for score, entry in scored if score > 0]
        return [entry for _, entry in sorted(fitting, key=lambda pair: -pair[0])]

    def find(self, wanted: str) -> ArticleEntry:
        """Return the article of this id, exact title or unique part of a title.

        Raises ArticleNotFound, or ArticleAmbiguous with the candidates.
        """
        by_id = [card.entry for card in self._cards if card.entry.article.id == wanted]
        if by_id:
            return by_id[0]
        typed = folded_line(wanted)
        tests: tuple[Callable[[_Card], bool], ...] = (
            lambda card: card.id == typed,
            lambda card: typed == card.title,
            lambda card: typed in card.title,
            lambda card: typed in card.names or card.id.partition("#")[2] == typed,
        )
        for test in tests if typed else ():
            found = [card.entry for card in self._cards if test(card)]
            if len(found) == 1:
                return found[0]
            if found:
                raise ArticleAmbiguous(
                    wanted, tuple((entry.article.id, entry.article.title) for entry in found)
                )
        raise ArticleNotFound("errors.article_not_found", wanted=wanted)


def _card(entry: ArticleEntry) -> _Card:
    article = entry.article
    title = folded_line(article.title)
    names = folded_line(f"{article.title} {article.kicker} {article.subtitle}")
    rest = fold(f"{article.byline} {article.section} {article.source} {article.date}")
    syllables = [(readings(c) or (c,))[0] for c in names if HAN_CHARACTER.match(c) or c.isalnum()]
    spelled = "".join(syllables)
    initials = "".join(syllable[0] for syllable in syllables)
    return _Card(entry, fold(article.id), title, names, rest, spelled, initials)


def _fit(card: _Card, typed: str) -> float:
    """Return how well an article fits; 0: not at all."""
    if typed in (card.id, card.title):
        return 100.0
    if card.title.startswith(typed):
        return 90.0
    if typed in card.title:
        return 80.0 - min(10.0, card.title.index(typed) / 10)
    if typed in card.names:
        return 65.0
    words = _WORD.findall(typed)
    everything = f"{card.names} {card.id} {card.rest}"
    if words and all(word in everything for word in words):
        return 50.0 + 10.0 * sum(word in card.names for word in words) / len(words)
    latin = typed.replace(" ", "")
    if latin.isascii() and latin.isalpha():
        if latin in card.spelled:
            return 45.0 if card.spelled.startswith(latin) else 40.0
        if len(latin) > 1 and card.initials.startswith(latin):
            return 35.0
    held = sum(word in everything for word in words if len(word) > 1)
    return 10.0 * held / len(words) if held and held * 2 >= len(words) else 0.0


def card_of(entry: ArticleEntry) -> ArticleCard:
    """Return an article as lists show it."""
    article = entry.article
    return ArticleCard(
        id=article.id,
        title=article.title,
        kicker=article.kicker,
        byline=article.byline,
        date=article.date,
        section=article.section,
        source=article.source,
        passages=entry.passages,
    )
