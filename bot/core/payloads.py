"""The JSON that the commands print with --json: one function for each shape, all pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from bot.core.ports import RunReport
from retrieval.chat.tally import GenerationCounts
from retrieval.models import Answer, ArticleCard, Citation, Passage, Status, Summary


def citation_payload(citation: Citation) -> dict[str, Any]:
    """Return one citation; `quote` is verbatim at `start` to `end` of the article's text.

    `path` holds the headings above it; `page` is a page, a slide or a sheet, or None. `links` are
    the linked words of the quote with their addresses, where there are any.
    """
    links = [{"text": words, "url": address} for words, address in citation.links]
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "path": list(citation.path),
        "page": citation.page or None,
        "url": citation.url,
        "source": citation.source,
        "date": citation.date,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        **({"links": links} if links else {}),
    }


def passage_payload(passage: Passage) -> dict[str, Any]:
    """Return one passage with its score, which is higher the better it fits."""
    names = ("article_id", "title", "path", "text", "score", "start", "end")
    return {name: getattr(passage, name) for name in names} | {"path": list(passage.path)}


def answer_payload(answer: Answer) -> dict[str, Any]:
    """Return an answer as `docent ask --json` prints it; `nearest` where there is one alone."""
    names = ("question", "language", "found", "answer", "mode")
    nearest = {} if answer.nearest is None else {"nearest": citation_payload(answer.nearest)}
    return {
        **{name: getattr(answer, name) for name in names},
        "citations": [citation_payload(citation) for citation in answer.citations],
        **nearest,
        "passages": [passage_payload(passage) for passage in answer.passages],
        "timings_ms": {name: round(value, 2) for name, value in answer.timings_ms.items()},
    }


def summary_payload(summary: Summary) -> dict[str, Any]:
    """Return a summary as `docent summary --json` prints it."""
    return {
        "article_id": summary.article_id,
        "title": summary.title,
        "summary": summary.summary,
        "citations": [citation_payload(citation) for citation in summary.citations],
    }


def articles_payload(cards: Iterable[ArticleCard]) -> dict[str, Any]:
    """Return a list of articles as `docent articles --json` prints it."""
    return {"articles": [dataclasses.asdict(card) for card in cards]}


def report_payload(report: RunReport) -> dict[str, Any]:
    """Return what an indexing run did as `docent index --json` prints it."""
    names = ("added", "changed", "removed", "unchanged")
    return {
        **{name: getattr(report, name) for name in names},
        "failed": _reasons(report.failed),
        "skipped": _reasons(report.skipped),
        "articles": report.articles,
        "passages": report.passages,
        "seconds": round(report.seconds, 3),
        "generation": report.generation,
        "embedded": report.embedded,
    }


def status_payload(status: Status, skipped: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Return what the index holds as `docent status --json` prints it.

    `skipped` are the files of kinds that are not read.
    """
    told = {"failed": _reasons(status.failed), "skipped": _reasons(skipped)}
    return {**dataclasses.asdict(status), **told}


def _reasons(failed: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"source": source, "reason": reason} for source, reason in failed]


def chat_payload(counts: GenerationCounts) -> dict[str, Any]:
    """Return what the chat model wrote, and how much of it was dropped, by reason."""
    return {
        "calls": counts.calls,
        "sentences": counts.sentences,
        "dropped_share": round(counts.dropped_share, 4),
        "dropped": dict(counts.dropped),
        "failures": dict(counts.failures),
        "tokens": {"read": counts.tokens_read, "written": counts.tokens_written},
    }
