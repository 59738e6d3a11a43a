"""Read an answer's Markdown into runs: its own bold, code and citations kept, all else plain."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.splitting import Run
from retrieval.models import Answer, Citation

_FENCE = r"^```(?P<info>[\w+\-.#]{0,20})[ \t]*\n(?P<fence>.*?)\n?^```[ \t]*$"
_TOKEN = re.compile(
    rf"{_FENCE}|`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^\s*](?:[^\n]*?[^\s*])??)\*\*|\[(?P<number>\d{{1,4}})\]",
    re.MULTILINE | re.DOTALL,
)


def answer_runs(answer: Answer) -> list[Run]:
    """Return an answer's text as runs.

    Quotes of an extractive answer are found whole and taken from the citations, so that a star or
    a backtick in a document is text, whatever Markdown would make of it.
    """
    return quoted_runs(answer.answer, answer.citations, answer.mode == "extractive")


def quoted_runs(text: str, citations: Sequence[Citation], verbatim: bool) -> list[Run]:
    """Return text with citation markers as runs; `verbatim` looks for the whole quotes first."""
    numbers = {citation.number for citation in citations}
    if not verbatim:
        return _parse(text, numbers)
    runs: list[Run] = []
    position = 0
    for citation in citations:
        for written, quote in _spellings(citation):
            found = text.find(written, position)
            if found >= 0:
                runs += [*_parse(text[position:found], numbers), *quote]
                position = found + len(written)
                break
    return [*runs, *_parse(text[position:], numbers)]


def highlighted(text: str, span: tuple[int, int] | None) -> list[Run]:
    """Return verbatim text as runs with one span in bold."""
    if span is None or not text[span[0] : span[1]].strip():
        return [Run(text)]
    start, end = span
    runs = [Run(text[:start]), Run(text[start:end], "bold"), Run(text[end:])]
    return [run for run in runs if run.text]


def _spellings(citation: Citation) -> list[tuple[str, list[Run]]]:
    """Return how a quote may stand in an answer, with and without its bold span."""
    quote, plain = citation.quote, (citation.quote, [Run(citation.quote)])
    if citation.highlight is None or not quote:
        return [plain] if quote else []
    start, end = citation.highlight
    bold = f"{quote[:start]}**{quote[start:end]}**{quote[end:]}"
    return [(bold, highlighted(quote, citation.highlight)), plain]


def _parse(text: str, numbers: set[int]) -> list[Run]:
    """Return Markdown as runs; a number in brackets is a citation only if there is one."""
    runs: list[Run] = []
    position = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "number" and int(match["number"]) not in numbers:
            continue
        runs.append(Run(text[position : match.start()]))
        position = match.end()
        if kind == "number":
            runs.append(Run(match.group(), "mark"))
        elif kind == "bold":
            inner = _parse(match["bold"], numbers) if "[" in match["bold"] else [Run(match["bold"])]
            runs += [Run(run.text, "bold") if run.kind == "text" else run for run in inner]
        elif kind == "code":
            runs.append(Run(match["code"], "code"))
        else:
            runs.append(Run(match["fence"], "fence", match["info"]))
    runs.append(Run(text[position:]))
    return [run for run in runs if run.text]
