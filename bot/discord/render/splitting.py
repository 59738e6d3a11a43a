"""Cut formatted text into pieces within a limit: at sentence ends, never inside what is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.discord.render.markdown import clean, symbols, unmentioned
from language.sentences import sentence_spans

Kind = Literal["text", "bold", "mark", "code", "fence", "own", "item"]
_CLAUSE_MARKS = frozenset("，、；：,;:")
# How good a place to cut is. Within a run, or before a citation, a cut is the last resort.
_ANYWHERE, _SPACE, _CLAUSE, _SENTENCE, _LINE = range(5)
_WITHIN = -10
# A cut that leaves less than this share of the limit in use is no good place.
_LEAST_FILL = 0.25
# Backticks inside code must not end it.
_BACKTICK = "`\u200b"
# What opens and what closes a run of a kind.
_MARKS = {"bold": ("**", "**"), "code": ("`", "`")}


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive text of one kind. `mark` is a citation, shown as it is; `info` names a fence's
    language; `own` is what Docent says between quotes, `item` the bullet of a list. The text is
    raw: it is escaped here and nowhere else.
    """

    text: str
    kind: Kind = "text"
    info: str = ""


@dataclass(slots=True)
class _Atom:
    """One symbol of a run as it is written, with how good it is to cut right after it."""

    shown: str
    run: int
    place: int = _ANYWHERE
    blank: bool = False


def split(runs: Sequence[Run], limit: int, *, reserve: int = 0, quoted: bool = False) -> list[str]:
    """Return the text as pieces of at most `limit` characters; the last leaves `reserve` free.

    `quoted` puts every line but our own into a block quote. Nothing but blanks at the cuts is
    lost. What is left of the limit must hold the longest symbol, an address of some 400 characters.
    """
    prefix = "> " if quoted else ""
    cleaned = _cleaned(runs)
    marks = [
        (f"```{run.info}\n", "\n```") if run.kind == "fence" else _MARKS.get(run.kind, ("", ""))
        for run in cleaned
    ]
    atoms = _atoms(cleaned, prefix)
    text = _Text(cleaned, atoms, [*marks, ("", "")], prefix)
    pieces: list[str] = []
    start = 0
    while True:
        while start < len(atoms) and atoms[start].blank:
            start += 1
        if start == len(atoms):
            return pieces
        if reserve and text.end_of(start, limit) == len(atoms):
            limit, reserve = limit - reserve, 0
        end = text.end_of(start, limit)
        pieces.append(text.written(start, end))
        start = end


def _cleaned(runs: Iterable[Run]) -> list[Run]:
    """Return the runs cleaned, without empty ones, neighbours of one kind made one: `**a****b**`
    is nothing to Discord.
    """
    cleaned: list[Run] = []
    for run in runs:
        text = clean(run.text)
        if run.kind in {"code", "fence"}:
            text = unmentioned(text)
        if cleaned and run.kind == cleaned[-1].kind and run.kind in {"text", "bold"}:
            cleaned[-1] = Run(cleaned[-1].text + text, run.kind)
        elif text:
            cleaned.append(Run(text, run.kind, run.info))
    return cleaned


@dataclass(frozen=True, slots=True)
class _Text:
    """The atoms of a text, and how any stretch of them is written.

    `marks` are those of each run, and at the end the empty ones of no run, whose number is -1.
    """

    runs: Sequence[Run]
    atoms: Sequence[_Atom]
    marks: Sequence[tuple[str, str]]
    prefix: str

    def written(self, start: int, end: int) -> str:
        """Return the stretch as Markdown, its runs opened and closed."""
        while end > start and self.atoms[end - 1].blank:
            end -= 1
        own = start < end and self.runs[self.atoms[start].run].kind == "own"
        written, open_run = ["" if own else self.prefix], -1
        for atom in self.atoms[start:end]:
            if atom.run != open_run:
                written += [self.marks[open_run][1], self.marks[atom.run][0]]
                open_run = atom.run
            written.append(atom.shown)
        written.append(self.marks[open_run][1])
        return "".join(written)

    def end_of(self, start: int, limit: int) -> int:
        """Return where the piece that begins at `start` is best cut."""
        length, open_run = len(self.prefix), -1
        best: dict[int, tuple[int, int]] = {}
        for position in range(start, len(self.atoms)):
            atom = self.atoms[position]
            if atom.run != open_run:
                length += len(self.marks[open_run][1]) + len(self.marks[atom.run][0])
                open_run = atom.run
            length += len(atom.shown)
            if length + len(self.marks[open_run][1]) > limit:
                of_run = (len(other.shown) for other in self.atoms if other.run == open_run)
                whole = len(self.prefix) + sum(of_run) + sum(map(len, self.marks[open_run]))
                return _choose(best, limit, whole <= limit) or start + 1
            best[atom.place] = (position + 1, length)
        return len(self.atoms)


