"""Tell by its form what a paragraph is: a question, its answer, labelled values or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.documents.builder import BlockBuilder
from index.models import BlockKind

# Control characters never stand in a text that was cleaned: readers mark strong words with them.
STRONG = "\x0e"
STRONG_END = "\x0f"
# They stand around the words that stand for a picture.
PICTURE = "\x10"
# A line break that the author asked for, apart from one in the source alone.
BREAK = "\x0b"

_EMPTY_LINE = re.compile(f"{BREAK}\\s*{BREAK}")
_MARKS = {ord(STRONG): None, ord(STRONG_END): None, ord(PICTURE): None}
_ASKS = re.compile(
    r"(?:Q|Question|Frage|Pregunta|Вопрос|问题|問題|问|問|質問)[ ]?\d{0,3}[ ]?[.:：、][ ]*(?=\S)",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"(?:A|R|Answer|Antwort|Réponse|Respuesta|Ответ|答案|答|回答)[ ]?\d{0,3}[ ]?[.:：、][ ]*(?=\S)",
    re.IGNORECASE,
)
_QUESTION_END = re.compile(r"[?？؟;՞][\s\"'”’」』）)]*$")
_LABEL = re.compile(r"([^:：\n]{1,60}?)([ \u00a0]?:[ \u00a0\t]+|[ ]?：[ \t]*)(?=\S)")
_STRONG_LABEL = re.compile(
    rf"{STRONG}([^{STRONG}{STRONG_END}]{{1,80}}?)[ ]?([:：]?){STRONG_END}[ ]?([:：]?)[ \t]*(?=\S)"
)
_GAP = re.compile(r"\u3000+|\t+|[ \u00a0]{2,}")
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|[①-⑳]|\d{1,2}[、．]"
)
_NO_LABEL = re.compile(r"[.!?。！？；，,;「“\"(（\[]|\bhttps?$|^\d{1,2}$")
_MOST_WORDS = 5
_MOST_HAN = 12
_LONGEST_VALUE = 160
_LONGEST_QUESTION = 300


def is_question(text: str) -> bool:
    """Return True if a line asks: it ends with a question mark and is short enough for one."""
    return len(text) <= _LONGEST_QUESTION and bool(_QUESTION_END.search(text[-8:]))


def opens_answer(text: str) -> bool:
    """Return True if a text opens with what marks an answer, as `A:` does."""
    return bool(_ANSWERS.match(text))


def opens_question(text: str) -> bool:
    """Return True if a text opens with what marks a question, as `Q:` does."""
    return bool(_ASKS.match(text))


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
            for part in _parts(builder, lines):
                _add_part(builder, part, between)


def _parts(builder: BlockBuilder, lines: Sequence[str]) -> Iterator[list[str]]:
    """Part the lines of a paragraph before each that opens a question or an answer."""
    part: list[str] = []
    asked = builder.asked
    for line in lines:
        asks = _asks(line)
        answers = asked and _ANSWERS.match(plain(line))
        if part and (asks or answers or (_asks(part[-1]) and is_question(plain(part[-1])))):
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
    question = _ASKS.match(first)
    answer = _ANSWERS.match(first) if builder.asked else None
    if question or (_is_strong(lines[0]) and len(lines) == 1 and is_question(first)):
        builder.paragraph(text[question.end() :] if question else text, BlockKind.QUESTION)
    elif answer:
        builder.paragraph(text[answer.end() :], BlockKind.ANSWER)
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
    return bool(_ASKS.match(shown)) or (_is_strong(line) and is_question(shown))


def _is_strong(line: str) -> bool:
    """Return True if all of a line is strong."""
    return line.startswith(STRONG) and line.endswith(STRONG_END) and line.count(STRONG) == 1


def _label(line: str, *, alone: bool = False) -> tuple[str, str, str] | None:
    """Return label, separator and value of a line such as `Price: 4 EUR`; None if it is none.

    A line that stands `alone` is one only if it is as short as a value, or its label is strong.
    """
    if opens_question(plain(line)) or _ANSWERS.match(plain(line)):
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
    if not label.isascii() and len(words) == 1 and len(label) > _MOST_HAN:
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
