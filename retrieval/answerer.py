"""From a question to an answer: search, decide whether the documents hold it, read, cite."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from threading import Lock
from typing import Protocol

from index.embedder import Embedder
from index.library import Library
from index.models import Chunk
from index.scope import EVERYTHING, Scope
from index.words.text import language_of
from retrieval.absent import truly_unmatched
from retrieval.abstention import Abstention, PartAbstention
from retrieval.directory import card_of
from retrieval.errors import ArticleNotFound, NoIndex
from retrieval.followups.conversation import Rewriter, standalone
from retrieval.models import Answer, ArticleCard, Passage, Status, Summary
from retrieval.reader import Reader
from retrieval.reading.meanings import Meanings, TokenVectors
from retrieval.reprints import distinct, named_once
from retrieval.retriever import Retriever
from retrieval.search.periods import Period, period_in, reported_by
from retrieval.search.query import Dictionary
from retrieval.snapshot import Snapshots
from retrieval.summarizer import summarize
from retrieval.timely import Found, is_meant, stands
from retrieval.verdict import LONGEST_QUESTION, checked, judged, none_within, timed

_CONSIDERED = 8
# How many bounds have a desk ready: those of the channels that ask most.
_KEPT = 16


class Translation(Dictionary, TokenVectors, Protocol):
    """What is asked of the translator."""


class Writer(Rewriter, Protocol):
    """A chat model that writes answers and summaries from passages, and proves them."""

    def generate(
        self,
        question: str,
        language: str,
        passages: Sequence[Passage],
        extractive: Answer,
        earlier: Sequence[tuple[str, str]] = (),
        on_text: Callable[[str], None] | None = None,
        user: str = "",
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
    """The desk: answers, summaries and lists from one library. Safe to use from any thread."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        retriever: Retriever,
        translator: Translation | None,
        generator: Writer | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Take the parts; nothing is read until the first question.

        `today` tells which day "last week" is counted from.
        """
        self.library = library
        self.retriever = retriever
        self._embedder = embedder
        self._translator = translator
        self._generator = generator
        self._today = today
        self._reader = Reader(Meanings(translator))
        self._snapshots = Snapshots(library, translator.translate if translator else None)
        self._abstention = Abstention(library, retriever, self._reader)
        self._narrowed: dict[Scope, Answerer] = {}
        self._lock = Lock()

    def within(self, scope: Scope) -> Answerer:
        """Return a whole desk that sees nothing outside a bound; the latest few are kept."""
        if scope == EVERYTHING:
            return self
        with self._lock:
            desk = self._narrowed.pop(scope, None) or self._narrow(scope)
            self._narrowed[scope] = desk
            while len(self._narrowed) > _KEPT:
                del self._narrowed[next(iter(self._narrowed))]
        return desk

    def _narrow(self, scope: Scope, *, once: bool = False) -> Answerer:
        """Return a new desk; for `once`, one that tells how rare a word is as this one does."""
        library = self.library.within(scope)
        retriever = self.retriever.within(scope, weigh_by_whole=once)
        desk = Answerer(
            library, self._embedder, retriever, self._translator, self._generator, self._today
        )
        desk._abstention = PartAbstention(
            (library, retriever, desk._reader),
            self.library,
            lambda: self._abstention.shift(self._snapshots.current().rarity),
        )
        if once:
            desk._snapshots = self._snapshots
        return desk

    def collections(self) -> list[str]:
        """Return the names of the collections that hold an article, in order."""
        return self.library.collections()

    def ask(
        self,
        question: str,
        *,
        article_id: str | None = None,
        top_k: int | None = None,
        earlier: Sequence[tuple[str, str]] = (),
        on_text: Callable[[str], None] | None = None,
        user: str = "",
        after: date | None = None,
        before: date | None = None,
        source: str = "",
    ) -> Answer:
        """Answer; `earlier` holds the (question, answer) turns of the reply chain, oldest first.

        `after`, `before` and `source` narrow what is searched, as a Scope does. With a chat
        model, `on_text` is told each proved piece of the answer, and `user` is whose daily
        limit counts. Raises QuestionUnusable, NoIndex, ArticleNotFound.
        """
        if after and not before and after <= self._today():
            # Days without a year are held against a bound with two ends.
            before = self._today() + timedelta(days=1)
        bound = Scope(after=after, before=before, source=source.strip())
        if bound != EVERYTHING:
            asked, desk = checked(question), self._narrow(bound, once=True)
            self._ensure_index()
            if not desk.library.passages_count():
                return none_within(question, language_of(asked))
            return desk.ask(
                question, article_id=article_id, top_k=top_k, earlier=earlier, on_text=on_text,
                user=user,
            )  # fmt: skip
        asked = checked(question)
        started = time.perf_counter()
        language = language_of(asked)
        self._ensure_article(article_id)
        # A chat model may take seconds to write a follow-up in full: nothing is held meanwhile.
        whole = standalone(asked, earlier, language, self._generator, user)
        rewritten = time.perf_counter()
        with self.library.reading():
            found, spans = self._found(whole, top_k, article_id)
            period = period_in(whole, self._today()) if article_id is None else None
            if period:
                found = self._of_the_time(*period, top_k, found)
            answer = judged(
                question, language, found.passages, found.reading, found.confidence,
                timeless=period is None,
            )  # fmt: skip
            answer = named_once(answer, found.passages, self.library)
        spans |= {"rewrite": rewritten - started, "total": time.perf_counter() - started}
        answer = timed(answer, spans)
        if self._generator is None or not answer.found:
            return answer
        written_answer = self._generator.generate(
            whole, language, found.passages, answer, earlier, on_text, user
        )
        return timed(written_answer, {"total": time.perf_counter() - started})

    def _ensure_article(self, article_id: str | None) -> None:
        """Raise NoIndex without an index, ArticleNotFound without the article that is meant."""
        with self.library.reading():
            self._ensure_index()
            if article_id is not None and not self.library.heads([article_id]):
                raise ArticleNotFound("errors.article_not_found", wanted=article_id)

    def _found(
        self, question: str, top_k: int | None, article_id: str | None = None
    ) -> tuple[Found, dict[str, float]]:
        """Search and read; return what that took, too."""
        started = time.perf_counter()
        passages = self.retriever.search(question, top_k or _CONSIDERED, article_id)
        searched = time.perf_counter()
        rarity = self._snapshots.current().rarity
        reading = self._reader.read(self.retriever.analyse(question), passages, rarity)
        reading = truly_unmatched(self.library, reading)
        read = time.perf_counter()
        confidence = self._abstention.confidence(reading, rarity)
        judged = time.perf_counter()
        spans = {"search": searched - started, "read": read - searched, "judge": judged - read}
        return Found(passages, reading, confidence), spans

    def _of_the_time(
        self, period: Period, question: str, top_k: int | None, everywhere: Found
    ) -> Found:
        """Return what the articles of a period answer, if that is what is meant."""
        if stands(period, everywhere, self._today()):
            return everywhere
        wide = reported_by(period)
        desk = self._narrow(Scope(after=wide.after, before=wide.before), once=True)
        if not desk.library.passages_count():
            return everywhere
        then, _ = desk._found(question, top_k)
        return then if is_meant(period, everywhere, then, self._today()) else everywhere

    def calibrate(self) -> None:
        """Work out now, not at the first question, how much evidence this library asks for."""
        with self.library.reading():
            if self.library.generation:
                self._abstention.shift(self._snapshots.current().rarity)

    def summarize(self, article: str, sentences: int = 4, user: str = "") -> Summary:
        """Summarise one article, by id, exact title or unique part of a title.

        `user` is whose daily limit counts. Raises NoIndex, ArticleNotFound, ArticleAmbiguous.
        """
        with self.library.reading():
            self._ensure_index()
            wanted = self._snapshots.current().directory.find(article).article.id
            found = self.library.article(wanted)
            if found is None:
                raise ArticleNotFound("errors.article_not_found", wanted=article)
            chunks = self.library.chunks_of(found.id)
            summary = summarize(found, sentences, self._snapshots.current().rarity, chunks)
        if self._generator is None:
            return summary
        passages = [
            Passage(
                chunk.id, found.id, found.title, found.source, found.date, chunk.text, 1.0,
                chunk.start, chunk.end, chunk.ordinal,
            )
            for chunk in chunks
        ]  # fmt: skip
        language = language_of(found.text[:500])
        return self._generator.summarize(passages, summary, sentences, language, user)

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        """Return the articles that fit, best first; all in order for an empty string."""
        with self.library.reading():
            fitting = self._snapshots.current().directory.filtered(wanted)
            return [card_of(entry) for entry in fitting]

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        """Return a passage, or the one `step` places after it in its article."""
        with self.library.reading():
            chunk = self.library.chunks([chunk_id]).get(chunk_id)
            if chunk is not None and step:
                place = chunk.ordinal + step
                chunk = self.library.chunk_at(chunk.article_id, place) if place >= 0 else None
            return self._passage(chunk) if chunk is not None else None

    def _passage(self, chunk: Chunk) -> Passage | None:
        article = self.library.heads([chunk.article_id]).get(chunk.article_id)
        if article is None:
            return None
        return Passage(
            chunk.id, article.id, article.title, article.source, article.date, chunk.text, 0.0,
            chunk.start, chunk.end, chunk.ordinal,
        )  # fmt: skip

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        """Return the passages nearest to any text, best first. Raises NoIndex."""
        self._ensure_index()
        wanted = " ".join(text.split())[:LONGEST_QUESTION]
        if not wanted:
            return []
        with self.library.reading():
            return distinct(self.retriever.search(wanted, 2 * limit), self.library, limit)

    def status(self) -> Status:
        """Return what the index holds. Raises NoIndex before the first run is finished."""
        self._ensure_index()
        found = self.library.status()
        return Status(
            documents=found.documents,
            articles=found.articles,
            passages=found.passages,
            model=found.model,
            generation=found.generation,
            last_run=found.last_run.ended if found.last_run else "",
            store=found.store,
            size_bytes=found.size_bytes,
        )

    def _ensure_index(self) -> None:
        if not self.library.generation:
            raise NoIndex("errors.index_outdated" if self.library.outdated else "errors.no_index")
