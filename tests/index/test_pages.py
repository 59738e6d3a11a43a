"""Whole pages, in several languages and layouts, are read as an editor would read them."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from index.documents.markdown import markdown_articles
from index.documents.newspaper.articles import split_articles
from index.models import Article, Document

PAGES = Path(__file__).with_name("pages")
FIELDS = ("kicker", "title", "subtitle", "byline", "date", "section")


def read(path: Path) -> tuple[Article, ...]:
    if path.suffix == ".md":
        return markdown_articles(path.read_text(encoding="utf-8"), path.name)
    return split_articles(Document(path.name, path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "page", sorted(p for p in PAGES.iterdir() if p.suffix != ".toml"), ids=lambda page: page.stem
)
def test_page(page: Path) -> None:
    expected = tomllib.loads(page.with_suffix(".toml").read_text(encoding="utf-8"))["articles"]
    found = read(page)
    got = [
        {name: value for name in FIELDS if (value := asdict(article)[name])}
        | {"paragraphs": article.text.split("\n")}
        for article in found
    ]
    assert got == expected
    assert [a.id for a in found] == [f"{page.name}#{n}" for n in range(1, len(found) + 1)]


@pytest.fixture(scope="module")
def seed(shared_dir: Path) -> tuple[list[str], tuple[Article, ...]]:
    path = shared_dir / "seeds" / "zhengzhou-evening-news.txt"
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line], read(path)


def test_the_seed_page_has_four_headlines(seed: tuple[list[str], tuple[Article, ...]]) -> None:
    lines, articles = seed
    marked = [line.lstrip("# ") for line in lines if line.startswith("#")]
    assert [a.title for a in articles] == [marked[0], marked[1], marked[3], marked[5]]
    assert [a.kicker for a in articles] == [lines[0], "", marked[2], marked[4]]
    assert not any(a.subtitle for a in articles)


def test_the_seed_page_keeps_its_bylines_and_its_one_date(
    seed: tuple[list[str], tuple[Article, ...]],
) -> None:
    lines, articles = seed
    author = next(line for line in lines if line.startswith("□")).lstrip("□")
    leads = [line for line in lines if line.startswith("本报讯(")]
    inside = [line[line.index("(") + 1 : line.index(")")] for line in leads]
    assert [a.byline for a in articles] == [inside[0], author, inside[1], inside[2]]
    assert [a.date for a in articles] == ["11月28日", "", "", ""]
    label = lines[next(i for i, line in enumerate(lines) if line.startswith("###")) - 1]
    assert [a.section for a in articles] == ["", label, "", ""]
    assert not any(label in a.text or author in a.text for a in articles)


def test_the_seed_page_is_joined_where_layout_broke_it(
    seed: tuple[list[str], tuple[Article, ...]],
) -> None:
    lines, articles = seed
    text = "\n".join(a.text for a in articles)
    ends = ("、", "要", "险", "常态", "打好", "红", "专", ",", "的")
    body = [line for line in lines if not line.startswith("#")]
    broken = [
        (a, b)
        for a, b in zip(body, body[1:], strict=False)
        if a.endswith(ends) and len(a) > 10 and not b.startswith("本报讯")
    ]
    assert len(broken) >= 9
    assert all(a[-8:] + b[:8] in text for a, b in broken)
    assert [a.text.count("\n") + 1 for a in articles] == [4, 4, 3, 6]
    assert all(p[-1] in "。?" for a in articles for p in a.text.split("\n"))


def test_the_seed_page_loses_nothing(seed: tuple[list[str], tuple[Article, ...]]) -> None:
    lines, articles = seed
    kept = "".join(v for a in articles for v in asdict(a).values() if isinstance(v, str))
    rest = "".join(lines)
    for mark in ("#", "□", "本报讯(", ")", " "):
        rest, kept = rest.replace(mark, ""), kept.replace(mark, "")
    assert sorted(set(rest) - set(kept)) == []
    assert len(rest) <= len(kept)
