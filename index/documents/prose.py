"""Classify a paragraph by its form: a question, its answer, labelled values or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.documents.builder import BlockBuilder
from index.documents.questions import answer_start, is_question, question_start
from index.models import BlockKind
from language.text import NGRAM_CHARACTER

# Control characters never stand in a text that was cleaned: readers mark strong words with them.
STRONG = "\x0e"
STRONG_END = "\x0f"
# They stand around the words that stand for a picture.
PICTURE = "\x10"
# A line break that the author asked for, apart from one in the source alone.
BREAK = "\x0b"

_EMPTY_LINE = re.compile(f"{BREAK}\\s*{BREAK}")
_MARKS = {ord(STRONG): None, ord(STRONG_END): None, ord(PICTURE): None}
_LABEL = re.compile(r"([^:：\n]{1,60}?)([ \u00a0]?:[ \u00a0\t]+|[ ]?：[ \t]*)(?=\S)")
_STRONG_LABEL = re.compile(
    rf"{STRONG}([^{STRONG}{STRONG_END}]{{1,80}}?)[ ]?([:：]?){STRONG_END}[ ]?([:：]?)[ \t]*(?=\S)"
)
_STRONG_OPENING = re.compile(rf"\s*{STRONG}([^{STRONG}{STRONG_END}]+){STRONG_END}\s*(?=\S)")
_GAP = re.compile(r"\u3000+|\t+|[ \u00a0]{2,}")
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|[①-⑳]|\d{1,2}[、．]"
)
_NO_LABEL = re.compile(r"[.!?。！？；，,;「“\"(（\[]|\bhttps?$|^\d{1,2}$")
_MOST_WORDS = 5
_MOST_HAN = 12
_LONGEST_VALUE = 160


def plain(text: str) -> str:
    """Return a text without the marks of strong words and pictures."""
    if STRONG in text or STRONG_END in text or PICTURE in text:
        return text.translate(_MARKS)
    return text


def add_prose(
    builder: BlockBuilder, text: str, kind: BlockKind = BlockKind.PARAGRAPH, *, soft: bool = True
) -> None:
    """Add a paragraph as the blocks that its form shows.

    Its lines are parted by BREAK where the author broke them and by newlines where only the
    source does; with `soft` those count too, if a question, an answer or labels open them. An
    answer is taken for one only after a question.
    """
    for paragraph in _EMPTY_LINE.split(text):
        lines = [line.strip() for line in re.split(f"[{BREAK}\n]" if soft else BREAK, paragraph)]
        lines = [part for line in lines if plain(line).strip() for part in _fields(line)]
        between = " " if BREAK in paragraph else "\n"
        if not lines:
            continue
        if kind is not BlockKind.PARAGRAPH:
            builder.paragraph(plain(between.join(lines)), kind)
        elif len(lines) > 1 and all(_label(line) for line in lines):
            for line in lines:
                _add_labelled(builder, line)
        elif all(_NUMBERED.match(plain(line)) for line in lines):
            for line in lines:
                _add_numbered(builder, plain(line))
        else:
            for part in _parts(builder, lines, headed=BREAK in paragraph):
                _add_part(builder, part, between)


def asked_and_answered(text: str) -> tuple[str, str]:
    """Return the question that opens a list item and its answer; both are "" if it is no pair.

    The question is strong, or the first line.
    """
    strong = _STRONG_OPENING.match(text)
    if strong and is_question(strong.group(1)):
        return strong.group(1), plain(text[strong.end() :]).replace(BREAK, " ").strip()
    first, _, rest = text.replace(BREAK, "\n").strip().partition("\n")
    if is_question(plain(first)) and plain(rest).strip():
        return plain(first), plain(rest).replace("\n", " ").strip()
    return "", ""


def _parts(builder: BlockBuilder, lines: Sequence[str], *, headed: bool) -> Iterator[list[str]]:
    """Part the lines of a paragraph before each that opens a question or an answer.

    If `headed`, a first line of strong words alone stands apart as a heading would. Among
    questions and answers, a first line that asks is a question without any mark too.
    """
    part: list[str] = []
    asked = builder.asked
    bare = asked and not _waits(builder) and is_question(plain(lines[0]))
    for place, line in enumerate(lines):
        asks = _asks(line)
        ended = (bare and place == 1) or (bool(part) and _asks(part[-1]) and _ends_asking(part[-1]))
        ended |= headed and place == 1 and _is_strong(lines[0])
        waits = ended or (not part and _waits(builder))
        if part and (asks or ended or (asked and answer_start(plain(line), waits=waits))):
            yield part
            part = []
        asked |= asks
        part.append(line)
    yield part


def _add_part(builder: BlockBuilder, lines: list[str], between: str) -> None:
    """Add lines that belong together as a question, an answer, a labelled value or a paragraph."""
    first = plain(lines[0])
    text = plain(between.join(lines))
    labelled = len(lines) == 1 and _label(lines[0], alone=True) is not None
    question = question_start(first)
    answer = answer_start(first, waits=_waits(builder)) if builder.asked else 0
    alone = len(lines) == 1 and is_question(first)
    if question or (alone and (_is_strong(lines[0]) or (builder.asked and not _waits(builder)))):
        builder.paragraph(text[question:], BlockKind.QUESTION)
    elif answer:
        builder.paragraph(text[answer:], BlockKind.ANSWER)
    elif _waits(builder) or (builder.asked and not labelled and not _is_strong(lines[0])):
        builder.paragraph(text, BlockKind.ANSWER)
    elif labelled:
        _add_labelled(builder, lines[0])
    else:
        builder.paragraph(text)


def _waits(builder: BlockBuilder) -> bool:
    """Return True if a question stands last, without a word of its answer."""
    last = builder.last
    return builder.asked and last is not None and last.kind is BlockKind.QUESTION


def _asks(line: str) -> bool:
    shown = plain(line)
    return bool(question_start(shown)) or (_is_strong(line) and is_question(shown))


def _ends_asking(line: str) -> bool:
    return is_question(plain(line))


def _is_strong(line: str) -> bool:
    """Return True if all of a line is strong."""
    return line.startswith(STRONG) and line.endswith(STRONG_END) and line.count(STRONG) == 1


def _label(line: str, *, alone: bool = False) -> tuple[str, str, str] | None:
    """Return label, separator and value of a line such as `Price: 4 EUR`; None if it is none.

    A line that stands `alone` is one only if it is as short as a value, or its label is strong.
    """
    if question_start(plain(line)) or answer_start(plain(line)):
        return None
    strong = _STRONG_LABEL.match(line)
    if strong and (strong.group(2) or strong.group(3)):
        mark = strong.group(2) or strong.group(3)
        value = line[strong.end() :]
        return strong.group(1), "：" if mark == "：" else ": ", plain(value)
    shown = plain(line)
    found = _LABEL.match(shown)
    if not found:
        return None
    label, value = found.group(1).strip(), shown[found.end() :]
    words = label.split()
    if not label or _NO_LABEL.search(label) or len(words) > _MOST_WORDS or label[0].islower():
        return None
    if len(label) > _MOST_HAN and NGRAM_CHARACTER.search(label):
        return None
    if alone and (len(value) > _LONGEST_VALUE or is_question(value)):
        return None
    return label, "：" if "：" in found.group(2) else ": ", value


def _fields(line: str) -> list[str]:
    """Part a line of several labelled values with wide gaps between them."""
    parts = _GAP.split(line)
    return parts if len(parts) > 1 and all(_label(part) for part in parts) else [line]


def _add_numbered(builder: BlockBuilder, line: str) -> None:
    """Add a line that carries its number, as an item of the list that the line before is in."""
    last = builder.last
    follows = last is not None and last.kind is BlockKind.LIST_ITEM
    follows = follows and bool(_NUMBERED.match(builder.last_text))
    group = last.group if last is not None and follows else builder.new_group()
    builder.item(line, group=group)


def _add_labelled(builder: BlockBuilder, line: str) -> None:
    found = _label(line)
    if found:
        builder.labelled(found[0], found[2], found[1])
