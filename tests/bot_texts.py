"""Arbitrary text as documents hold it: Chinese, English, Markdown, mentions, emoji, addresses."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from retrieval.citations import marked
from retrieval.models import Answer, Citation, Passage

FRAGMENTS = (
    "春天的河水涨了。",
    "谁来修桥？",
    "很好！",
    "他说：“明天开工。”",
    "，",
    "一二三四五六七八九十",
    "The bridge opens at 8:30. ",
    "It cost 3.5 million; ",
    "No. 5 in the U.S. list ",
    "\n",
    "\n\n",
    " ",
    "- item\n",
    "-# small\n",
    "# heading\n",
    "1. first\n",
    "> quote\n",
    "**bold**",
    "__under__",
    "*a* _b_ ~~c~~",
    "||spoiler||",
    "`code`",
    "```\nfence\n```",
    "[text](https://evil.example/x)",
    "https://site.example/a_b(c)?q=1&r=*2",
    "见https://site.example/路径。",
    "@everyone ",
    "@here",
    "<@123456789012345678>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "</ask:123456789012345678>",
    "<t:1700000000:R>",
    ":smile: 08:100:5",
    "\\",
    "\\*",
    "👩‍👩‍👧‍👦",
    "🇨🇳🇩🇪",
    "e\u0301\u0323",
    "한국어",
    "\u202eevil\u202c",
    "\x00\x07",
    "[1] [2] [99]",
    "a" * 50,
    "字" * 120,
)
fragments = st.sampled_from(FRAGMENTS)
anything = st.text(st.characters(codec="utf-8"), max_size=30)
texts = st.lists(st.one_of(fragments, fragments, anything), max_size=60).map("".join)
long_texts = st.tuples(texts, st.integers(1, 25)).map(lambda pair: pair[0] * pair[1])
titles = st.one_of(st.just(""), texts.map(lambda t: t[:400]), st.just("题" * 700))
languages = st.sampled_from(("en", "zh", "zh-TW"))

_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


def unescaped(shown: str) -> str:
    """Return what a reader sees of escaped text."""
    shown = re.sub(r"(?<!\\)<(https?://[^>]+)>", r"\1", shown.replace("@\u200b", "@"))
    return _ESCAPED.sub(r"\1", shown)


def live(shown: str) -> str:
    """Return escaped text without what Discord takes as plain: escapes and whole addresses."""
    return re.sub(r"(?<!\\)<https?://[^>\s]+>", "", _ESCAPED.sub("", shown))


def without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text)


@st.composite
def passages(draw: st.DrawFn, number: int = 0) -> Passage:
    text = draw(long_texts)
    start = draw(st.integers(0, 1000))
    chunk_id = f"{number:064x}"
    title, source = draw(titles), draw(titles)
    date = draw(st.sampled_from(("", "11月28日", "2024-05-01", "日" * 90)))
    return Passage(
        chunk_id, f"{source}#1", title, source, date, text, 0.5, start, start + len(text), number
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    found = draw(st.booleans())
    near = tuple(draw(passages(n)) for n in range(draw(st.integers(0, 4))))
    question = draw(texts)
    if not found:
        said = draw(st.sampled_from(("The documents do not say.", "文档里没有。")))
        nearest = _citation(draw, 1) if draw(st.booleans()) else None
        return Answer(question, "zh", False, said, "extractive", (), near, nearest=nearest)
    citations = tuple(_citation(draw, n) for n in range(1, draw(st.integers(1, 6)) + 1))
    mode = draw(st.sampled_from(("extractive", "generated")))
    pieces = [
        f"{marked(c) if mode == 'extractive' else draw(long_texts)} [{c.number}]" for c in citations
    ]
    note = draw(st.sampled_from(("", "A note.", "说明" * 300)))
    return Answer(question, "zh", True, " ".join(pieces), mode, citations, near, note=note)


def _citation(draw: st.DrawFn, number: int) -> Citation:
    passage = draw(passages(number))
    length = len(passage.text)
    span = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
    highlight = draw(st.sampled_from((None, (span[0], span[1]))))
    return Citation(
        number,
        passage.article_id,
        passage.title,
        passage.source,
        passage.date,
        passage.text,
        passage.start,
        passage.end,
        highlight,
        draw(st.sampled_from((passage.chunk_id, ""))),
        path=tuple(draw(st.lists(titles, max_size=3))),
        page=draw(st.sampled_from(("", "3", "Opening hours", "表" * 90))),
        shown=draw(st.sampled_from(("", "", "- item\n  • [1] **b**", "行 · " * 90))),
        url=draw(
            st.sampled_from(("", "mid:a@b.c", "https://a.example/_x_", "https://a/" + "b" * 300))
        ),
        links=(("form", "https://f.example/_a*b"), (passage.title, "mailto:a@b.example"))[
            : draw(st.integers(0, 2))
        ],
    )
