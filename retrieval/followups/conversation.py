"""A follow-up becomes a question of its own, by rules or, where there is one, by the chat model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from language.text import HAN_CHARACTER, language_of
from retrieval.followups import chinese as followups_zh
from retrieval.followups import english as followups_en
from retrieval.followups.turns import Turn
from retrieval.proof.agreement import adds_nothing
from retrieval.proof.lexicon import load_lexicon

REMEMBERED_TURNS = 10
_LONGEST_REWRITE = 400
# Below these lengths a question may lean on the one before it in a way that no rule sees.
_SHORT_HAN, _SHORT_WORDS = 10, 6


class Rewriter(Protocol):
    """A chat model that can rewrite a follow-up; an empty string where it cannot."""

    def rewrite(
        self, question: str, earlier: Sequence[tuple[str, str]], language: str, user: str = ""
    ) -> str:
        """Return the follow-up as a question of its own; `user` is whose daily limit counts."""
        ...


def standalone(
    question: str,
    earlier: Sequence[tuple[str, str]],
    language: str,
    model: Rewriter | None = None,
    user: str = "",
) -> str:
    """Return the question with what it leaves to the earlier turns spelled out.

    `earlier` holds (question, answer) turns, oldest first; the last ten count. A question that
    stands on its own comes back as it is.
    """
    turns = list(earlier)[-REMEMBERED_TURNS:]
    if not turns or not question.strip():
        return question
    by_rules = _by_rules(question, turns, language)
    if model is None or (by_rules == question and not _is_short(question)):
        return by_rules
    by_model = " ".join(model.rewrite(question, turns, language, user).split())
    return by_model if _is_faithful(by_model, question, turns) else by_rules


def _by_rules(
    question: str,
    turns: Sequence[tuple[str, str]],
    language: str,
) -> str:
    """Resolve each turn against the one before it, so that chains of follow-ups hold."""
    previous: Turn | None = None
    for asked, answered in turns:
        resolved = _resolve(asked, previous, language_of(asked))
        previous = Turn(resolved, answered)
    return _resolve(question, previous, language)


def _resolve(
    question: str,
    previous: Turn | None,
    language: str,
) -> str:
    """Return one question resolved against the one before it, in Chinese or English."""
    if previous is None or not previous.question.strip():
        return question
    if language.startswith("zh"):
        return followups_zh.resolve(question, previous)
    return followups_en.resolve(question, previous) if language == "en" else question


def _is_short(question: str) -> bool:
    """Return True if the question is so short that it may lean on the one before it."""
    han = len(HAN_CHARACTER.findall(question))
    return han <= _SHORT_HAN if han else len(question.split()) <= _SHORT_WORDS


def _is_faithful(rewritten: str, question: str, turns: Sequence[tuple[str, str]]) -> bool:
    """Return True if a model's rewriting is one short line that says nothing of its own."""
    if not rewritten or len(rewritten) > _LONGEST_REWRITE:
        return False
    known = "\n".join((question, *(f"{asked}\n{answered}" for asked, answered in turns)))
    return adds_nothing(rewritten, question, known.replace("**", ""), load_lexicon())
