"""What a follow-up leaves to the question before it, or its rewriting by the chat model.

Nothing is spelled out: the earlier question is put before the follow-up, and the search and the
reader take both. Rules that wrote the follow-up anew were measured against it and were worse
(benchmarks/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from language.text import HAN_CHARACTER
from retrieval.proof.agreement import adds_nothing
from retrieval.proof.lexicon import load_lexicon
from retrieval.search.query import has_content

REMEMBERED_TURNS = 10
_LONGEST_REWRITE = 400
# Up to these lengths a question may lean on the one before it without a word that says so.
_SHORT_HAN, _SHORT_WORDS = 10, 6
# What is carried leaves the reader room for the follow-up itself.
_LONGEST_CARRIED = 200
_OPENING = re.compile(
    r"^(?:and|but|or|so|no|not|sorry|what about|how about)\b|\bi (?:mean|meant)\b"
    r"|^(?:那(?![里个些边裡個邊])|不是|不[对對]|我[是说說问問])|呢\W*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|his|its|their|them|there|these|those|this|that|ones?)\b"
    r"|[他她它牠]|[这那這](?![么麼])",
    re.IGNORECASE,
)


class Rewriter(Protocol):
    """A chat model that can rewrite a follow-up; an empty string where it cannot."""

    def rewrite(
        self, question: str, earlier: Sequence[tuple[str, str]], language: str, user: str = ""
    ) -> str:
        """Return the follow-up as a question of its own; `user` is whose daily limit counts."""
        ...


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question, and the earlier one that it leans on or may lean on.

    `before` is empty where the question is one of its own.
    """

    question: str
    before: str = ""


def follow_up(
    question: str,
    earlier: Sequence[tuple[str, str]],
    language: str,
    model: Rewriter | None = None,
    user: str = "",
) -> tuple[FollowUp, ...]:
    """Return the ways to take a question, the likelier first, or as the model rewrote it.

    It goes with the earlier one that it leans on. Where it may be a question of its own too, only
    the answers tell. `earlier` holds (question, answer) turns, oldest first; the last ten count.
    """
    alone = FollowUp(question)
    turns = list(earlier)[-REMEMBERED_TURNS:]
    if not turns or not question.strip():
        return (alone,)
    is_short = _is_short(question)
    if not is_short and not _points_back(question):
        return (alone,)
    if model is not None:
        rewritten = " ".join(model.rewrite(question, turns, language, user).split())
        if _is_faithful(rewritten, question, turns):
            return (FollowUp(rewritten),)
    leaning = FollowUp(question, _carried([asked for asked, _ in turns]))
    return (leaning,) if is_short and _goes_on(question) else (leaning, alone)


def _is_short(question: str) -> bool:
    han = len(HAN_CHARACTER.findall(question))
    return han <= _SHORT_HAN if han else len(question.split()) <= _SHORT_WORDS


def _goes_on(question: str) -> bool:
    """Return True if a question begins or ends as a follow-up does, or has no word of its own."""
    return bool(_OPENING.search(question)) or not has_content(question)


def _points_back(question: str) -> bool:
    return _goes_on(question) or bool(_PRONOUN.search(question))


def _carried(asked: Sequence[str]) -> str:
    """Return the last question, after those that it leans on itself."""
    carried: list[str] = []
    for question in reversed(asked):
        if carried and len(question) + sum(map(len, carried)) > _LONGEST_CARRIED:
            break
        carried.insert(0, " ".join(question.split())[-_LONGEST_CARRIED:])
        if not _points_back(question):
            break
    return " ".join(carried)


def _is_faithful(rewritten: str, question: str, turns: Sequence[tuple[str, str]]) -> bool:
    """Return True if a model's rewriting is one short line that says nothing of its own."""
    if not rewritten or len(rewritten) > _LONGEST_REWRITE:
        return False
    known = "\n".join((question, *(f"{asked}\n{answered}" for asked, answered in turns)))
    return adds_nothing(rewritten, question, known.replace("**", ""), load_lexicon())
