"""Find the sentences of a text in any script, with the quotes and brackets that close them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain

from language.abbreviations import stop_is_inside
from language.text import NGRAM_CHARACTER

_LINE = re.compile("[^\n\r\u2028\u2029]+")
_FULL = "。！？｡︒"  # end a sentence wherever they stand
_OTHER_SCRIPTS = "؟۔।॥።፧։།။។៕᠃᠉"
_TERMINATORS = re.compile(rf"[{_FULL}{_OTHER_SCRIPTS}；;.．!?‽…⋯\u037e]+")
_SURE = frozenset(_FULL + _OTHER_SCRIPTS)
_SEMICOLONS = frozenset("；;\u037e")
_DOTS = frozenset(".．…⋯")
_CLOSERS = "”’」』】》〉）)]}»›＂＇〕〗*"
_NOTE = re.compile(r"(?:\[\d{1,3}\])+")
_BRACKETS = dict(zip(")）]】〕》〉}", "(（[【〔《〈{", strict=True))
_QUOTES = dict(zip("”’」』»“", "“‘「『«„", strict=True))
_PAIRS = {**_BRACKETS, **_QUOTES}
_PAIRED = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_PAIRS.values())) + '"]')
# Inside a bracket or a quotation this short, an end mark does not cut the sentence around it.
_SHORT_BRACKET = 200
_SHORT_QUOTE = 80
_GOES_ON = frozenset(",，、;；:：.。．-–—~％%/／)）]】》〉”’」』!！?？…⋯")
_OPENERS = "\"'“‘「『（([【《«„¿¡*_—– "
_SAYS = (
    "说道|说|答道|回答|问道|问|喊道|喊|叫道|笑道|反问|追问|感叹|感慨|坦言|表示|介绍|告诉记者"
    "|說道|說|問道|問|喊著|嘆道|表示|介紹|告訴記者"
)
_SPEECH_ZH = re.compile(rf"[^\s，。！？；：,.!?;:“”「」]{{0,10}}?(?:{_SAYS})(?=[。，,.！!]|$)")
_SPEECH_EN = re.compile(
    r"\s*(?:\w+\.? ){1,3}(?:said|says|asked|told|added|wrote|replied|shouted|cried|explained)\b"
)
# Names that are written with a mark, which ends nothing.
_NAME_WITH_MARK = re.compile(r"\b(?:Yahoo|Joomla|Jeopardy|Yum)!$")
_SPEECH_JA_KO = re.compile("と|って|など|라고|이라고|고 |라는|という")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the sentences as (start, end) offsets: stripped, in order, covering all but blanks.

    A newline always ends a sentence. Runs in time linear in the length of the text.
    """
    return list(iter_sentence_spans(text))


