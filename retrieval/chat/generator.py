"""Answers written by a chat model: sentences that the passages prove, or else the quoted answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from config.phrases import localize
from config.settings import Settings
from retrieval.chat.budget import Budget, Requests
from retrieval.chat.failures import ChatFailed
from retrieval.chat.model import Chat, Tokens
from retrieval.chat.prompt import (
    INSUFFICIENT,
    MOST_PASSAGES,
    answer_messages,
    rewrite_messages,
    summary_messages,
)
from retrieval.chat.tally import GenerationCounts, Tally
from retrieval.chat.usefulness import FILE, Usefulness
from retrieval.citations import written as quoted
from retrieval.models import Answer, AskRequest, Passage, Summary
from retrieval.proof.plain import ThinkTagFilter
from retrieval.proof.verifier import Verifier
from retrieval.proof.written import WrittenAnswer

logger = logging.getLogger(__name__)

OnText = Callable[[str], None]
# A model that does not stop is not read further.
_MOST_CHARACTERS = 12_000
_LONGEST_REWRITE = 500
# After a refused key every question would wait for the same refusal.
_PAUSE_AFTER_AUTH = 60.0
_PAUSE_WHEN_BUSY = 5.0
# Why a written answer ends early.
_UNFINISHED = "unfinished"
# How many passages go into one request for a summary, and how many into the last one.
_PASSAGES_OF_A_PART = 8
_PASSAGES_OF_THE_WHOLE = 16


class Generator:
    """Write answers, summaries and full questions by a chat model, and prove them.

    May be called from several threads at once.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        daily_limit: int = 0,
        requests: Requests | None = None,
        usefulness: Usefulness | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the chat model, who counts its `requests` and who the replies that are used."""
        self.name = chat.name
        self._chat = chat
        self._budget = Budget(daily_limit, requests)
        self._usefulness = usefulness or Usefulness(chat.name)
        self._clock = clock
        self._resume_at = 0.0
        self._tally = Tally()

    @property
    def counts(self) -> GenerationCounts:
        """Return what was done so far, for metrics and for `docent eval`."""
        return self._tally.counts(self._usefulness.replies, self._usefulness.share)

    def generate(
        self,
        request: AskRequest,
        passages: Sequence[Passage],
        extractive: Answer,
        on_text: OnText | None = None,
    ) -> Answer:
        """Return the written answer, or the extractive one with a note that says why.

        The question is self-contained here. `on_text` is called with each piece of text to
        append, once it is proved; where the answer that is returned is the extractive one, it
        takes the place of what was appended.
        """
        language = extractive.language
        shown = list(passages)[:MOST_PASSAGES]
        if not extractive.found or not shown or _tells_more(extractive):
            return extractive
        before = [asked for asked, _ in request.earlier]
        messages = answer_messages(request.question, shown, language, before)
        verifier = Verifier(shown, language)
        written, started = WrittenAnswer(verifier.evidence), time.perf_counter()
        cause = self._write(messages, verifier, written, on_text, request.user)
        spent = round((time.perf_counter() - started) * 1000, 1)
        extractive = replace(
            extractive,
            timings_ms={**extractive.timings_ms, "generate": spent},
            dropped=dict(verifier.dropped),
        )
        if cause == "resting":
            return extractive
        if cause and cause != _UNFINISHED:
            note = _joined(extractive.note, _note(cause, language, self._budget.limit))
            return replace(extractive, note=note)
        note = _joined(extractive.note, localize("generated.unfinished", language) if cause else "")
        return replace(
            extractive,
            answer=written.text,
            mode="generated",
            citations=written.citations,
            note=note,
        )

    def summarize(
        self,
        passages: Sequence[Passage],
        extractive: Summary,
        sentences: int,
        language: str,
        user: str = "",
    ) -> Summary:
        """Return a written summary of an article's passages, or the extractive one.

        A long article is summarised part by part, and then the passages that its parts rest on;
        none is begun where the requests that `user` has left today do not reach to its end.
        """
        chosen = list(passages)
        parts = -(-len(chosen) // _PASSAGES_OF_A_PART)
        if not self._budget.allows(user, parts if parts < 2 else parts + 1):
            return extractive
        if parts > 1:
            chosen = self._essential(extractive.title, chosen, sentences, language, user)
        if not chosen:
            return extractive
        written, _ = self._summary_of(extractive.title, chosen, sentences, language, user)
        if written is None:
            return extractive
        return replace(extractive, summary=written.text, citations=written.citations)

    def rewrite(
        self, question: str, earlier: Sequence[tuple[str, str]], language: str, user: str = ""
    ) -> str:
        """Return a follow-up as a question of its own, or an empty string if there is none."""
        thoughts, said = ThinkTagFilter(), ""
        try:
            for piece in self._pieces(rewrite_messages(question, earlier), user):
                said += thoughts.feed(piece)
                if len(said) > _LONGEST_REWRITE:
                    return ""
        except ChatFailed as failure:
            self._fail(failure)
            return ""
        return (said + thoughts.finish()).strip().strip('"“”')

    def _essential(
        self, title: str, passages: Sequence[Passage], sentences: int, language: str, user: str
    ) -> list[Passage]:
        """Return the passages that the summaries of the parts cite, in the article's order."""
        cited: list[Passage] = []
        for start in range(0, len(passages), _PASSAGES_OF_A_PART):
            part = passages[start : start + _PASSAGES_OF_A_PART]
            _, places = self._summary_of(title, part, max(2, sentences // 2), language, user)
            cited += [part[place] for place in sorted(places)]
        step = max(1, -(-len(cited) // _PASSAGES_OF_THE_WHOLE))
        return cited[::step]

    def _summary_of(
        self, title: str, passages: Sequence[Passage], sentences: int, language: str, user: str
    ) -> tuple[WrittenAnswer | None, list[int]]:
        """Return a summary of some passages and the places it cites; None where there is none."""
        messages = summary_messages(title, passages, language, sentences)
        verifier = Verifier(passages, language, most=sentences)
        written = WrittenAnswer(verifier.evidence)
        if self._write(messages, verifier, written, None, user) not in ("", _UNFINISHED):
            return None, []
        return written, verifier.order

    def _write(
        self,
        messages: Sequence[tuple[str, str]],
        verifier: Verifier,
        written: WrittenAnswer,
        on_text: OnText | None,
        user: str,
    ) -> str:
        """Let the model write; return why nothing of it can be given, or an empty string."""

        def take(text: str) -> None:
            for sentence in verifier.feed(text):
                _emit(written.add(sentence), on_text)

        thoughts, said, complete, failed = ThinkTagFilter(), "", True, False
        try:
            for piece in self._pieces(messages, user):
                said += piece
                take(thoughts.feed(piece))
                if len(said) > _MOST_CHARACTERS or len(verifier.proved) >= verifier.most:
                    complete = False
                    break
        except ChatFailed as failure:
            self._fail(failure)
            # What was shown is not taken back: it is proved, if not finished.
            failed = failure.cause != "length"
            if failed and not verifier.proved:
                return failure.cause
            complete = False
        take(thoughts.finish())
        for sentence in verifier.finish(complete=complete):
            _emit(written.add(sentence), on_text)
        return self._settle(verifier, said) or (_UNFINISHED if failed else "")

    def _pieces(self, messages: Sequence[tuple[str, str]], user: str) -> Iterator[str]:
        """Yield what the model says: one request, which counts for `user`.

        Raises ChatFailed, at once while the server wants a pause or where the day's requests are
        used up.
        """
        if not self._usefulness.may_ask():
            raise ChatFailed("resting", "none of its last replies could be used")
        if self._clock() < self._resume_at:
            raise ChatFailed("busy", "the pause that the server asked for is not over")
        self._budget.take(user)
        used: list[Tokens] = []
        self._tally.add(calls=1)
        yield from self._chat.stream(messages, used)
        for tokens in used:
            self._tally.add(tokens_read=tokens.read, tokens_written=tokens.written)

    def _settle(self, verifier: Verifier, said: str) -> str:
        """Count what was written; return why nothing is left of it, or an empty string."""
        self._tally.add(sentences=len(verifier.proved))
        self._tally.drop(verifier.dropped)
        if INSUFFICIENT not in said:
            self._usefulness.note(used=bool(verifier.proved))
        if verifier.dropped:
            logger.debug("%s: sentences dropped: %s", self.name, dict(verifier.dropped))
        if verifier.proved:
            return ""
        cause = "insufficient" if INSUFFICIENT in said else "unproved" if said.strip() else "empty"
        self._tally.fail(cause)
        logger.info("%s: quoted instead of written: %s", self.name, cause)
        return cause

    def _fail(self, failure: ChatFailed) -> None:
        """Log and count a failure, and leave the server alone for as long as it asks."""
        level = logging.INFO if failure.cause in ("limit", "resting") else logging.WARNING
        logger.log(level, "%s failed: %s", self.name, failure)
        self._tally.fail(failure.cause)
        pause = failure.pause
        if failure.cause == "auth":
            pause = _PAUSE_AFTER_AUTH
        elif failure.cause == "busy" and not pause:
            pause = _PAUSE_WHEN_BUSY
        if pause and self._clock() >= self._resume_at:
            self._resume_at = self._clock() + pause


def build_generator(settings: Settings, requests: Requests | None = None) -> Generator | None:
    """Return the generator that the settings ask for, None without `CHAT_MODEL`.

    Quick: LangChain is imported when the first answer is written. Raises ChatUnusable.
    """
    if not settings.chat_model:
        return None
    usefulness = Usefulness(settings.chat_model, settings.data_dir / FILE)
    limit = settings.chat_daily_limit
    return Generator(Chat(settings), daily_limit=limit, requests=requests, usefulness=usefulness)


def _emit(text: str, on_text: OnText | None) -> None:
    """Pass text on, if there is somebody to read it."""
    if on_text is not None:
        on_text(text)


def _tells_more(extractive: Answer) -> bool:
    """Return True if an answer says more than its quotes: of sources that disagree, say.

    A model would choose between them, or mix them.
    """
    return extractive.answer != quoted(extractive.citations)


def _joined(*notes: str) -> str:
    """Return notes one after another."""
    return " ".join(note for note in notes if note)


def _note(cause: str, language: str, limit: int) -> str:
    """Return the note shown when the quoted answer replaces a written one."""
    if cause == "limit":
        return localize("generated.limit", language, limit=limit)
    if cause in ("timeout", "busy", "unproved"):
        return localize(f"generated.{cause}", language)
    if cause in ("refusal", "empty", "insufficient", "cut", "length", "too_long", "rejected"):
        return localize("generated.silent", language)
    return localize("generated.unavailable", language)
