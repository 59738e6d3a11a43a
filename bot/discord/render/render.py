"""Answers and summaries as message parts within Discord's limits; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.discord.render.answer_text import nearest_runs, quoted_runs
from bot.discord.render.markdown import cut, shorten
from bot.discord.render.parts import (
    CARD_LIMIT,
    FOOTER_LIMIT,
    LABEL_LIMIT,
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    Button,
    Card,
    Part,
    in_rows,
)
from bot.discord.render.sources import (
    passage_buttons,
    source_sections,
    summary_sections,
)
from bot.discord.render.splitting import Run, split
from config.phrases import localize
from retrieval.models import Answer, Passage, Summary

_LONGEST_ASKED, _LONGEST_REFUSAL = 200, 400
_NEAREST = 3
_UNFINISHED = " …"


def render_answer(
    answer: Answer,
    answer_id: int | None,
    language: str,
    *,
    asked: str = "",
    to_moderators: bool = False,
) -> list[Part]:
    """Return an answer as cards: its text, a section for every `[n]`, buttons on the last one.

    What may answer stands below a refusal, quoted and cited, and said to be unsure. `answer_id`
    is what the buttons refer to; None where the answer could not be kept. `asked` is the
    question, where Discord itself does not show it above the answer. A refusal offers to hand
    the question on `to_moderators`.
    """
    heading = _heading(asked, language) if asked else ""
    cited, quoted = answer.citations, answer.found
    runs = quoted_runs(answer.answer, cited, bare=quoted)
    if answer.nearest is not None:
        cited, runs, quoted = (answer.nearest,), nearest_runs(answer.nearest), True
        refusal = shorten(answer.answer, _LONGEST_REFUSAL)
        heading += f"{refusal}\n{localize('answer.not_sure', language)}\n"
    sections = source_sections(cited, answer_id, language)
    note = shorten(answer.note, FOOTER_LIMIT) if answer.note else ""
    rows = _answer_rows(answer, answer_id, language, to_moderators)
    return _cards(Card(footer=note, sections=sections), runs, rows, heading=heading, quoted=quoted)


def _cards(
    card: Card,
    runs: Sequence[Run],
    rows: Sequence[tuple[Button, ...]],
    *,
    heading: str = "",
    quoted: bool = False,
) -> list[Part]:
    """Return a card with a text below its heading, in as many messages as it takes.

    The sections follow where there is room, below the last of them the small print and buttons.
    """
    limit = CARD_LIMIT - FOOTER_LIMIT - len(heading)
    length = Card(card.title, sections=card.sections).length
    reserve = length if length <= limit // 2 else 0
    texts = split(runs, limit - (len(card.title) + 10), reserve=reserve, quoted=quoted) or [""]
    texts[0] = (heading + texts[0]).rstrip()
    cards = [Card(card.title, texts[0]), *(Card(text=text) for text in texts[1:])]
    for section in card.sections:
        grown = replace(cards[-1], sections=(*cards[-1].sections, section))
        if grown.length <= CARD_LIMIT - FOOTER_LIMIT:
            cards[-1] = grown
        else:
            cards.append(Card(sections=(section,)))
    *first, last = cards
    return [
        *(Part(card=one) for one in first),
        Part(card=replace(last, footer=card.footer), rows=tuple(rows)),
    ]


def render_draft(text: str, language: str, *, asked: str = "") -> Part:
    """Return an answer that is still being written; of a long one, its first part."""
    heading = _heading(asked, language) if asked else ""
    # Its citations are not known yet.
    pieces = split(quoted_runs(text, ()), MESSAGE_LIMIT - len(heading) - len(_UNFINISHED)) or [""]
    return Part(f"{heading}{pieces[0]}{_UNFINISHED}")


def _heading(asked: str, language: str) -> str:
    """Return the question above its answer, in small print."""
    question = shorten(asked, _LONGEST_ASKED)
    return f"-# {localize('discord.asked', language, question=question)}\n"


def render_summary(summary: Summary, answer_id: int | None, language: str) -> list[Part]:
    """Return a summary under its title, with one source, for all of it is one article's."""
    runs = quoted_runs(summary.summary, summary.citations)
    sections = summary_sections(summary.citations, language)
    rows = in_rows(passage_buttons(summary.citations, answer_id, language))
    return _cards(Card(shorten(summary.title, TITLE_LIMIT), sections=sections), runs, rows)


def _answer_rows(
    answer: Answer, answer_id: int | None, language: str, to_moderators: bool
) -> list[tuple[Button, ...]]:
    """Return the buttons: what the answer rests on, or what came nearest, then the thumbs."""
    state = (str(answer_id or 0),)
    thumbs = [
        Button("thumb", (*state, "up"), emoji="👍"),
        Button("thumb", (*state, "down"), emoji="👎"),
    ]
    if answer.found:
        more = Button("sources", state, localize("discord.more_sources", language))
        return [(more, *thumbs)] if answer_id else []
    if to_moderators:
        thumbs.insert(0, Button("human", state, localize("questions.ask_moderators", language)))
    nearest = _nearest_buttons(answer.passages, answer_id)
    return [*((button,) for button in nearest), *([tuple(thumbs)] if answer_id else [])]


def _nearest_buttons(passages: Sequence[Passage], answer_id: int | None) -> list[Button]:
    """Return a button for each of the nearest passages, by title."""
    distinct = list({passage.chunk_id: passage for passage in passages}.values())[:_NEAREST]
    return [
        Button(
            "open",
            (str(answer_id or 0), "0", passage.chunk_id, "0"),
            _near_label(number, passage),
        )
        for number, passage in enumerate(distinct, 1)
    ]


def _near_label(number: int, passage: Passage) -> str:
    """Return a passage's title and how it begins, for several may be of one article."""
    title = cut(passage.title or passage.source, LABEL_LIMIT // 2)
    return cut(f"{number}. {title} · {passage.text[:LABEL_LIMIT]}", LABEL_LIMIT)
