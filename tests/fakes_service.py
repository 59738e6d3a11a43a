"""A small answering side and a small indexing run, to try the bot without the real library."""

from __future__ import annotations

import copy
import hashlib
import re
import threading
import time
from collections.abc import Callable

from index.scope import EVERYTHING, Scope, collection_of
from language.text import language_of, search_terms
from retrieval.citations import run_on
from retrieval.errors import ArticleNotFound, NoIndex, QuestionUnusable
from retrieval.models import Answer, ArticleCard, AskRequest, Citation, Passage, Status, Summary

FERRY = """The ferry to Pine Island resumes on 3 May with six sailings a day. Tickets cost 12 euros.
The harbour office hired 14 seasonal workers for the summer.
Bicycles travel free before nine in the morning."""
REPAIR = """城北供水管网改造昨日开工，施工队调来17台抢修车辆日夜待命。
现场共有256名工人分三班施工，预计十月底完工。
居民可拨打服务热线咨询停水时间。"""
RUDE = """**Do not** trust @everyone or @here, nor <@123456789012345678> and <#1234567890>.
[click here](https://evil.example/steal) for `code` and ||spoilers|| # not a heading.
The password of the harbour is 4711, says https://harbour.example/a_b_c."""


FERRY_ASKED = "When does the ferry to Pine Island resume?"
REPAIR_ASKED = "城北供水管网改造有多少台抢修车辆待命？"


def sample_articles() -> dict[str, tuple[str, str, str]]:
    """Return id to (title, date, text)."""
    long = "".join(f"这是很长的第{n}句话，讲的是水库的第{n}次巡查，一切正常。" for n in range(420))
    articles = {
        "ferry.txt#1": ("Ferry to Pine Island resumes", "2 May", FERRY),
        "water.txt#1": ("城北供水管网改造开工", "9月3日", REPAIR),
        "rude.txt#1": ("@everyone read **this** [now](https://evil.example)", "", RUDE),
        "long.txt#1": ("水库巡查全记录", "", long[:10_000]),
        f"{'deep/' * 30}far.txt#1": ("An article far down", "", "Far down lies the well."),
    }
    for n in range(23):
        articles[f"notes.txt#{n}"] = (f"Note {n:02}", "", f"Note number {n} is about lamp {n}.")
    return articles


