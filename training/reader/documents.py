"""Examples from structured documents: the community's with questions, others by their headings."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.chunker import chunk_article
from index.documents.markdown import read_markdown
from index.embedder import Embedder
from index.encoders.transformer import Matrix
from index.models import Article, BlockKind
from index.units import Unit, Window, window_of
from training.check_community import FOLDERS
from training.reader.examples import Example, spans_of, without
from training.reader.mistakes import mistaken, names_of
from training.reader.questions import as_question, noisy

_TRAINING = Path(__file__).resolve().parents[1]
# Questions over documents that are not ours to keep here: see the README.
QUESTIONS = _TRAINING / "questions"
# How often questions for a whole list or all steps are asked, each time with other slips.
_LISTS_AGAIN = 3
# Every ninth document is kept apart to measure on.
_APART, _PLACE = 9, 4
_NEAR = 14
# How many of the windows that come nearest to a question stand beside the one that answers it,
# or that only looks like it.
_BESIDE = 4
_ASKED = ("?", "？")


@dataclass(frozen=True, slots=True)
class Library:
    """The windows of some documents, the document of each, and their vectors (windows, width)."""

    windows: list[Window]
    owners: list[str]
    vectors: Matrix


def library_of(paths: Sequence[Path], encoder: Embedder) -> Library:
    """Read Markdown files into windows and encode them."""
    windows: list[Window] = []
    owners: list[str] = []
    for path in paths:
        for article in read_markdown(path, path.name):
            if isinstance(article, Article):
                found = [window_of(chunk, article.title) for chunk in chunk_article(article)]
                windows += found
                owners += [path.stem] * len(found)
    vectors = encoder.encode_documents([f"{w.head}\n{w.text}" for w in windows])
    return Library(windows, owners, vectors)


def community_examples(
    encoder: Embedder, rng: random.Random
) -> tuple[list[Example], list[Example]]:
    """Return the examples of the invented documents to train on and those kept apart."""
    paths = sorted(path for folder in FOLDERS for path in folder.glob("*.md"))
    rows = [(path.stem, row) for path in paths for row in _rows(path.with_suffix(".jsonl"))]
    apart = {path.stem for place, path in enumerate(paths) if place % _APART == _PLACE}
    return _examples(paths, rows, apart, encoder, rng)


def asked_examples(folder: Path, encoder: Embedder, rng: random.Random) -> list[Example]:
    """Return the examples of the questions in QUESTIONS, as far as their files are in a folder."""
    rows = [
        (Path(row["file"]).stem, row)
        for path in sorted(QUESTIONS.glob("*.jsonl"))
        for row in _rows(path)
        if (folder / row["file"]).is_file()
    ]
    paths = sorted({folder / row["file"] for _, row in rows})
    return _examples(paths, rows, set(), encoder, rng)[0]


def _examples(
    paths: Sequence[Path], rows: list[tuple[str, dict[str, Any]]], apart: set[str],
    encoder: Embedder, rng: random.Random,
) -> tuple[list[Example], list[Example]]:  # fmt: skip
    """Return the examples to train on and those of the documents kept apart."""
    library = library_of(paths, encoder)
    again = [(stem, row) for stem, row in rows if "all" in row and stem not in apart]
    rows = rows + again * (_LISTS_AGAIN - 1)
    names = names_of(window.text for window in library.windows)
    asked = encoder.encode_queries([row["question"] for _, row in rows])
    training: list[Example] = []
    kept: list[Example] = []
    for (stem, row), scores in zip(rows, asked @ library.vectors.T, strict=True):
        is_apart = stem in apart
        question = row["question"] if is_apart else noisy(row["question"], rng)
        found = _answerable if row.get("answerable", True) else _unanswerable
        examples = list(found(question, row, stem, library, scores, rng))
        (kept if is_apart else training).extend(examples)
        if not is_apart and examples and examples[0].gold:
            training.extend(mistaken(examples[0], names, rng))
    return training, kept


def _rows(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"[*_`]", "", text)).casefold()


def _shown(window: Window, unit: Unit) -> str:
    return _flat(window.text[unit.first : unit.last])


def _verbatim(window: Window, unit: Unit) -> str:
    start = window.chunk.start
    return _flat(window.chunk.text[unit.start - start : unit.end - start])


def _answerable(
    question: str, row: dict[str, Any], stem: str, library: Library, scores: Matrix,
    rng: random.Random,
) -> Iterator[Example]:  # fmt: skip
    """Yield the window that answers, near ones that do not, and it without its answer."""
    answers, complete = [_flat(a) for a in row["answers"]], [_flat(a) for a in row.get("all", ())]
    wanted = complete or answers
    hits: dict[int, list[int]] = {}
    for place, window in enumerate(library.windows):
        if library.owners[place] == stem:
            shown = [_shown(window, unit) for unit in window.units]
            held = [n for n, text in enumerate(shown) if any(a in text for a in wanted)]
            if held:
                hits[place] = held
    hits = _narrowed(hits, row.get("in", ""), library)
    if not hits:
        return
    best = max(hits, key=lambda p: (_held(library.windows[p], complete), scores[p]))
    window = library.windows[best]
    gold, ignored = _gold(window, hits[best], question, complete)
    span = None if complete else _span(window, gold[0], row["answers"])
    listed = bool(window.units[gold[0]].items)
    spans = spans_of(window)
    yield Example(question, window.head, window.text, spans, gold, span, ignored, listed=listed)
    others = [
        library.windows[p]
        for p in np.argsort(-scores)[:_NEAR]
        if not any(a in _flat(library.windows[p].text) for a in answers or complete)
    ]
    chosen = others[:_BESIDE] + ([rng.choice(others[_BESIDE:])] if len(others) > 5 else [])
    for other in chosen:
        yield Example(question, other.head, other.text, spans_of(other))
    left_out = {n for n, u in enumerate(window.units) if n in hits[best] or u.items}
    if rng.random() < 0.35 and len(window.units) > max(2, len(left_out)):
        yield without(question, window.head, window.text, spans, left_out)


def _narrowed(hits: dict[int, list[int]], line: str, library: Library) -> dict[int, list[int]]:
    """Return the hits in the line that is meant, where one is told and found."""
    wanted = _flat(line)
    if not wanted:
        return hits
    found = {
        place: [
            n
            for n in held
            if wanted
            in (text := _verbatim(library.windows[place], library.windows[place].units[n]))
            or text in wanted
        ]
        for place, held in hits.items()
    }
    found = {place: held for place, held in found.items() if held}
    return found or hits


def _held(window: Window, complete: Sequence[str]) -> int:
    return sum(any(a in _shown(window, u) for u in window.units) for a in complete)


def _gold(
    window: Window, held: list[int], question: str, complete: Sequence[str]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return which units answer, and which are neither right nor wrong."""
    lists = [n for n in held if window.units[n].items]
    single = [n for n in held if n not in lists]
    if complete:
        covered = {n: sum(a in _shown(window, window.units[n]) for a in complete) for n in lists}
        best = max(covered, key=lambda n: covered[n], default=-1)
        if best >= 0 and covered[best] >= max(2, 0.6 * len(complete)):
            whole = window.units[best]
            inside = (
                n
                for n, unit in enumerate(window.units)
                if n != best and whole.first <= unit.first and unit.last <= whole.last
            )
            return (best,), tuple(inside)
        return tuple(single or held), ()
    asked = _words(question)
    choice = single or held
    best = max(choice, key=lambda n: len(asked & _words(_text(window, n))))
    return (best,), tuple(n for n in choice if n != best)


