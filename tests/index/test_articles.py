"""Splitting a document loses no character, keeps their order, and never fails."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.cleaning import clean_text
from index.documents.markdown import markdown_articles
from index.documents.newspaper.articles import split_articles
from index.models import Article, Document

MARKUP = set("#-=*_~|>`—─━═※◆◇■□●○ \t")


def read(text: str, name: str = "page.txt") -> tuple[Article, ...]:
    if name.endswith(".md"):
        return markdown_articles(clean_text(text), name)
    return split_articles(Document(name, text))


PIECES = (
    "市政府昨日召开会议,部署冬季供暖",
    "工作。",
    "会议要求，各部门要落实责任；",
    "第一热源厂已经点火，管网压力正常。",
    "供暖",
    "关于冬季供暖的说明",
    "The council met on Tues-",
    "day and voted to repair the",
    "Old Bridge, which costs $3.5 million.",
    "Bridge to reopen",
    "HARBOUR NEWS TODAY",
    "# 大桥通车",
    "## 市民冒雪上班 公交加开班次",
    "### Background",
    "□郑安",
    "2024年3月8日",
    "- 一项",
    "1. First",
    "一、总则",
    "| 甲 | 乙 |",
    "床前明月光，",
    "“是的。”",
    "（记者 王一）",
    "新华社北京3月8日电",
    "",
    "",
    "",
    "---",
    "===",
    "　　段首缩进的一行。",
    "时间：八点",
    "Venue: Town hall",
)
PAGES = st.lists(st.sampled_from(PIECES), max_size=25).map("\n".join)
DOCUMENTS = (
    PAGES | st.text(max_size=200) | st.text(st.sampled_from("# 一a。.,，\n-|“”(A1)"), max_size=90)
)


def visible(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in MARKUP)


@given(DOCUMENTS)
def test_no_character_is_lost(text: str) -> None:
    fields = "".join(
        v for a in read(text) for k, v in asdict(a).items() if k not in {"id", "source", "blocks"}
    )
    lost = Counter(visible(clean_text(text))) - Counter(visible(fields))
    # Brackets around a credit, and the full stop of a date line, are layout.
    assert set(lost) <= set("（）()[]【】.") or "---" in text, lost


@given(DOCUMENTS)
def test_the_text_keeps_the_order_of_the_page(text: str) -> None:
    page = iter(visible(clean_text(text)))
    for article in read(text):
        if article.text != article.title:
            assert all(c in page for c in visible(article.text))


@given(DOCUMENTS)
def test_every_article_has_a_title_a_text_and_an_id_of_its_own(text: str) -> None:
    articles = read(text)
    assert len({a.id for a in articles}) == len(articles)
    for article in articles:
        assert article.title.strip() and article.text.strip()
        assert "\n" not in article.title and "\n\n" not in article.text
        assert all(line == line.strip() for line in article.text.split("\n"))


@given(st.text(max_size=300))
def test_markdown_of_any_kind_is_read(text: str) -> None:
    read(text, "page.md")


@pytest.mark.parametrize("text", ["", " \n\u3000\n", "\u200b\ufeff", "---\n---\n", "***"])
def test_nothing_gives_no_article(text: str) -> None:
    assert not [a for a in read(text) if visible(a.text)]


def test_a_heading_alone_is_its_own_text() -> None:
    (article,) = read("# 明天停水")
    assert (article.title, article.text) == ("明天停水", "明天停水")


def test_front_matter_is_read_and_its_title_is_not_repeated() -> None:
    head = '---\ntitle: "The Tide"\nauthors: [A. Quill, T. Webb]\nsource: Gazette\n'
    head += "date: 2024-03-05\nurl: https://gazette.example/tide\nsection: Sea\n---\n\n"
    (article,) = read(head + "# The Tide\n\nIt rose.\n\n## Later\n\nIt fell.\n", "tide.md")
    assert article.title == "The Tide"
    said = "authors: A. Quill, T. Webb\nsource: Gazette\ndate: 2024-03-05\nsection: Sea"
    assert article.text == f"{said}\nIt rose.\nLater\nIt fell."
    assert article.byline == "A. Quill, T. Webb · Gazette"
    assert (article.date, article.section) == ("2024-03-05", "Sea")
    assert article.url == "https://gazette.example/tide"


def test_front_matter_needs_no_fences_and_speaks_chinese() -> None:
    (article,) = read("标题：潮汐\n作者：林见川\n日期：2024年3月5日\n\n潮水涨了。")
    assert (article.title, article.byline) == ("潮汐", "林见川")
    assert (article.date, article.text) == ("2024年3月5日", "潮水涨了。")


def test_a_page_with_front_matter_keeps_its_articles() -> None:
    page = "---\ntitle: 第三版\n---\n\n# 甲桥通车\n\n本报讯（记者 王一） 甲桥通车。\n\n"
    page += "# 乙桥封闭\n\n本报讯（记者 王二） 乙桥封闭。\n"
    articles = read(page)
    assert [(a.title, a.section) for a in articles] == [
        ("甲桥通车", "第三版"),
        ("乙桥封闭", "第三版"),
    ]


def test_a_file_without_a_title_is_named_after_its_file() -> None:
    (article,) = read("昨天下了雪，雪很大，扫雪车出动了二十辆。", "雪.txt")
    assert article.title == "雪"


def test_inline_markup_is_taken_off_and_code_is_kept() -> None:
    text = "# *A* title\n\nThe **bold** [word](https://w.example) and `code` 2 * 3 * 4.\n\n"
    text += "```\n# not a heading **at all**\n```\n"
    (article,) = read(text, "a.md")
    assert article.title == "A title"
    assert article.text == ("The bold word and code 2 * 3 * 4.\n# not a heading **at all**")


@pytest.mark.parametrize(
    ("lead", "byline", "date"),
    [
        ("本报讯（记者 王一 通讯员 李二） ", "记者 王一 通讯员 李二", ""),
        ("本报讯 记者王一报道 ", "记者王一报道", ""),
        ("新华社海城3月8日电（记者 王一）", "新华社海城3月8日电 记者 王一", "3月8日"),
        ("【記者王一／海城報導】", "記者王一／海城報導", ""),
        ("本報訊（記者王一）", "記者王一", ""),
        ("", "", ""),
    ],
)
def test_the_lead_of_a_report_is_taken_off(lead: str, byline: str, date: str) -> None:
    (article,) = read(f"# 大桥通车\n\n{lead}大桥昨日通车，全长两公里。")
    assert article.text == "大桥昨日通车，全长两公里。"
    assert (article.byline, article.date) == (byline, date)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: 5 March 2024", "5 March 2024"),
        ("2024-03-05", "2024-03-05"),
        ("（2024年3月5日 星期二）", "2024年3月5日"),
        ("昨日", ""),
    ],
)
def test_a_date_is_what_the_page_prints(line: str, date: str) -> None:
    (article,) = read(f"# 大桥通车\n\n{line}\n\n大桥通车了，全长两公里，桥上有灯。")
    assert article.date == date


@pytest.mark.parametrize(
    "text", ["11月28日起，大桥限行。", "11月28日至30日，大桥限行。", "昨日，桥通了。"]
)
def test_the_beginning_of_a_period_is_no_date_of_the_article(text: str) -> None:
    assert read(f"# 限行\n\n本报讯（记者 王一） {text}")[0].date == ""


def test_a_label_goes_to_the_opinion_beside_it() -> None:
    report = "本报讯（记者 王一） 大桥通车，全长两公里。\n\n"
    opinion = "□林见川\n\n桥是人修的，路是人走的。\n\n"
    before = read(f"# 大桥通车\n\n{report}河边杂谈\n\n# 桥与人\n\n{opinion}")
    after = read(f"# 桥与人\n\n{opinion}河边杂谈\n\n# 大桥通车\n\n{report}")
    assert [a.section for a in before] == ["", "河边杂谈"]
    assert [a.section for a in after] == ["河边杂谈", ""]
