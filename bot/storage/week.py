"""How a server's questions went in a stretch of time: counts alone, never what was asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage.answers import AnswerStore
from bot.storage.questions import OpenQuestions

_EXPIRED = "expired "
# As an answer is written; inside a text the quotation marks would be escaped.
_FOUND = '%"found": true%'
_ANSWERS = (
    "SELECT count(*), count(*) FILTER (WHERE body LIKE ?) FROM answers "
    "WHERE kind = 'answer' AND guild_id = ? AND answered_at >= ?"
)
_THUMBS = (
    "SELECT count(*) FROM feedback JOIN answers ON answers.id = feedback.answer_id "
    "WHERE rating = 'down' AND guild_id = ? AND rated_at >= ?"
)


@dataclass(frozen=True, slots=True)
class Week:
    """What became of the questions of a server since `since`, in numbers."""

    since: float
    asked: int
    answered: int
    thumbs_down: int
    handed_on: int
    by_moderators: int
    open: int


def week_of(store: AnswerStore, questions: OpenQuestions, guild_id: int, since: float) -> Week:
    """Return how a server's questions went. Blocks."""
    about = (guild_id, since)
    asked, answered = store.run(lambda c: c.execute(_ANSWERS, (_FOUND, *about)).fetchone())
    (thumbs_down,) = store.run(lambda c: c.execute(_THUMBS, about).fetchone())
    counts = questions.counts_since(guild_id, since)
    return Week(
        *(since, asked, answered, thumbs_down),
        *(counts["handed_on"], counts["answered"], counts["open"]),
    )


def note_expired(store: AnswerStore, source: str, at: float) -> None:
    """Remember that a document was taken out when its time was over. Blocks."""
    store.note(_EXPIRED + source, str(at))


def expired_since(store: AnswerStore, since: float) -> list[str]:
    """Return the documents that were taken out since then, and forget earlier ones. Blocks."""
    found = store.facts(_EXPIRED)
    for name, at in found.items():
        if float(at) < since:
            store.note(name, None)
    return sorted(name.removeprefix(_EXPIRED) for name, at in found.items() if float(at) >= since)