def _text(window: Window, number: int) -> str:
    unit = window.units[number]
    return window.text[unit.first : unit.last]


def _words(text: str) -> set[str]:
    folded = text.casefold()
    pairs = {folded[n : n + 2] for n in range(len(folded) - 1) if ord(folded[n]) > 0x2E80}
    return pairs | set(re.findall(r"[a-zà-ÿ0-9]{3,}", folded))


def _span(window: Window, number: int, answers: Sequence[str]) -> tuple[int, int] | None:
    unit, text = window.units[number], _text(window, number).casefold()
    for answer in sorted(answers, key=len):
        at = text.find(answer.casefold())
        if at >= 0:
            return unit.first + at, unit.first + at + len(answer)
    return None


def _unanswerable(
    question: str, row: dict[str, Any], stem: str, library: Library, scores: Matrix,
    rng: random.Random,
) -> Iterator[Example]:  # fmt: skip
    """Yield the window that only looks like an answer, and the nearest ones."""
    near = _flat(row.get("near", ""))
    looks = [
        place
        for place, window in enumerate(library.windows)
        if library.owners[place] == stem and near and near in _flat(window.chunk.text)
    ]
    places = dict.fromkeys([*looks[:1], *(int(p) for p in np.argsort(-scores)[:_BESIDE])])
    for place in places:
        window = library.windows[place]
        yield Example(question, window.head, window.text, spans_of(window))


def heading_examples(
    folder: Path, encoder: Embedder, rng: random.Random, most: int
) -> list[Example]:
    """Return examples from other documents: a heading, asked as a question, and its section.

    Half of the time the heading itself is hidden, so that the section's text must tell.
    """
    library = library_of(sorted(folder.rglob("*.md")), encoder)
    asked: list[tuple[int, str, tuple[int, ...]]] = []
    for place, window in enumerate(library.windows):
        gold = _section(window)
        if gold:
            asked.append((place, as_question(window.chunk.path[-1], rng), gold))
    rng.shuffle(asked)
    # Lists and questions that the documents themselves ask come first: they teach the most.
    asked.sort(key=lambda ask: not (ask[1].endswith(_ASKED) or _is_list(library, ask)))
    asked = asked[:most]
    vectors = encoder.encode_queries([question for _, question, _ in asked])
    found: list[Example] = []
    for (place, question, gold), scores in zip(asked, vectors @ library.vectors.T, strict=True):
        window = library.windows[place]
        head = window.head.rpartition(" > ")[0] if rng.random() < 0.5 else window.head
        found.append(Example(question, head, window.text, spans_of(window), gold, loose=True))
        near = [
            library.windows[p]
            for p in np.argsort(-scores)[:10]
            if p != place and library.windows[p].chunk.path != window.chunk.path
        ][:6]
        for other in rng.sample(near, min(len(near), rng.choice((1, 2)))):
            found.append(Example(question, other.head, other.text, spans_of(other)))
    return found


def _is_list(library: Library, ask: tuple[int, str, tuple[int, ...]]) -> bool:
    place, _, gold = ask
    return bool(library.windows[place].units[gold[0]].items)


def _section(window: Window) -> tuple[int, ...]:
    """Return the units under the heading that a window begins with: a list whole if it is one."""
    path = window.chunk.path
    heads = [block for block in window.chunk.blocks if block.kind is BlockKind.HEADING]
    if not path or not heads or not 4 <= len(path[-1]) <= 90:
        return ()
    below = [n for n, unit in enumerate(window.units) if unit.start >= heads[-1].end]
    lists = [n for n in below if window.units[n].items]
    if lists and window.units[lists[0]].start - heads[-1].end < 260:
        return tuple(lists[:1])
    return tuple(n for n in below if not window.units[n].items)
