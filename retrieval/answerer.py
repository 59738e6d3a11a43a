"""From a question to an answer: search, read, decide, cite."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Protocol

from index.embedder import Embedder
from index.library import Library
from index.scope import EVERYTHING, Scope
from index.units import window_of
from language.periods import period_in, reported_by
from language.relative import Period
from language.scripts import shares_script
from language.text import language_of
from retrieval.answer.aggregate import aggregated
from retrieval.answer.dated import held_against, next_of, spelled
from retrieval.answer.presupposed import without_presupposed
from retrieval.answer.ranking import rank_units
from retrieval.answer.reader import Reader, bundled_reader
from retrieval.answer.rows import by_named_rows
from retrieval.answer.verdict import (
    LONGEST_QUESTION,
    Evidence,
    build_answer,
    none_within,
    timed,
    validate_question,
)
from retrieval.directory import card_of
from retrieval.errors import ArticleNotFound, NoIndex
from retrieval.followups.conversation import FollowUp, Rewriter, follow_up
from retrieval.models import Answer, ArticleCard, AskRequest, Passage, Status, Summary
from retrieval.reprints import distinct, with_reprints
from retrieval.retriever import Retriever, passage_of, ranked
from retrieval.snapshot import Snapshot
from retrieval.starters import starters
from retrieval.summarizer import summarize
from retrieval.timely import keep_unfiltered, prefer_filtered

# Passages that are read for a question.
_CONSIDERED = 8
# How many bounds have a service ready: those of the channels that ask most.
_KEPT = 16


class Writer(Rewriter, Protocol):
    """A chat model that writes answers and summaries from passages, and proves them."""

    def generate(
        self,
        request: AskRequest,
        passages: Sequence[Passage],
        extractive: Answer,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Return the written answer, or the extractive one with a note that says why."""
        ...

    def summarize(
        self, passages: Sequence[Passage], extractive: Summary, sentences: int, language: str,
        user: str = "",
    ) -> Summary:  # fmt: skip
        """Return a written summary, or the extractive one."""
        ...


