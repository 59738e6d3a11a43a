"""Answers and summaries as message parts within Discord's limits; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.discord.render.answer_text import answer_runs, draft_runs, nearest_runs, quoted_runs
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
    Section,
    in_rows,
)
from bot.discord.render.sources import (
    passage_buttons,
    source_sections,
    summary_sections,
    with_sources,
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
    heading = _heading(asked, language)
    cited, runs = answer.citations, answer_runs(answer)
    quoted = answer.found
    if answer.nearest is not None:
        cited, runs, quoted = (answer.nearest,), nearest_runs(answer.nearest), True
        refusal = shorten(answer.answer, _LONGEST_REFUSAL)
        heading += f"{refusal}\n{localize('answer.not_sure', language)}\n"
    sections = source_sections(cited, answer.passages, answer_id, language)
    note = shorten(answer.note, FOOTER_LIMIT) if answer.note else ""
    cards = _cards(runs, heading, sections, note, quoted=quoted)
    return _parts(cards, _answer_rows(answer, answer_id, language, to_moderators))


def _cards(
    runs: Sequence[Run],
    heading: str,
    sections: Sequence[Section],
    note: str,
    *,
    quoted: bool = False,
    title: str = "",
) -> list[Card]:
    """Return cards of a text below its heading; the sections follow where there is room."""
    limit = CARD_LIMIT - FOOTER_LIMIT - len(heading)
    length = Card(title, sections=tuple(sections)).length
    reserve = length if length <= limit // 2 else 0
    texts = split(runs, limit - (len(title) + 10), reserve=reserve, quoted=quoted) or [""]
    texts[0] = (heading + texts[0]).rstrip()
    return with_sources(title, texts, sections, note)


def _parts(cards: Sequence[Card], rows: Sequence[tuple[Button, ...]]) -> list[Part]:
    """Return a message for each card, with the buttons below the last one."""
    return [*(Part(card=card) for card in cards[:-1]), Part(card=cards[-1]).with_rows(*rows)]


def render_draft(text: str, language: str, *, asked: str = "") -> Part:
    """Return an answer that is still being written; of a long one, its first part."""
    heading = _heading(asked, language)
    pieces = split(draft_runs(text), MESSAGE_LIMIT - len(heading) - len(_UNFINISHED)) or [""]
    return Part(f"{heading}{pieces[0]}{_UNFINISHED}")


def _heading(asked: str, language: str) -> str:
    if not asked:
        return ""
    question = shorten(asked, _LONGEST_ASKED)
    return f"-# {localize('discord.asked', language, question=question)}\n"


def render_summary(summary: Summary, answer_id: int | None, language: str) -> list[Part]:
    """Return a summary under its title, with one source, for all of it is one article's."""
    runs = quoted_runs(summary.summary, summary.citations)
    sections = summary_sections(summary.citations, language)
    cards = _cards(runs, "", sections, "", title=shorten(summary.title, TITLE_LIMIT))
    return _parts(cards, in_rows(passage_buttons(summary.citations, answer_id, language)))


def _answer_rows(
    answer: Answer, answer_id: int | None, language: str, to_moderators: bool
) -> list[tuple[Button, ...]]:
    """Return the buttons: what the answer rests on, or what came nearest, then the thumbs."""
    if not answer.found:
        last = _thumbs(answer_id)
        if answer_id and to_moderators:
            label = localize("questions.ask_moderators", language)
            last.insert(0, Button("human", (str(answer_id),), label))
        nearest = _nearest_buttons(answer.passages, answer_id)
        return [*((button,) for button in nearest), tuple(last)]
    if not answer_id:
        return []
    label = localize("discord.more_sources", language)
    return [(Button("sources", (str(answer_id),), label), *_thumbs(answer_id))]


def _thumbs(answer_id: int | None) -> list[Button]:
    if not answer_id:
        return []
    return [
        Button("thumb", (str(answer_id), "up"), emoji="👍"),
        Button("thumb", (str(answer_id), "down"), emoji="👎"),
    ]


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