def iter_sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield what `sentence_spans` returns, one by one."""
    for line in _LINE.finditer(text):
        content, offset = line.group(), line.start()
        start = 0
        for end in chain(_ends(content), (len(content),)):
            piece = content[start:end]
            inner = piece.strip()
            if inner:
                left = start + len(piece) - len(piece.lstrip())
                yield offset + left, offset + left + len(inner)
            start = end


def _ends(line: str) -> Iterator[int]:
    """Yield the offsets in the line after which a new sentence begins."""
    atoms = _atoms(line)
    opens = [open_ for open_, _ in atoms]
    cased = any(map(str.isupper, line))
    start = 0
    for mark in _TERMINATORS.finditer(line):
        if mark.start() < start:
            continue
        end, quoted, opened = _closed_end(line, mark.end()), False, -1
        place = bisect_right(opens, mark.start()) - 1
        if place >= 0 and mark.start() < atoms[place][1]:
            opened, close = atoms[place]
            if end <= close:
                continue
            quoted = True
        if _is_end(line, start, mark, end, cased) and not (
            quoted and _quotation_goes_on(line, start, opened, end)
        ):
            yield end
            start = end


def _atoms(line: str) -> list[tuple[int, int]]:
    """Return the short brackets and quotations of a line as disjoint (open, close) offsets."""
    waiting: dict[str, list[int]] = {}
    found: list[tuple[int, int]] = []
    for match in _PAIRED.finditer(line):
        character, place = match.group(), match.start()
        opener = '"' if character == '"' else _PAIRS.get(character, "")
        stack = waiting.get(opener)
        if opener and stack:
            limit = _SHORT_BRACKET if character in _BRACKETS else _SHORT_QUOTE
            if place - stack[-1] <= limit:
                found.append((stack[-1], place))
            stack.pop()
        elif not opener or character in '"“':
            waiting.setdefault(character, []).append(place)
    merged: list[tuple[int, int]] = []
    for open_, close in sorted(found):
        if merged and open_ < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(close, merged[-1][1]))
        else:
            merged.append((open_, close))
    return merged


def _closed_end(line: str, end: int) -> int:
    """Return the offset after the closing quotes, brackets and note numbers that follow a mark."""
    while end < len(line):
        character = line[end]
        after = line[end + 1 : end + 2]
        closes = character in "\"'“" and not after.isalnum()
        # A straight quote before a word closes if it is the second of its pair.
        closes |= character == '"' and line.count('"', max(0, end - 400), end) % 2 == 1
        if closes or character in _CLOSERS:
            end += 1
        elif character == "[" and (note := _NOTE.match(line, end)):
            end = note.end()
        else:
            break
    return end


def _is_end(line: str, start: int, mark: re.Match[str], end: int, cased: bool) -> bool:
    """Return True if the sentence that began at `start` ends with `mark`, closed at `end`."""
    rest = line[end : end + 60]
    following = rest.lstrip()
    if not following:
        return True
    if following[0] in _GOES_ON and not (following[0] in "-–—" and rest[0].isspace()):
        return False
    marks = mark.group()
    before = line[mark.start() - 1 : mark.start()]
    if not _SURE.isdisjoint(marks):
        return True
    if _SEMICOLONS.issuperset(marks):
        return _semicolon_ends(marks, before, following[0])
    if _DOTS.issuperset(marks) and marks not in {".", "．"}:
        return _ellipsis_ends(
            marks, line[max(start, mark.start() - 60) : mark.start()], rest, cased
        )
    if not rest[0].isspace():
        word = line[max(start, mark.start() - 2) : mark.start()]
        return _glued_mark_ends(marks, word, rest[0], closed=end > mark.end())
    if cased and _first_letter(following).islower():
        return False
    if marks == "!" and _NAME_WITH_MARK.search(line[max(0, end - 12) : end]):
        return False
    if marks[0] in ".．" and end == mark.end():
        return not stop_is_inside(line[max(start, mark.start() - 60) : mark.start()], rest)
    return True


def _semicolon_ends(marks: str, before: str, following: str) -> bool:
    """End at a Chinese semicolon, and at `;` only between Chinese, or after Greek (`;` asks)."""
    if "；" in marks:
        return True
    if "\u0370" <= before <= "\u03ff":
        return True
    return bool(NGRAM_CHARACTER.match(following) or following in "“「《") and (
        not before.isascii() or not before.isalnum()
    )


def _ellipsis_ends(marks: str, before: str, rest: str, cased: bool) -> bool:
    """End at `……` after some words of Chinese; at `...` only before a capital and a blank."""
    if marks[0] in "…⋯" and not rest[0].isspace():
        return len(marks) > 1 and len(before.strip()) > 6 and not rest[0].isascii()
    first = _first_letter(rest)
    return len(before.split()) > 3 and rest[0].isspace() and (first.isupper() or not cased)


def _glued_mark_ends(marks: str, word: str, following: str, closed: bool) -> bool:
    """Return True if `.`, `!` or `?` before no blank ends a sentence: between Han it does.

    `word` is the last two characters before it.
    """
    before = word[-1:]
    if closed and not following.isalnum():
        return True
    if marks == "．" and NGRAM_CHARACTER.match(before):
        return not following.isdecimal()
    if marks == "．" and len(word) > 1 and word.isalpha():
        return bool(NGRAM_CHARACTER.match(following))
    if marks in {".", "．"}:
        return bool(NGRAM_CHARACTER.match(before)) and not following.isascii()
    if NGRAM_CHARACTER.match(before):
        return True
    return not (following.isascii() and (following.isalnum() or following in "=&/#_"))


def _first_letter(text: str) -> str:
    """Return the first character after opening quotes and brackets, or an empty string."""
    return text.lstrip(_OPENERS)[:1]


def _quotation_goes_on(line: str, start: int, opened: int, end: int) -> bool:
    """Return True if the sentence goes on after a quotation that ends with a mark of its own."""
    rest = line[end : end + 60]
    if not rest.strip():
        return False
    if line[end - 1] in "》〉" or _SPEECH_ZH.match(rest) or _SPEECH_EN.match(rest):
        return True
    if _SPEECH_JA_KO.match(rest):
        return True
    # 以“谁来养老？”为题: embedded without a comma or colon before it, it is a part of speech.
    lead = line[max(start, opened - 9) : opened].rstrip()
    embedded = bool(lead) and not line[opened - 1].isspace() and lead[-1].isalnum()
    return embedded and bool(NGRAM_CHARACTER.match(rest))
