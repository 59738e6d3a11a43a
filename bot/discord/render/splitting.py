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
    """One symbol of a run, with how good it is to cut right after it."""

    shown: str
    run: int
    place: int = _ANYWHERE
    blank: bool = False


def split(runs: Sequence[Run], limit: int, *, reserve: int = 0, quoted: bool = False) -> list[str]:
    """Return the text as pieces of at most `limit` characters; the last leaves `reserve` free.

    `quoted` puts every line but our own into a block quote. Nothing but blanks at the cuts is
    lost. What is left of the limit must hold the longest symbol, an address of some 400 characters.
    """
    cleaned = _joined(_cleaned(run) for run in runs)
    writer = _Writer(cleaned, _atoms(cleaned), "> " if quoted else "")
    pieces, start = [], writer.skip_blanks(0)
    while start < len(writer.atoms):
        if reserve and writer.end_of(start, limit) == len(writer.atoms):
            limit, reserve = limit - reserve, 0
        end = writer.end_of(start, limit)
        pieces.append(writer.text(start, end))
        start = writer.skip_blanks(end)
    return pieces


def _cleaned(run: Run) -> Run:
    text = clean(run.text)
    if run.kind in {"code", "fence"}:
        text = unmentioned(text)
    return Run(text, run.kind, run.info)


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Return the runs without empty ones, neighbours of one kind made one: `**a****b**` is
    nothing to Discord.
    """
    joined: list[Run] = []
    for run in runs:
        if joined and run.kind == joined[-1].kind and run.kind in {"text", "bold"}:
            joined[-1] = Run(joined[-1].text + run.text, run.kind)
        elif run.text:
            joined.append(run)
    return joined


class _Writer:
    """The atoms of a text, and how any stretch of them is written."""

    def __init__(self, runs: Sequence[Run], atoms: list[_Atom], prefix: str) -> None:
        self.runs, self.atoms, self._prefix = runs, atoms, prefix
        self._lengths = [0] * len(runs)
        for atom in atoms:
            self._lengths[atom.run] += len(self._shown(atom))

    def skip_blanks(self, start: int) -> int:
        """Return the first place from `start` on that is not blank."""
        while start < len(self.atoms) and self.atoms[start].blank:
            start += 1
        return start

    def text(self, start: int, end: int) -> str:
        """Return the stretch as Markdown, its runs opened and closed."""
        while end > start and self.atoms[end - 1].blank:
            end -= 1
        opens = self.atoms[start : start + 1]
        own = bool(opens) and self.runs[opens[0].run].kind == "own"
        written, open_run = ["" if own else self._prefix], -1
        for atom in self.atoms[start:end]:
            if atom.run != open_run:
                written += [self._closing(open_run), self._opening(atom.run)]
                open_run = atom.run
            written.append(self._shown(atom))
        written.append(self._closing(open_run))
        return "".join(written)

    def end_of(self, start: int, limit: int) -> int:
        """Return where the piece that begins at `start` is best cut."""
        length, open_run = len(self._prefix), -1
        best: dict[int, tuple[int, int]] = {}
        for position in range(start, len(self.atoms)):
            atom = self.atoms[position]
            if atom.run != open_run:
                length += len(self._closing(open_run)) + len(self._opening(atom.run))
                open_run = atom.run
            length += len(self._shown(atom))
            if length + len(self._closing(open_run)) > limit:
                whole = len(self._prefix) + self._length(open_run) <= limit
                return _choose(best, limit, whole) or start + 1
            best[atom.place] = (position + 1, length)
        return len(self.atoms)

    def _length(self, run: int) -> int:
        return len(self._opening(run)) + self._lengths[run] + len(self._closing(run))

    def _shown(self, atom: _Atom) -> str:
        if not self._prefix or self.runs[atom.run].kind == "own":
            return atom.shown
        return atom.shown.replace("\n", f"\n{self._prefix}")

    def _opening(self, run: int) -> str:
        kind = self.runs[run].kind
        if kind == "fence":
            return f"```{self.runs[run].info}\n"
        return {"bold": "**", "code": "`"}.get(kind, "")

    def _closing(self, run: int) -> str:
        if run < 0:
            return ""
        return {"bold": "**", "code": "`", "fence": "\n```"}.get(self.runs[run].kind, "")


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


def _atoms(runs: Sequence[Run]) -> list[_Atom]:
    """Return the atoms of all runs, each place to cut judged."""
    atoms: list[_Atom] = []
    ends = {end for _, end in sentence_spans("".join(run.text for run in runs))}
    position = 0
    for number, run in enumerate(runs):
        first = len(atoms)
        for raw, shown in _symbols(run):
            position += len(raw)
            blank = raw == "\n" or (raw.isspace() and run.kind in {"text", "bold"})
            atoms.append(_Atom(shown, number, _place(raw, position in ends), blank))
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


def _place(raw: str, ends_sentence: bool) -> int:
    """Judge a cut after the symbol."""
    if raw == "\n":
        return _LINE
    if ends_sentence:
        return _SENTENCE
    if raw in _CLAUSE_MARKS:
        return _CLAUSE
    return _SPACE if raw.isspace() else _ANYWHERE


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