class Answerer:
    """Question answering, summaries and article lists over one index. Thread-safe."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        generator: Writer | None = None,
        reader: Reader | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Take the parts; nothing is read until the first question.

        `today` returns the day from which "last week" is counted.
        """
        self.library = library
        self.retriever = Retriever(library, embedder)
        self._embedder = embedder
        self._generator = generator
        self._today = today
        self._reader = reader or bundled_reader()
        self._latest: Snapshot | None = None
        self._narrowed: dict[Scope, Answerer] = {}
        self._lock = Lock()

    def within(self, scope: Scope) -> Answerer:
        """Return a service limited to `scope`; the latest few are cached."""
        if scope == EVERYTHING:
            return self
        with self._lock:
            service = self._narrowed.pop(scope, None) or self._narrow(scope)
            self._narrowed[scope] = service
            while len(self._narrowed) > _KEPT:
                del self._narrowed[next(iter(self._narrowed))]
        return service

    def _narrow(self, scope: Scope) -> Answerer:
        """Return a new service limited to `scope`."""
        library = self.library.within(scope)
        return Answerer(library, self._embedder, self._generator, self._reader, self._today)

    @property
    def quoting(self) -> Answerer:
        """Return the same service without its chat model; itself where it has none."""
        if self._generator is None:
            return self
        return Answerer(self.library, self._embedder, reader=self._reader, today=self._today)

    def collections(self) -> list[str]:
        """Return the names of the collections that contain an article, sorted."""
        return self.library.collections()

    def ask(self, request: AskRequest, on_text: Callable[[str], None] | None = None) -> Answer:
        """Answer a question.

        With a chat model, `on_text` is called with each verified piece of the answer. Raises
        QuestionUnusable, NoIndex, ArticleNotFound.
        """
        asked = validate_question(request.question)
        language = language_of(asked)
        article_id, top_k = request.article_id, request.top_k
        started = time.perf_counter()
        with self._reading():
            if self.library.is_bounded_in_time_or_source and not self.library.passages_count():
                return none_within(request.question, language)
            if article_id is not None and not self.library.heads([article_id]):
                raise ArticleNotFound("errors.article_not_found", wanted=article_id)
        # A chat model may take seconds to write a follow-up in full: nothing is held meanwhile.
        ways = follow_up(asked, request.earlier, language, self._generator, request.user)
        rewritten = time.perf_counter()
        with self._reading():
            found, spans = self._surest(ways, top_k, article_id)
            answer = build_answer(request.question, language, found)
            if answer.found:
                answer = with_reprints(answer, self.library)
            else:
                near = distinct(found.passages, self.library, len(answer.passages))
                answer = replace(answer, passages=tuple(near))
        spans |= {"rewrite": rewritten - started, "total": time.perf_counter() - started}
        answer = timed(answer, spans)
        if self._generator is None or not answer.found:
            return answer
        written_answer = self._generator.generate(
            replace(request, question=found.question), found.passages, answer, on_text
        )
        with self.library.reading():
            written_answer = with_reprints(written_answer, self.library)
        return timed(written_answer, {"total": time.perf_counter() - started})

    def _surest(
        self, ways: Sequence[FollowUp], top_k: int | None, article_id: str | None
    ) -> tuple[Evidence, dict[str, float]]:
        """Return the evidence of the way to take a question that is answered most surely."""
        read = [self._found(way.question, top_k, article_id, way.before) for way in ways]
        found = [
            aggregated(each.question, self._timely(top_k, article_id, each), self.library)
            for each, _ in read
        ]
        spans = {stage: sum(spent[stage] for _, spent in read) for stage in read[0][1]}
        return max(found, key=lambda evidence: evidence.score), spans

    def _found(
        self, asked: str, top_k: int | None, article_id: str | None = None, before: str = ""
    ) -> tuple[Evidence, dict[str, float]]:
        """Search and read a question after the one before it; also return each stage's seconds."""
        question = f"{before} {asked}".strip()
        started = time.perf_counter()
        limit = max(top_k or _CONSIDERED, _CONSIDERED)
        vector = self._embedder.encode_queries([question])[0]
        candidates = self.retriever.candidates(question, limit, article_id, vector)
        searched = time.perf_counter()
        windows = [window_of(c.chunk, c.article.title) for c in candidates[:_CONSIDERED]]
        heads = {c.article.id: c.article for c in candidates}
        # The reader takes a follow-up for the question where it comes first.
        read = self._reader.read(f"{asked} {before}".strip(), windows)
        read = by_named_rows(without_presupposed(read, asked, heads, before), asked, before)
        abroad = {
            c.chunk.id: c.outlying
            for c, window in zip(candidates, windows, strict=False)
            if not shares_script(question, window.text)
        }
        readings = rank_units(read, windows, vector, self._embedder, abroad)
        best = ranked(candidates, readings)[: top_k or _CONSIDERED]
        passages = [passage_of(c.chunk, c.article, c.score) for c in best]
        spans = {"search": searched - started, "read": time.perf_counter() - searched}
        return Evidence(question, passages, readings, heads), spans

    def _timely(self, top_k: int | None, article_id: str | None, found: Evidence) -> Evidence:
        """Return the evidence filtered by the time that its question names."""
        question, today = found.question, self._today()
        period, timeless = period_in(question, today) or (next_of(question, today), question)
        if period is None:
            return found
        again = found
        if period.way != "calendar":
            again, _ = self._found(spelled(question, period, timeless), top_k, article_id)
        found, settled = held_against(period, found, again, today)
        if settled or article_id or (period.after or today) > today or period.way == "next":
            return found
        return self._of_the_time(period, timeless, top_k, found)

    def _of_the_time(
        self, period: Period, question: str, top_k: int | None, everywhere: Evidence
    ) -> Evidence:
        """Return the answer from articles of a period if the question means those."""
        if keep_unfiltered(period, everywhere, self._today()):
            return everywhere
        wide = reported_by(period)
        service = self._narrow(Scope(after=wide.after, before=wide.before))
        if not service.library.passages_count():
            return everywhere
        then, _ = service._found(question, top_k)
        return then if prefer_filtered(period, everywhere, then, self._today()) else everywhere

    def summarize(self, article: str, sentences: int = 4, user: str = "") -> Summary:
        """Summarise one article, by id, exact title or unique part of a title.

        `user` is whose daily limit counts. Raises NoIndex, ArticleNotFound, ArticleAmbiguous.
        """
        with self._reading():
            wanted = self._snapshot().directory.find(article).article.id
            found = self.library.article(wanted)
            if found is None:
                raise ArticleNotFound("errors.article_not_found", wanted=article)
            chunks = self.library.chunks_of(found.id)
            summary = summarize(found, sentences, chunks)
        if self._generator is None:
            return summary
        passages = [passage_of(chunk, found, 1.0) for chunk in chunks]
        language = language_of(found.text[:500])
        return self._generator.summarize(passages, summary, sentences, language, user)

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        """Return the articles that fit, best first; all in order for an empty string."""
        with self.library.reading():
            return [card_of(e) for e in self._snapshot().directory.filtered(wanted)]

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        """Return a passage, or the one `step` places after it in its article."""
        with self.library.reading():
            chunk = self.library.chunks([chunk_id]).get(chunk_id)
            if chunk is not None and step:
                chunk = self.library.chunk_at(chunk.article_id, chunk.ordinal + step)
            if chunk is None:
                return None
            head = self.library.heads([chunk.article_id]).get(chunk.article_id)
            return passage_of(chunk, head, 0.0) if head else None

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        """Return the passages nearest to any text, best first. Raises NoIndex."""
        wanted = " ".join(text.split())[:LONGEST_QUESTION]
        with self._reading():
            found = self._found(wanted, 2 * limit)[0].passages if wanted else ()
            return distinct(found, self.library, limit)

    def starters(self, language: str) -> tuple[str, ...]:
        """Return questions that the documents answer, those in a language first.

        They are looked for once for each state of the index, by quoting alone. Raises NoIndex.
        """
        with self._reading():
            found = self._snapshot().starters
        if language not in found:
            found[language] = starters(self.library, self.quoting.ask, language)
        return found[language]

    def status(self) -> Status:
        """Return the size and state of the index. Raises NoIndex before the first run."""
        with self._reading():
            return self.library.status()

    def _snapshot(self) -> Snapshot:
        """Return the snapshot of the state that is read now; that of the latest is kept."""
        revision = self.library.revision
        with self._lock:
            if self._latest is None or self._latest.revision != revision:
                self._latest = Snapshot(revision, self.library)
            return self._latest

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """See one state of the index until the end of the block. Raises NoIndex without one."""
        with self.library.reading() as is_there:
            if not is_there:
                outdated = self.library.outdated
                raise NoIndex("errors.index_outdated" if outdated else "errors.no_index")
            yield