def _choose(best: dict[int, tuple[int, int]], limit: int, whole: bool) -> int:
    """Return the end of the best place that fills enough of the limit, else of the furthest.

    `whole` tells that the run at the limit fits into a piece of its own, so it is not cut while
    there is any place outside it. Zero where there is no place at all.
    """
    outside = {place: found for place, found in best.items() if place >= 0}
    within = {place - _WITHIN: found for place, found in best.items() if place < 0}
    if not whole:
        outside = {p: max(outside.get(p, (0, 0)), within.get(p, (0, 0))) for p in range(_LINE + 1)}
    for places in (outside, within):
        for place in range(_LINE, -1, -1):
            end, length = places.get(place, (0, 0))
            if length >= limit * _LEAST_FILL:
                return end
        furthest = max((end for end, _ in places.values()), default=0)
        if furthest:
            return furthest
    return 0


def _atoms(runs: Sequence[Run], prefix: str) -> list[_Atom]:
    """Return the atoms of all runs, each place to cut judged; `prefix` begins quoted lines."""
    atoms: list[_Atom] = []
    ends = {end for _, end in sentence_spans("".join(run.text for run in runs))}
    position = 0
    for number, run in enumerate(runs):
        first = len(atoms)
        for raw, shown in _symbols(run):
            position += len(raw)
            if raw == "\n":
                place = _LINE
            elif position in ends:
                place = _SENTENCE
            elif raw in _CLAUSE_MARKS:
                place = _CLAUSE
            else:
                place = _SPACE if raw.isspace() else _ANYWHERE
            if prefix and run.kind != "own":
                shown = shown.replace("\n", f"\n{prefix}")
            blank = raw == "\n" or (raw.isspace() and run.kind in {"text", "bold"})
            atoms.append(_Atom(shown, number, place, blank))
        if run.kind != "text":
            for atom in atoms[first : None if run.kind == "item" else -1]:
                atom.place += _WITHIN
    _hold_marks(atoms, runs)
    return atoms


def _symbols(run: Run) -> list[tuple[str, str]]:
    """Return (raw, shown) of a run: code is shown as it is, a mark is one symbol."""
    if run.kind in {"mark", "item"}:
        return [(run.text, run.text)]
    if run.kind in {"code", "fence"}:
        return [(c, c.replace("`", _BACKTICK)) for c in run.text]
    return [(symbol.raw, symbol.shown) for symbol in symbols(run.text)]


def _hold_marks(atoms: list[_Atom], runs: Sequence[Run]) -> None:
    """Keep a citation with its sentence: the cut before it moves behind it."""
    precedes = [False] * len(atoms)
    marked = False
    for position in range(len(atoms) - 1, -1, -1):
        precedes[position] = marked
        if not atoms[position].blank:
            marked = runs[atoms[position].run].kind == "mark"
    held = _ANYWHERE
    for atom, before_mark in zip(atoms, precedes, strict=True):
        if before_mark:
            held = max(held, atom.place)
            atom.place = min(atom.place, _ANYWHERE + _WITHIN)
        elif runs[atom.run].kind == "mark":
            atom.place, held = max(held, atom.place), _ANYWHERE
