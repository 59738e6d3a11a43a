"""Answers and summaries as message parts within Discord's limits; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.discord.render.answer_text import answer_runs, draft_runs, nearest_runs, quoted_runs
from bot.discord.render.markdown import cut, shorten, shorten_path
from bot.discord.render.parts import LABEL_LIMIT, MESSAGE_LIMIT, Button, Part, in_rows
from bot.discord.render.places import BETWEEN_HEADINGS, page_in_words
from bot.discord.render.splitting import split
from config.phrases import localize
from retrieval.models import Answer, Citation, Passage, Summary

# Sources are budgeted first: so much of a message is theirs before the text gets the rest.
_SOURCES_SHARE = 1000
_LONGEST_LINE, _SHORTEST_LINE = 220, 60
_LONGEST_ASKED, _LONGEST_REFUSAL = 200, 400
_LONGEST_PAGE, _SHORTEST_NAME = 40, 20
_MOST_PASSAGE_BUTTONS = 9
_NEAREST = 3
_MOST_LINKS, _LONGEST_LINK = 2, 160
_MOST_COPIES, _LONGEST_COPY = 2, 60
_UNFINISHED = " …"


def render_answer(
    answer: Answer,
    answer_id: int | None,
    language: str,
    *,
    asked: str = "",
    to_moderators: bool = False,
) -> list[Part]:
    """Return an answer: its text, a source line for every `[n]`, and buttons on the last part.

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
    lines = source_lines(cited, language)
    if answer.note:
        lines.append(f"-# {shorten(answer.note, _LONGEST_LINE)}")
    limit = MESSAGE_LIMIT - len(heading)
    texts = _with_sources(split(runs, limit, reserve=_length_of(lines), quoted=quoted), lines)
    texts[0] = heading + texts[0]
    rows = _answer_rows(answer, answer_id, language, to_moderators)
    return [*(Part(text) for text in texts[:-1]), Part(texts[-1]).with_rows(*rows)]


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
    """Return a summary under its title, with one source line, for all of it is one article's."""
    lines = []
    if summary.citations:
        first = summary.citations[0]
        numbers = [f"[{citation.number}]" for citation in summary.citations]
        label = numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        lines = [_source_line(label, first, _LONGEST_LINE, language)]
        lines[0] += _addresses(replace(first, links=()))
    heading = f"**{shorten(summary.title, _LONGEST_LINE)}**\n"
    runs = quoted_runs(summary.summary, summary.citations)
    limit = MESSAGE_LIMIT - len(heading)
    texts = _with_sources(split(runs, limit, reserve=_length_of(lines)), lines)
    texts[0] = heading + texts[0]
    buttons = _passage_buttons(summary.citations, (), answer_id, language)
    return [*(Part(text) for text in texts[:-1]), Part(texts[-1]).with_rows(*in_rows(buttons))]


def source_lines(citations: Sequence[Citation], language: str) -> list[str]:
    """Return one small line for every citation.

    `[1] Title › Heading, p. 3 — source, date; also in copy.txt · <address> · words: <address>`
    """
    if not citations:
        return []
    room = min(max(_SOURCES_SHARE // len(citations), _SHORTEST_LINE), _LONGEST_LINE)
    return [
        _source_line(f"[{citation.number}]", citation, room, language)
        + _also_in(citation, language)
        + _addresses(citation)
        for citation in citations
    ]


def _addresses(citation: Citation) -> str:
    """Return where the article stands and the links of its quote lead, as far as that is short."""
    shown = ""
    for words, address in (("", citation.url), *citation.links[:_MOST_LINKS]):
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


def origin(of: Citation | Passage, limit: int) -> str:
    """Return `source, date`, escaped, with the date left out where the article gives none."""
    source = shorten_path(of.source, limit)
    return f"{source}, {shorten(of.date, 40)}" if of.date else source


def _source_line(label: str, citation: Citation, room: int, language: str) -> str:
    """Return a line of about `room` characters; the title yields first."""
    tail = origin(citation, max(room // 3, _SHORTEST_NAME))
    page = shorten(page_in_words(citation.page, language), _LONGEST_PAGE)
    left = room - len(tail) - len(page) - len(label) - len("-#   — ")
    return f"-# {label} {_what(citation, max(left, _SHORTEST_NAME))}{page} — {tail}"


def _what(citation: Citation, room: int) -> str:
    """Return the title and the headings above a quote; of headings the last ones say the most."""
    headings = BETWEEN_HEADINGS.join(citation.path)
    if not headings:
        return shorten(citation.title, room)
    path = shorten_path(headings, max(room // 2, _SHORTEST_NAME))
    title = shorten(citation.title, max(room - len(path) - len(BETWEEN_HEADINGS), _SHORTEST_NAME))
    return f"{title}{BETWEEN_HEADINGS}{path}"


def _length_of(lines: Sequence[str]) -> int:
    """Return what the lines take at the end of a text, or nothing where they need a part."""
    length = sum(len(line) + 1 for line in lines)
    return length if length <= _SOURCES_SHARE + _LONGEST_LINE else 0


def _with_sources(texts: list[str], lines: Sequence[str]) -> list[str]:
    """Put the source lines below the last text, or into parts of their own."""
    texts = texts or [""]
    for line in lines:
        joined = f"{texts[-1]}\n{line}" if texts[-1] else line
        if len(joined) <= MESSAGE_LIMIT:
            texts[-1] = joined
        else:
            texts.append(line)
    return texts


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
    buttons = _passage_buttons(answer.citations, answer.passages, answer_id, language)
    if answer_id:
        label = localize("discord.more_sources", language)
        buttons.append(Button("sources", (str(answer_id),), label))
    return in_rows([*buttons, *_thumbs(answer_id)])


def _thumbs(answer_id: int | None) -> list[Button]:
    if not answer_id:
        return []
    return [
        Button("thumb", (str(answer_id), "up"), emoji="👍"),
        Button("thumb", (str(answer_id), "down"), emoji="👎"),
    ]


def _passage_buttons(
    citations: Sequence[Citation],
    passages: Sequence[Passage],
    answer_id: int | None,
    language: str,
) -> list[Button]:
    """Return a button for every citation whose passage is known."""
    found = []
    for citation in citations[:_MOST_PASSAGE_BUTTONS]:
        chunk_id = citation.chunk_id or _passage_around(citation, passages)
        if chunk_id:
            found.append((citation.number, chunk_id))
    buttons = []
    for number, chunk_id in found:
        label = localize("discord.passage_number", language, number=number)
        if len(found) == 1:
            label = localize("discord.show_passage", language)
        state = (str(answer_id or 0), str(number), chunk_id, "0")
        buttons.append(Button("open", state, label, style="blue"))
    return buttons


def _passage_around(citation: Citation, passages: Sequence[Passage]) -> str:
    """Return the id of the found passage that contains the quote."""
    for passage in passages:
        inside = passage.start <= citation.start and citation.end <= passage.end
        if passage.article_id == citation.article_id and inside:
            return passage.chunk_id
    return ""


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
