"""How text is compared: folding, search terms and the language of a question.

One fold and one set of terms serve the lexical index, the reader and the summariser, so that
what the search calls a match is a match everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from operator import add

# Han with its extensions, kana and Hangul: written without spaces (or, Hangul, with endings
# glued on), so they are searched by character n-grams.
_NGRAM_RANGES = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
NGRAM_CHARACTER = re.compile(f"[{_NGRAM_RANGES}]")
HAN_CHARACTER = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# A run of n-gram script, or a word: letters, digits and marks, with inner points, hyphens,
# colons and slashes so that PPR-9087, 3.5, 8:30 and U.S stay whole (their parts are terms too).
_PIECE = re.compile(
    f"(?P<run>[{_NGRAM_RANGES}]+)"
    f"|(?P<word>[^\\W{_NGRAM_RANGES}](?:[^\\W{_NGRAM_RANGES}]++"
    f"|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f]++"
    f"|[-.:/'’,](?=[^\\W{_NGRAM_RANGES}]))*+)"
)
# Where the invisible characters are: among those that are neither letters nor blanks.
_ODD_CHARACTER = re.compile(r"[^\w\s]")
_INNER = re.compile(r"[-.:/'’,_]+")
_GROUPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LETTER_DIGIT = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")


@cache
def _simplified_table() -> dict[int, str]:
    """Map every traditional character to its simplified one (OpenCC's character table)."""
    from opencc import OpenCC  # noqa: PLC0415 - 20 ms that commands without text need not pay

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

    The length may change; offsets into the original must not be computed from it.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    odd = set(_ODD_CHARACTER.findall(folded))
    invisible = {ord(c): None for c in odd if unicodedata.category(c) == "Cf"}
    folded = folded.translate(invisible) if invisible else folded
    return simplify(unicodedata.normalize("NFC", folded))


def unspaced(text: str) -> str:
    """Return the text folded and without blanks, so that line breaks hide nothing."""
    return "".join(fold(text).split())


def pieces(folded: str) -> list[tuple[str, bool]]:
    """Split folded text into runs of n-gram script (True) and whole words (False)."""
    return [(m.group(), m.lastgroup == "run") for m in _PIECE.finditer(folded)]


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

    Runs of Han, kana and Hangul give every character and every pair of neighbours; other
    scripts give whole words and the parts of compounds.
    """
    return terms_of(pieces(fold(text)))


def terms_of(parts: Iterable[tuple[str, bool]]) -> list[str]:
    """Return the search terms of the pieces of a folded text."""
    terms: list[str] = []
    for piece, is_run in parts:
        if is_run:
            terms.extend(piece)
            terms.extend(map(add, piece, piece[1:]))
        else:
            terms.extend(word_terms(piece))
    return terms


def language_of(text: str) -> str:
    """Tell the language a text is written in, as far as its script tells: `zh`, `ja`, `ko`,
    `ru`, `ar` or `en` (for every other one, replies are in English).

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
