"""From a question to an answer: search, decide whether the documents hold it, read, cite."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from config.phrases import say
from index.embedder import Embedder
from index.library import ArticleEntry, Library
from index.models import Chunk
from index.words.text import language_of
from retrieval.abstention import ENOUGH, Abstention
from retrieval.citations import cite, shown, written
from retrieval.errors import ArticleNotFound, NoIndex, QuestionUnusable
from retrieval.followups.conversation import Rewriter, standalone
from retrieval.models import Answer, ArticleCard, Passage, Status, Summary
from retrieval.reader import Reader, Reading
from retrieval.reading.meanings import Meanings, TokenVectors
from retrieval.retriever import Retriever
from retrieval.search.query import Dictionary
from retrieval.snapshot import Snapshots
from retrieval.summarizer import summarize

LONGEST_QUESTION = 1000
_CONSIDERED = 8
_NEAREST = 3


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
        self, passages: Sequence[Passage], extractive: Summary, sentences: int, language: str
    ) -> Summary:
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
    ) -> None:
        """Take the parts; nothing is read until the first question."""
        self.library = library
        self.retriever = retriever
        self._translator = translator
        self._generator = generator
        self._reader = Reader(Meanings(translator))
        self._snapshots = Snapshots(library, translator.translate if translator else None)
        self._abstention = Abstention(library, retriever, self._reader)

    def ask(
        self,
        question: str,
        *,
        article_id: str | None = None,
        top_k: int | None = None,
        earlier: Sequence[tuple[str, str]] = (),
        on_text: Callable[[str], None] | None = None,
        user: str = "",
    ) -> Answer:
        """Answer; `earlier` holds the (question, answer) turns of the reply chain, oldest first.

        With a chat model, `on_text` is told each proved piece of the answer, and `user` is whose
        daily limit counts. Raises QuestionUnusable, NoIndex, ArticleNotFound.
        """
        asked = _checked(question)
        started = time.perf_counter()
        language = language_of(asked)
        with self.library.reading():
            self._ensure_index()
            if article_id is not None and self.library.article(article_id) is None:
                raise ArticleNotFound("errors.article_not_found", wanted=article_id)
            whole = standalone(asked, earlier, language, self._generator)
            found = time.perf_counter()
            passages = self.retriever.search(whole, top_k or _CONSIDERED, article_id)
            searched = time.perf_counter()
            rarity = self._snapshots.current().rarity
            reading = self._reader.read(self.retriever.analyse(whole), passages, rarity)
            read = time.perf_counter()
            confidence = self._abstention.confidence(reading, rarity)
            answer = _judged(question, language, passages, reading, confidence)
        ended = time.perf_counter()
        spans = {
            "rewrite": found - started,
            "search": searched - found,
            "read": read - searched,
            "judge": ended - read,
            "total": ended - started,
        }
        answer = _timed(answer, spans)
        if self._generator is None or not answer.found:
            return answer
        written_answer = self._generator.generate(
            whole, language, passages, answer, earlier, on_text, user
        )
        return _timed(written_answer, {"total": time.perf_counter() - started})

    def calibrate(self) -> None:
        """Work out now, not at the first question, how much evidence this library asks for."""
        with self.library.reading():
            if self.library.generation:
                self._abstention.shift(self._snapshots.current().rarity)

    def summarize(self, article: str, sentences: int = 4) -> Summary:
        """Summarise one article, by id, exact title or unique part of a title.

        Raises NoIndex, ArticleNotFound, ArticleAmbiguous.
        """
        with self.library.reading():
            self._ensure_index()
            found = self._snapshots.current().directory.find(article).article
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
        return self._generator.summarize(passages, summary, sentences, language)

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        """Return the articles that fit, best first; all in order for an empty string."""
        with self.library.reading():
            return [
                _article_card(entry)
                for entry in self._snapshots.current().directory.filtered(wanted)
            ]

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        """Return a passage, or the one `step` places after it in its article."""
        with self.library.reading():
            chunk = self.library.chunks([chunk_id]).get(chunk_id)
            if chunk is not None and step:
                place = chunk.ordinal + step
                chunk = self.library.chunk_at(chunk.article_id, place) if place >= 0 else None
            return self._passage(chunk) if chunk is not None else None

    def _passage(self, chunk: Chunk) -> Passage | None:
        article = self.library.article(chunk.article_id)
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
        return self.retriever.search(wanted, limit) if wanted else []

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
            raise NoIndex("errors.no_index")


def _checked(question: str) -> str:
    """Return the question on one line. Raises QuestionUnusable if it is empty or far too long."""
    asked = " ".join(question.split())
    if not any(character.isalnum() for character in asked):
        raise QuestionUnusable("errors.question_empty")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionUnusable("errors.question_long", length=len(asked), limit=LONGEST_QUESTION)
    return asked


def _judged(
    question: str,
    language: str,
    passages: Sequence[Passage],
    reading: Reading | None,
    confidence: float,
) -> Answer:
    """Return the answer, or the refusal with the nearest passages."""
    unmatched = reading.unmatched if reading else ()
    found = reading is not None and confidence >= ENOUGH
    citations = cite(reading.quotes) if reading is not None and found else ()
    return Answer(
        question,
        language,
        found,
        written(citations) if found else _refusal(language, unmatched),
        "extractive",
        citations,
        tuple(passages if found else passages[:_NEAREST]),
        confidence=confidence,
        unmatched=unmatched,
    )


def _refusal(language: str, unmatched: Sequence[str]) -> str:
    """Say that the documents do not hold the answer, and which words found no match."""
    if not unmatched:
        return say("answer.not_found", language)
    words = say("answer.between_words", language).join(f"“{shown(word)}”" for word in unmatched)
    return say("answer.not_found_words", language, words=words)


def _timed(answer: Answer, seconds: Mapping[str, float]) -> Answer:
    """Return the answer with these times added, in milliseconds."""
    spent = {name: round(value * 1000, 2) for name, value in seconds.items()}
    return replace(answer, timings_ms={**answer.timings_ms, **spent})


def _article_card(entry: ArticleEntry) -> ArticleCard:
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
