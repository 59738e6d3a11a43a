"""What a question becomes: Passage, Citation, Answer and Summary, plain frozen facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index.models import Block, Status
from index.scope import EVERYTHING, Scope

__all__ = [
    "EVERYTHING",
    "Answer",
    "ArticleCard",
    "AskRequest",
    "Citation",
    "Passage",
    "Scope",
    "Status",
    "Summary",
]


@dataclass(frozen=True, slots=True)
class AskRequest:
    """A question with all that bears on its answer; where it is looked for, `within` says.

    `article_id` asks one article alone. `earlier` holds the (question, answer) turns of the reply
    chain, oldest first. `user` is whose daily limit of a chat model counts, and `top_k` how many
    passages are considered, None for as many as are read.
    """

    question: str
    article_id: str | None = None
    earlier: tuple[tuple[str, str], ...] = ()
    user: str = ""
    top_k: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that the search found, with its article's title; a higher score is better.

    `article_text[start:end] == text`; `path` are the headings above, `blocks` what it is made of.
    """

    chunk_id: str
    article_id: str
    title: str
    source: str
    date: str
    text: str
    score: float
    start: int
    end: int
    ordinal: int = 0
    path: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered proof: `article_text[start:end] == quote`. Until it is cited, its number is 0.

    `highlight` is the span that answers, as offsets into `quote`; None if there is none.
    `also_in` are the ids of reprints, told at one of an article's citations. `path` holds the
    headings above the quote, `page` the page, sheet or slide, `url` the article's address; `ocr`
    says that the words were recognised in a picture. `shown` is how a row or a list is set out.
    `links` are the linked words of the quote, each with its address.
    """

    number: int
    article_id: str
    title: str
    source: str
    date: str
    quote: str
    start: int
    end: int
    highlight: tuple[int, int] | None = None
    chunk_id: str = ""
    also_in: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    page: str = ""
    url: str = ""
    ocr: bool = False
    shown: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question.

    `answer` is Markdown: quotes with the answering span in `**bold**`, and `[n]` markers that
    are the `number` of exactly one citation each. When `found` is false, `citations` is empty,
    `answer` says so in the question's language, and `passages` holds the nearest three. `note` is
    a sentence about how the answer came about, such as that a chat model was out of reach.
    `nearest` is what may answer where that is not sure enough to be given.
    `dropped` counts by reason the sentences of a chat model that were not proved.
    """

    question: str
    language: str
    found: bool
    answer: str
    mode: Literal["extractive", "generated"]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    confidence: float = 0.0
    note: str = ""
    nearest: Citation | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences that carry an article, in its order, each cited."""

    article_id: str
    title: str
    summary: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """An article as lists and autocomplete show it."""

    id: str
    title: str
    kicker: str
    byline: str
    date: str
    section: str
    source: str
    passages: int
