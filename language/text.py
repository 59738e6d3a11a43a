"""How text is compared: folding, search terms and the language of a question.

One fold and one set of terms serve the lexical index, the reader and the summariser, so that
what the search calls a match is a match everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from operator import add

# Thai, Lao, Burmese and Khmer, written without spaces: letters, then vowel signs and tone marks.
_STACKED_LETTERS = (
    "\u0e01-\u0e30\u0e32\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0ebd-\u0ec6\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065-\u1066\u106e-\u1070\u1075-\u1081"
    "\u1780-\u17b3\u17d7\u17dc\uaa60-\uaa76\uaa7a\uaa7e-\uaa7f"
)
_STACKED_MARKS = (
    "\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece"
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108f\u109a-\u109d"
    "\u17b4-\u17d3\u17dd\uaa7b-\uaa7d"
)
# Han with its extensions, kana and Hangul: written without spaces (or, Hangul, with endings
# glued on), so they are searched by character n-grams.
_WIDE_RANGES = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_NGRAM_RANGES = f"{_WIDE_RANGES}{_STACKED_LETTERS}{_STACKED_MARKS}"
NGRAM_CHARACTER = re.compile(f"[{_WIDE_RANGES}]")
STACKED_CHARACTER = re.compile(f"[{_STACKED_LETTERS}{_STACKED_MARKS}]")
_STACKED_MARK = re.compile(f"[{_STACKED_MARKS}]")
# What counts as one character of n-gram script: with the marks that stand on it.
NGRAM_CLUSTER = re.compile(
    f"[{_WIDE_RANGES}]|[{_STACKED_LETTERS}][{_STACKED_MARKS}]*+|[{_STACKED_MARKS}]"
)
HAN_CHARACTER = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def _marks() -> str:
    """Return the marks that stand on letters inside a word, as ranges of a character class."""
    ranges: list[list[int]] = []
    for code in range(0x300, 0x1E950):
        if unicodedata.category(chr(code))[0] != "M":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@cache
def _piece() -> re.Pattern[str]:
    """Return the pattern of a piece, which takes 30 ms that a reader of files need not pay.

    A piece is a run of n-gram script, or a word: letters, digits and marks, with inner points,
    hyphens, colons and slashes so that PPR-9087, 3.5, 8:30 and U.S stay whole (their parts are
    terms too).
    """
    return re.compile(
        f"(?P<run>[{_NGRAM_RANGES}]+)"
        f"|(?P<word>[^\\W{_NGRAM_RANGES}](?:[^\\W{_NGRAM_RANGES}]++"
        f"|[{_marks()}]++"
        f"|[-.:/'’,](?=[^\\W{_NGRAM_RANGES}]))*+)"
    )


# Latin and Greek letters are compared without their accents, as people type them; in other
# scripts a mark makes another letter.
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u03ff\u0451\u1e00-\u1fff]")
_ACCENTS = re.compile("(?<=[a-z\u03b1-\u03c9\u0131])[\u0300-\u036f]+")
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "þ": "th", "ё": "е"}
    | {"æ": "ae", "œ": "oe"}
)
# Raised digits are an exponent or the mark of a note and no digits of the number before them, and
# 1½ is not 11 halves.
_NEVER_GLUED = re.compile(
    "[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070\u2074-\u2079\u2150-\u215e\u339f-\u33a5]"
)
_RAISED = re.compile("[\u207a\u207b]?[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+")
_FRACTION = re.compile(r"(?<=\d)(?=[\u00bc-\u00be\u2150-\u215e])")
_AREAS = str.maketrans({"㎡": "m²", "㎥": "m³", "㎢": "km²", "㎠": "cm²", "㎤": "cm³", "㎟": "mm²"})
# Where the invisible characters are: among those that are neither letters nor blanks.
_ODD_CHARACTER = re.compile(r"[^\w\s]")
_INNER = re.compile(r"[-.:/'’,_]+")
_GROUPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LETTER_DIGIT = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")


@cache
def _simplified_table() -> dict[int, str]:
    """Map every traditional character to its simplified one (OpenCC's character table)."""
    from opencc import OpenCC  # 20 ms that commands without text need not pay

    blocks = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))
    characters = [chr(code) for low, high in blocks for code in range(low, high)]
    # One character a line keeps OpenCC from seeing phrases, so the map stays one to one.
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, converted, strict=True)
    return {ord(old): new for old, new in pairs if old != new and len(new) == 1}


def simplify(text: str) -> str:
    """Return the text with traditional characters made simplified, length unchanged."""
    return text if text.isascii() else text.translate(_simplified_table())


