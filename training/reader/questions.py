"""Questions as people type them: headings turned into questions, and some noise."""

from __future__ import annotations

import random

from index.documents.newspaper.wordlists import words

_VERBS = words(
    "create add use set get make run install write build test delete remove change update find"
    " open start stop enable disable configure submit request send join leave report review"
    " prepare apply ask access share manage publish deploy upload download check fix debug move"
    " rename merge close edit book claim contact choose handle work schedule plan host"
)
_TASKS = ("How do I {}?", "how to {}", "How can I {}?", "what do I have to do to {}", "steps to {}")
_THINGS = ("{}", "what is {}?", "tell me about {}", "what are the rules on {}?",
           "how does {} work?", "{}?")  # fmt: skip
_CHINESE = ("{}", "{}是什么", "怎么{}", "{}怎么弄", "关于{}")
_OPENINGS = ("hey ", "hi, ", "quick question: ", "um ", "does anyone know ", "请问", "想问一下，")
_ENDINGS = ("啊", "呢", "吗", "哈哈", "?", "lol")


def as_question(heading: str, rng: random.Random) -> str:
    """Return a heading as somebody would ask for its section."""
    title = heading.strip().rstrip(":：.")
    if title.endswith(("?", "？")):
        return title
    if not title.isascii():
        return rng.choice(
            _CHINESE if any("\u4e00" <= c <= "\u9fff" for c in title) else ("{}", "{}?")
        ).format(title)
    words = (title[0].lower() + title[1:] if title[1:2].islower() else title).split()
    first = words[0].lower()
    bases = (first, first[:-3], f"{first[:-3]}e", first[:-4]) if first.endswith("ing") else (first,)
    verb = next((base for base in bases if base in _VERBS), None)
    if verb:
        return rng.choice(_TASKS).format(" ".join([verb, *words[1:]]))
    return rng.choice(_THINGS).format(" ".join(words))


def noisy(question: str, rng: random.Random) -> str:
    """Return the question as it is three times out of four, else with a slip or small talk."""
    chance = rng.random()
    if chance < 0.72:
        return question
    if chance < 0.80:
        return question.lower().rstrip("?？.")
    if chance < 0.86:
        return rng.choice(_OPENINGS) + question
    words = question.split(" ")
    long = [
        n for n, word in enumerate(words) if len(word) > 4 and word.isascii() and word.isalpha()
    ]
    for number in rng.sample(long, min(len(long), rng.choice((1, 2)))):
        word = words[number]
        at = rng.randrange(1, len(word) - 1)
        slips = (word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                 word[:at] + word[at] + word[at:])  # fmt: skip
        words[number] = rng.choice(slips)
    if long or rng.random() < 0.5:
        return " ".join(words)
    return question.rstrip("？?") + rng.choice(_ENDINGS)
