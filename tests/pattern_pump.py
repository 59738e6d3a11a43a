"""Every pattern of the project against the texts that regular expressions fail on: a script.

It prints one line for each pattern that takes longer than its share, and ends with their number.
The texts repeat what a pattern itself repeats, and end in what it does not expect.
"""

from __future__ import annotations

import ast
import functools
import importlib
import itertools
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from re import _constants as codes  # type: ignore[attr-defined]  # isort: skip
from re import _parser  # type: ignore[attr-defined]  # isort: skip

ROOT = Path(__file__).resolve().parents[1]
# Characters that a text of each room may have at most: a document, a reply, a question, a passage.
LONGEST = {"index": 200_000, "retrieval.proof": 12_000, "retrieval.chat": 12_000}
LONGEST_ELSEWHERE = 4_000
# What is linear takes less than a millisecond for so many characters, and what is quadratic more:
# only then is the longest text tried.
TRIED = 2_000
SUSPICIOUS = 0.002
MOST_SECONDS = 1.5
MOST_PUMPS = 60
SPOILERS = ("", "\x00", "!")
_SEARCHES = ("search", "sub", "subn", "finditer", "findall", "split")


class TooLong(Exception):
    """A pattern is still at work when its time is over."""


def patterns() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Yield each pattern with its name, and whether it is searched for at every place."""
    sources = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
        for room in ("bot", "retrieval", "index", "language", "config")
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.name != "__main__.py"
    }
    everywhere: dict[str, set[str]] = {}
    for source in sources.values():
        for key, functions in _used(source).items():
            everywhere.setdefault(key, set()).update(functions)
    seen: set[tuple[str, int]] = set()
    for name, source in sources.items():
        module = importlib.import_module(name.removesuffix(".__init__"))
        held = [(key, p) for key, value in vars(module).items() for p in _inside(value)]
        for key, pattern in held:
            if (pattern.pattern, pattern.flags) in seen or not isinstance(pattern.pattern, str):
                continue
            seen.add((pattern.pattern, pattern.flags))
            used = (_used(source) if key.startswith("_") else everywhere).get(key, set())
            yield f"{name}.{key}", pattern, not used or bool(used & set(_SEARCHES))
        for function, pattern in _written(source):
            if (pattern.pattern, pattern.flags) not in seen:
                seen.add((pattern.pattern, pattern.flags))
                yield f"{name}.{pattern.pattern!r}", pattern, function in _SEARCHES


@functools.cache
def _used(source: str) -> dict[str, set[str]]:
    """Return which functions are called of each name of a module."""
    found: dict[str, set[str]] = {}
    for name, function in re.findall(r"\b(\w+)\.(\w+)\(", source):
        found.setdefault(name, set()).add(function)
    return found


def _inside(value: Any, depth: int = 3) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        yield from _inside((*value.keys(), *value.values()), depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _inside(each, depth - 1)
    elif depth and isinstance(value, type) and value.__module__.split(".")[0] in LONGEST:
        yield from _inside(tuple(vars(value).values()), depth - 1)


def _written(source: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns that are given to a function of `re` where they are used, and its name."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "re"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
            and node.func.attr != "compile"
        ):
            yield node.func.attr, re.compile(node.args[0].value)


def pumps(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return (start, what is repeated) of the texts that may take a pattern long."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    found: dict[tuple[str, str], None] = {}
    letters: dict[str, None] = {}
    _walk(tree, "", found, letters)
    alphabet = list(letters)[:9]
    for unit in (*alphabet, *map("".join, itertools.permutations(alphabet[:5], 2)), " ", "\n"):
        found["", unit] = None
    return [pump for pump in found if pump[1]][:MOST_PUMPS]


def _walk(
    tree: Any, before: str, found: dict[tuple[str, str], None], letters: dict[str, None]
) -> str:
    """Note what each repetition in a tree repeats; return a text that the tree matches."""
    said = ""
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, body = value
            unit = _walk(body, before + said, found, letters)
            if most > 8:
                for each in (unit, *_ways(body)):
                    found[before + said, each] = None
                    found["", said[-20:] + each] = None
            said += unit * max(1, min(least, 3))
        elif code is codes.BRANCH:
            ways = [_walk(way, before + said, found, letters) for way in value[1]]
            said += max(ways, key=len, default="")
        elif code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            inner = value[-1] if code is codes.SUBPATTERN else value
            said += _walk(inner, before + said, found, letters)
        elif code in (codes.ASSERT,):
            _walk(value[1], before + said, found, letters)
        else:
            character = _character(code, value)
            if character:
                letters[character] = None
            said += character
    return said


def _ways(body: Any) -> Iterable[str]:
    """Return one text for each alternative of what is repeated."""
    for code, value in body:
        if code is codes.BRANCH:
            yield from (_walk(way, "", {}, {}) for way in value[1][:12])
        elif code is codes.IN:
            yield from filter(None, (_character(*item) for item in value[:8]))
        elif code is codes.SUBPATTERN:
            yield from _ways(value[-1])


_CATEGORIES = {
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_WORD: "-",
}


def _character(code: Any, value: Any) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.RANGE:
        return chr(value[0])
    if code is codes.CATEGORY:
        return _CATEGORIES.get(value, "a")
    if code in (codes.ANY, codes.NOT_LITERAL):
        return "a" if value != ord("a") else "b"
    if code is codes.IN:
        if value[0][0] is codes.NEGATE:
            barred = re.compile("[" + "".join(re.escape(_character(*v)) for v in value[1:]) + "]")
            return next(c for c in "a b1-.,\x07语" if not barred.match(c))
        return _character(*value[0])
    return ""


def seconds(pattern: re.Pattern[str], searched: bool, text: str) -> float:
    """Return how long a pattern is at work on a text. Raises TooLong."""
    start = time.process_time()
    if searched:
        deque(pattern.finditer(text), maxlen=0)
    else:
        pattern.match(text)
        pattern.fullmatch(text)
    return time.process_time() - start


def longest(name: str) -> int:
    """Return how long a text the patterns of a module may meet."""
    rooms = [most for room, most in LONGEST.items() if name.startswith(f"{room}.")]
    return max(rooms, default=LONGEST_ELSEWHERE)


def main() -> int:
    """Pump the patterns of the modules whose names begin with an argument; all without any."""
    number = 0
    for name, pattern, searched in patterns():
        if not name.startswith(tuple(sys.argv[1:]) or ""):
            continue
        number += 1
        if text := too_long(pattern, searched, longest(name)):
            sys.stdout.write(f"{name}: {text}\n")
    return number


def too_long(pattern: re.Pattern[str], searched: bool, most: int) -> str:
    """Return how a text is made that a pattern is at work on for too long; nothing if none is.

    Call it from the main thread.
    """
    before = signal.signal(signal.SIGVTALRM, _over)
    try:
        for (start, unit), spoiler in itertools.product(pumps(pattern), SPOILERS):
            for length in (TRIED, most):
                text = start + unit * (length // len(unit)) + spoiler
                signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
                if seconds(pattern, searched, text) < SUSPICIOUS:
                    break
    except TooLong:
        return f"{start!r} {unit!r}*{length} {spoiler!r}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return ""


def _over(number: int, frame: FrameType | None) -> None:
    raise TooLong


if __name__ == "__main__":
    sys.stdout.write(f"{main()}\n")