def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, case-folded, simplified, without invisibles.

    Latin and Greek letters lose their accents: Nguyễn and nguyen are equal, and İSTANBUL and
    istanbul. Raised digits stay apart from the digits before them: 10⁸ and 10^8 are equal. The
    length may change; offsets into the original must not be computed from it.
    """
    if text.isascii():
        return text.lower()
    if _NEVER_GLUED.search(text):
        text = _FRACTION.sub(" ", _RAISED.sub(r"^\g<0>", text.translate(_AREAS)))
    folded = unicodedata.normalize("NFKC", text).casefold()
    odd = set(_ODD_CHARACTER.findall(folded))
    invisible = {ord(c): None for c in odd if unicodedata.category(c) == "Cf"}
    folded = folded.translate(invisible) if invisible else folded
    if "\u0e4d" in folded or "\u0ecd" in folded:
        # NFKC takes the vowel am of Thai and Lao apart, half mark and half letter.
        folded = folded.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")
    if _ACCENTED.search(folded):
        folded = _ACCENTS.sub("", unicodedata.normalize("NFD", folded)).translate(_PLAIN_LETTERS)
    folded = unicodedata.normalize("NFC", folded)
    return simplify(folded.translate(_PLAIN_LETTERS))


def folded_line(text: str) -> str:
    """Return the text folded and on one line, its words parted by single blanks."""
    return " ".join(fold(text).split())


def unspaced(text: str) -> str:
    """Return the text folded and without blanks, so that line breaks hide nothing."""
    return "".join(fold(text).split())


def pieces(folded: str) -> list[tuple[str, bool]]:
    """Split folded text into runs of n-gram script (True) and whole words (False)."""
    return [(m.group(), m.lastgroup == "run") for m in _piece().finditer(folded)]


def clusters(run: str) -> Sequence[str]:
    """Return the characters of a run of n-gram script, each with the marks that stand on it."""
    return NGRAM_CLUSTER.findall(run) if STACKED_CHARACTER.search(run) else run


def is_stacked_mark(character: str) -> bool:
    """Return True for a vowel sign or tone mark of Thai, Lao, Burmese or Khmer."""
    return bool(_STACKED_MARK.match(character))


def word_terms(word: str) -> list[str]:
    """Return the terms of one folded word: itself, and its parts if it is compound.

    `ppr-9087` gives `ppr-9087`, `ppr` and `9087`; `25th` gives `25th`, `25` and `th`.
    """
    if word.isalpha():
        return [word]
    if "," in word and not _GROUPED_NUMBER.fullmatch(word):
        # 型号PPR-9087，110千伏: the comma of a list, made narrow by the fold.
        return [term for part in word.split(",") if part for term in word_terms(part)]
    terms = [word]
    parts = [part for part in _INNER.split(word) if part]
    if len(parts) > 1:
        terms.extend(parts)
        joined = "".join(parts)
        # 1,531 and 1531 are one number.
        if "," in word and joined.isdigit():
            terms.append(joined)
    for part in parts:
        split = _LETTER_DIGIT.split(part)
        if len(split) > 1:
            terms.extend(split)
    return terms


def search_terms(text: str) -> list[str]:
    """Return the terms of a text, in order and with repeats: what BM25 counts.

    Runs of scripts without spaces give every character and every pair of neighbours; other
    scripts give whole words and the parts of compounds.
    """
    return terms_of(pieces(fold(text)))


def terms_of(parts: Iterable[tuple[str, bool]]) -> list[str]:
    """Return the search terms of the pieces of a folded text."""
    terms: list[str] = []
    for piece, is_run in parts:
        if is_run:
            characters = clusters(piece)
            terms.extend(characters)
            terms.extend(map(add, characters, characters[1:]))
        else:
            terms.extend(word_terms(piece))
    return terms


def language_of(text: str) -> str:
    """Return the language of a text by its script: `zh`, `ja`, `ko`, `ru`, `ar`, or `en` for
    every other, in which replies are English.

    A text with at least as many Han characters as half its Latin words is Chinese: a Chinese
    question often names a Latin product.
    """
    folded = unicodedata.normalize("NFKC", text)
    if re.search("[\u3040-\u30ff]", folded):
        return "ja"
    if re.search("[\uac00-\ud7af]", folded):
        return "ko"
    han = len(HAN_CHARACTER.findall(folded))
    words = len(re.findall(r"[A-Za-z]+", folded))
    if han and han * 2 >= words:
        return "zh"
    if re.search("[\u0400-\u04ff]", folded):
        return "ru"
    if re.search("[\u0600-\u06ff]", folded):
        return "ar"
    return "en"
