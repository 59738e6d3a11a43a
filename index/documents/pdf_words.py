"""The words of a PDF page through pdfium: where each stands, how it is set, and which way up."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.documents.columns import Box, merged
from index.documents.scripts import lowered, raised

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_MOST_CHARACTERS = 200_000  # of one page
_HYPHENS = frozenset((0x02, 0xFFFE))  # how pdfium shows a hyphen at a line end
# How far apart, in font sizes, two words of one line stand at most: with a blank between them
# that pdfium made up, and with a blank of the text, which may be stretched.
_WORD, _STRETCHED = 1.6, 2.5
_SMALL, _SHIFTED = 0.82, 0.08  # of the size of the word before: what is set as an exponent
_BOLD = 600
_ALEFS = frozenset("اأإآ")
_MARKS = frozenset("0123456789*†‡§+-−()")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place, and how far it may stand from the last one, in font sizes."""

    box: Box
    stretch: float
    turn: int = 0


def upright(words: Iterable[Word]) -> tuple[int, list[list[Word]]]:
    """Return how far the page is turned in quarters, and its words by the way they are turned.

    The first list holds most of the words, each with its place as if the page stood upright.
    """
    by_turn: dict[int, list[Word]] = {}
    sizes = Counter[int]()
    for word in words:
        by_turn.setdefault(word.turn, []).append(word)
        sizes[word.turn] += len(word.box.text)
    turns = [turn for turn, _ in sizes.most_common()]
    return (turns[0] if turns else 0), [by_turn[turn] for turn in turns]


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return where a point is once the page is turned back by quarters."""
    return ((x, y), (-y, x), (-x, -y), (y, -x))[turn]


def runs(words: Iterable[Word], most: float = _STRETCHED) -> Iterator[Box]:
    """Yield the pieces of lines: words that stand beside each other, `most` sizes apart."""
    run: Box | None = None
    for word in words:
        box = word.box
        if run is not None:
            level = abs(box.bottom - run.bottom) < 0.5 * run.size
            if level and -run.size < box.left - run.right <= min(word.stretch, most) * run.size:
                run = merged(run, box, " ")
                continue
            yield run
        run = box
    if run is not None:
        yield run


def words_of(text: PdfTextPage) -> Iterator[Word]:
    """Yield every word of a page in the order of its file."""
    last: Box | None = None
    for letters, stretch in _split(text):
        word = _word(text, letters, stretch)
        if last is not None and _is_exponent(word.box, last):
            word = replace(word, box=replace(word.box, text=raised(word.box.text, last.text)))
        else:
            last = word.box
        yield word


def _split(text: PdfTextPage) -> Iterator[tuple[list[tuple[int, str]], float]]:
    """Yield the letters of each word with their indices, and how far the word may stand off."""
    import pypdfium2.raw as pdfium

    stretch = 0.0
    letters: list[tuple[int, str]] = []
    count = min(text.count_chars(), _MOST_CHARACTERS)
    for index in range(count + 1):
        code = pdfium.FPDFText_GetUnicode(text, index) if index < count else 10
        character = "-" if code in _HYPHENS else chr(code)
        if not character.isspace() and code:
            letters.append((index, character))
            if code not in _HYPHENS:
                continue
            code = 10  # what follows stands on the next line
        if letters:
            yield letters, stretch
            letters, stretch = [], _STRETCHED
        if code in (10, 13):
            stretch = 0.0
        elif stretch and pdfium.FPDFText_IsGenerated(text, index) == 1:
            stretch = _WORD


def _word(text: PdfTextPage, letters: list[tuple[int, str]], stretch: float) -> Word:
    """Return a word; letters of it that are set small and high or low become such characters."""
    import pypdfium2.raw as pdfium

    angle = pdfium.FPDFText_GetCharAngle(text, letters[0][0])
    turn = round(angle / (math.pi / 2)) % 4 if angle > 0 else 0
    places = [_place(text, index, turn) for index, _ in letters]
    large = max(places, key=lambda place: place.size)
    main = letters[places.index(large)][0]
    weight = pdfium.FPDFText_GetFontWeight(text, main)
    box = before = places[0]
    parts: list[list[str]] = []
    for (_, letter), here in zip(letters, places, strict=True):
        if letter == "ل" and parts and parts[-1][1][-1:] in _ALEFS and _overlap(before, here):
            # A ligature, which pdfium takes apart the wrong way round.
            parts[-1][1] = f"{parts[-1][1][:-1]}ل{parts[-1][1][-1]}"
            continue
        shift = ""
        if here.size < _SMALL * large.size:
            rise = here.bottom - large.bottom
            shift = "up" if rise > _SHIFTED * large.size else "down" if rise < 0 else ""
        if parts and parts[-1][0] == shift:
            parts[-1][1] += letter
        else:
            parts.append([shift, letter])
        before, box = here, merged(box, here, "")
    shown = ""
    for shift, letters_of in parts:
        # Small letters may be capitals of another size; figures are exponents and marks.
        way = shift if any(map(str.isdigit, letters_of)) else ""
        up, down = way == "up", way == "down"
        shown += raised(letters_of, shown) if up else lowered(letters_of) if down else letters_of
    bold = weight >= _BOLD or _names_bold(text, main)
    return Word(replace(box, size=large.size, text=shown, bold=bold), stretch, turn)


def _place(text: PdfTextPage, index: int, turn: int) -> Box:
    import pypdfium2.raw as pdfium

    rect = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, index, rect)
    one = turned(rect.left, rect.bottom, turn)
    other = turned(rect.right, rect.top, turn)
    left, right = sorted((one[0], other[0]))
    bottom, top = sorted((one[1], other[1]))
    return Box(left, bottom, right, top, max(top - bottom, 1.0), "")


def _overlap(one: Box, other: Box) -> bool:
    """Return True if two characters stand in one place."""
    width = max(one.right - one.left, other.right - other.left)
    return min(one.right, other.right) - max(one.left, other.left) > 0.5 * width


def _names_bold(text: PdfTextPage, index: int) -> bool:
    """Return True if the name of a character's font says that it is bold."""
    import pypdfium2.raw as pdfium

    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, index, name, 128, flags)
    folded = name.value.lower()
    return b"bold" in folded or b"black" in folded or b"heavy" in folded


def _is_exponent(box: Box, last: Box) -> bool:
    """Return True if a word of its own is set as a raised mark of the word before it."""
    return (
        box.size < _SMALL * last.size
        and last.bottom + _SHIFTED * last.size < box.bottom < last.top
        and -last.size < box.left - last.right < last.size
        and _MARKS.issuperset(box.text)
    )
