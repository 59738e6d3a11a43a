"""Read an answer's Markdown into runs: its own bold, code and citations kept, all else plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.discord.render.splitting import Run
from retrieval.citations import marked, written
from retrieval.models import Citation

_FENCE = r"^```(?P<info>[\w+\-.#]{0,20})[ \t]*\n(?P<fence>.*?)\n?^```[ \t]*$"
_NOTE = re.compile(r"\[(\d+)\]")
_OPENING, _CLOSING = "“", "”"
_BETWEEN_CELLS, _BULLET, _LONG_ROW = " · ", "• ", 2
_ITEM = re.compile(rf"(?m)^( *){_BULLET}(?=\S)")
_TOKEN = re.compile(
    rf"{_FENCE}|`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^\s*](?:[^\n]*?[^\s*])??)\*\*|\[(?P<number>\d{{1,4}})\]",
    re.MULTILINE | re.DOTALL,
)


def nearest_runs(citation: Citation) -> list[Run]:
    """Return the quote of what may answer, with its number and nothing in bold."""
    plain = replace(citation, highlight=None)
    return quoted_runs(written([plain]), [plain], bare=True)


def quoted_runs(text: str, citations: Sequence[Citation], *, bare: bool = False) -> list[Run]:
    """Return text that quotes the citations in their order as runs.

    `bare` drops the “ ” around the quotes: they are shown as block quotes, below the sentences that
    rest on them where a chat model wrote some.

    The quotes are found whole and taken from the citations, so that a star or a backtick in a
    document is text, whatever Markdown would make of it, and line breaks are as they were.
    """
    numbers = {citation.number for citation in citations}
    runs: list[Run] = []
    position = 0
    for citation in citations:
        spelling = marked(citation)
        found = text.find(spelling, position)
        if found < 0 or not citation.quote.strip():
            continue
        before, position = text[position:found], found + len(spelling)
        if bare and before.endswith(_OPENING) and text.startswith(_CLOSING, position):
            before, position = before[: -len(_OPENING)], position + len(_CLOSING)
        around = _parse(before, numbers)
        runs += [*(_set_apart(around) if bare else around), *_quote(citation)]
    rest = _parse(text[position:], numbers)
    if bare:
        # No quote follows, so that all of it is said by us.
        rest = [
            Run(run.text, "own") if run.text.strip() and run.kind == "text" else run for run in rest
        ]
    return [*runs, *rest]


def _set_apart(runs: list[Run]) -> list[Run]:
    """Return the text between two quotes, with our own sentences set apart."""
    told: list[Run] = []
    for run in runs:
        said = run.text.rstrip("\n")
        if run.kind == "text" and said.strip():
            told += [Run(said, "own"), Run(run.text[len(said) :])]
        else:
            told.append(run)
    return [run for run in told if run.text]


def highlighted(text: str, span: tuple[int, int] | None) -> list[Run]:
    """Return verbatim text as runs with one span in bold."""
    if span is None or not text[span[0] : span[1]].strip():
        return [Run(text)]
    start, end = span
    runs = [Run(text[:start]), Run(text[start:end], "bold"), Run(text[end:])]
    return [run for run in runs if run.text]


def _quote(citation: Citation) -> list[Run]:
    """Return a quote with its span in bold; one that is set out has a line for each of its own."""
    # A note number of the document's own must not read as one of our citations.
    quote, laid = (_NOTE.sub(r"［\1］", text) for text in (citation.quote, citation.shown))
    return _set_out(laid) if laid else highlighted(quote, citation.highlight)


def _set_out(text: str) -> list[Run]:
    """Return a list with Discord's bullets, and of a row each named cell on a line of its own."""
    if "\n" not in text and text.count(_BETWEEN_CELLS) >= _LONG_ROW:
        text = text.replace(_BETWEEN_CELLS, f"\n{_BULLET}")
    runs: list[Run] = []
    position = 0
    for bullet in _ITEM.finditer(text):
        runs += [Run(text[position : bullet.end(1)]), Run("- ", "item")]
        position = bullet.end()
    return [run for run in (*runs, Run(text[position:])) if run.text]


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