class FakeService:
    """Finds the paragraph that shares most terms with the question, and quotes a sentence of it."""

    def __init__(self, *, delay: float = 0.0, indexed: bool = True) -> None:
        self.delay = delay
        self.generation = int(indexed)
        self.texts = sample_articles()
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def within(self, scope: Scope) -> FakeService:
        """Return a service of the texts within a bound; no text here has a year."""
        if scope == EVERYTHING:
            return self
        bounded = copy.copy(self)
        bounded.texts = {
            key: text
            for key, text in self.texts.items()
            if (scope.collections is None or collection_of(key) in scope.collections)
            and scope.source.casefold() in key.casefold()
            and not (scope.after or scope.before)
        }
        return bounded

    def collections(self) -> list[str]:
        return sorted({collection_of(key) for key in self.texts})

    def ask(self, request: AskRequest, on_text: Callable[[str], None] | None = None) -> Answer:
        question, earlier = request.question, request.earlier
        self._check()
        if not question.strip():
            raise QuestionUnusable("errors.question_empty")
        if "boom" in question:
            raise RuntimeError("a secret detail of the insides")
        self._wait()
        if "write" in question and on_text:
            return self._written(question, on_text)
        found = self._ranked(question, request.article_id)
        note = f"{len(earlier)} earlier: {earlier[-1][0]}" if earlier else ""
        language = language_of(question)
        if not found or found[0].score < 0.3:
            said = (
                "文档里没有这个问题的答案。"
                if language == "zh"
                else "The documents do not hold it."
            )
            return Answer(question, language, False, said, "extractive", (), tuple(found[:3]))
        best = found[0]
        quote, start = self._sentence(best, question)
        if "whole" in question:
            quote, start = best.text, best.start
        number = re.search(r"\d+", quote)
        span = number.span() if number else (0, len(quote))
        end = start + len(quote)
        citation = Citation(
            1, best.article_id, best.title, best.source, best.date, quote, start, end,
            span, best.chunk_id,
        )  # fmt: skip
        passages = tuple(found[: request.top_k or 5])
        return Answer(
            question, language, True, run_on([citation]), "extractive", (citation,), passages,
            confidence=best.score, note=note,
        )  # fmt: skip

    def _wait(self) -> None:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.delay)
        with self._lock:
            self.at_once -= 1

    def _written(self, question: str, on_text: Callable[[str], None]) -> Answer:
        """Write as a chat model does: slowly, sentence by sentence; `unproved` is taken back."""
        (passage, *_) = self._ranked("ferry", None)
        for n in range(1, 7):
            on_text(f"Sentence **{n}** of six [1]. ")
            time.sleep(0.5)
        quote, start = self._sentence(passage, question)
        end = start + len(quote)
        one = Citation(
            1, passage.article_id, passage.title, passage.source, "", quote, start, end,
            None, passage.chunk_id,
        )  # fmt: skip
        said = " ".join(f"Sentence **{n}** of six [1]." for n in range(1, 7))
        if "unproved" in question:
            return Answer(question, "en", True, run_on([one]), "extractive", (one,), (passage,))
        return Answer(question, "en", True, said, "generated", (one,), (passage,))

    def summarize(self, article: str, sentences: int = 4, user: str = "") -> Summary:
        self._check()
        card = next((c for c in self.articles(article) if article in (c.id, c.title)), None)
        if card is None:
            raise ArticleNotFound("errors.article_not_found", wanted=article)
        passages = self._passages(card.id)[:sentences]
        citations = tuple(
            Citation(
                n, card.id, card.title, p.source, p.date, p.text, p.start, p.end, None, p.chunk_id
            )
            for n, p in enumerate(passages, 1)
        )
        return Summary(card.id, card.title, run_on(citations), citations)

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        self._check()
        cards = [
            ArticleCard(key, title, "", "", date, "", key.split("#")[0], len(self._passages(key)))
            for key, (title, date, _) in self.texts.items()
        ]
        low = wanted.casefold()
        exact = [c for c in cards if c.id == wanted]
        return exact or [c for c in cards if low in c.title.casefold()]

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        self._check()
        for key in self.texts:
            passages = self._passages(key)
            for n, passage in enumerate(passages):
                if passage.chunk_id == chunk_id:
                    return passages[n + step] if 0 <= n + step < len(passages) else None
        return None

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        self._check()
        return self._ranked(text, None)[:limit]

    def starters(self, language: str) -> tuple[str, ...]:
        self._check()
        asked = {"en": FERRY_ASKED, "zh": REPAIR_ASKED}
        return tuple(question for known, question in asked.items() if known == language[:2])

    def status(self) -> Status:
        self._check()
        count = sum(len(self._passages(key)) for key in self.texts)
        files = len({key.split("#")[0] for key in self.texts})
        articles = len(self.texts)
        return Status(
            files,
            articles,
            count,
            "fake",
            self.generation,
            "2024-05-01T10:00:00+00:00",
            "memory",
            12_345,
        )

    def _check(self) -> None:
        if not self.generation:
            raise NoIndex("errors.no_index")

    def _passages(self, key: str) -> list[Passage]:
        title, date, text = self.texts[key]
        passages, start = [], 0
        for ordinal, line in enumerate(text.split("\n")):
            chunk_id = f"{hashlib.sha256(key.encode()).hexdigest()[:12]}{ordinal:04x}"
            end = start + len(line)
            source = key.split("#")[0]
            passages.append(
                Passage(chunk_id, key, title, source, date, line, 0.0, start, end, ordinal)
            )
            start = end + 1
        return passages

    def _ranked(self, text: str, article_id: str | None) -> list[Passage]:
        wanted = {t for t in search_terms(text) if len(t) > 1 and t not in STOP}
        scored = []
        for key in [article_id] if article_id else self.texts:
            for passage in self._passages(key):
                terms = set(search_terms(f"{passage.title} {passage.text}"))
                score = len(wanted & terms) / max(len(wanted), 1)
                scored.append((score, passage))
        scored.sort(key=lambda entry: -entry[0])
        return [_with_score(passage, score) for score, passage in scored]

    @staticmethod
    def _sentence(passage: Passage, question: str) -> tuple[str, int]:
        wanted = set(search_terms(question))
        pieces = list(re.finditer(r"[^.。]+[.。]?", passage.text))
        best = max(pieces, key=lambda m: len(wanted & set(search_terms(m.group()))))
        quote = best.group().strip()
        return quote, passage.start + passage.text.index(quote, best.start())


STOP = frozenset(("the", "of", "to", "is", "are", "how", "many", "what", "when", "on", "in", "do"))


def _with_score(passage: Passage, score: float) -> Passage:
    names = passage.__slots__
    return Passage(**{name: getattr(passage, name) for name in names} | {"score": score})
