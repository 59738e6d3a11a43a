"""Web pages, Word documents, e-books and tables are read; bad ones are refused in a sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents import read, read_article
from tests.office_files import write_book, write_word

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}">
<title>大桥昨天通车 - 海城日报</title>
<meta property="og:title" content="大桥昨天通车">
<link rel="canonical" href="https://haicheng.example/1.html">{head}
<script>var words = "脚本里的话";</script><style>p {{ color: red }}</style></head><body>
<nav><a href="/">首页</a> <a href="/n">新闻</a></nav><article><h1>大桥昨天通车</h1>
<p>本报讯（记者 王一） 海城大桥昨天通车，全长两公里，市民可以走着过桥，也可以坐车。</p>
<h2>老桥怎么办</h2><p>老桥将改成步行桥，保留原来的<b>石狮子二十八只</b>。</p>
<ul><li>行人免费</li><li>自行车免费</li></ul>
<table><tr><th>桥</th><th>长度</th></tr><tr><td>新桥</td><td>2公里</td></tr></table>
</article><script>track("脚本里的话")</script></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk"])
def test_a_web_page_gives_its_article_without_scripts(tmp_path: Path, charset: str) -> None:
    page = PAGE.format(charset=charset, head="").encode(charset)
    article = read_article(tmp_path, "a.html", page)
    assert (article.title, article.byline) == ("大桥昨天通车", "记者 王一")
    assert article.url == "https://haicheng.example/1.html"
    assert article.date == ""
    assert article.text.split("\n") == [
        "本报讯（记者 王一） 海城大桥昨天通车，全长两公里，市民可以走着过桥，也可以坐车。",
        "老桥怎么办",
        "老桥将改成步行桥，保留原来的石狮子二十八只。",
        "行人免费",
        "自行车免费",
        "桥 | 长度",
        "新桥 | 2公里",
    ]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-03-05T08:00:00+08:00">',
        '<script type="application/ld+json">{"datePublished": "2024-03-05"}</script>',
        '<meta name="pubdate" content="2024-03-05">',
    ],
)
def test_the_date_of_a_web_page_is_the_one_it_names(tmp_path: Path, head: str) -> None:
    page = PAGE.format(charset="utf-8", head="{head}").replace("{head}", head)
    assert read_article(tmp_path, "a.html", page).date == "2024-03-05"


def test_a_fragment_of_html_is_read_too(tmp_path: Path) -> None:
    article = read_article(tmp_path, "note.htm", "<p>The museum opens<br>at nine.")
    assert (article.title, article.text) == ("note", "The museum opens at nine.")


@pytest.mark.parametrize(
    "page", ["", "<html></html>", "<script>x()</script>", "<div>" * 50_000, "<b>" * 3000 + "x"]
)
def test_html_without_text_or_sense_is_refused_or_read(tmp_path: Path, page: str) -> None:
    result = read(tmp_path, "a.html", page)
    assert "x()" not in "".join(a.text for a in result.articles)
    assert result.articles or result.failed


def test_a_book_whose_chapters_are_encrypted_is_refused(tmp_path: Path) -> None:
    locked = '<encryption><CipherReference URI="OEBPS/1.xhtml"/></encryption>'
    extra = {"META-INF/encryption.xml": locked}
    write_book(tmp_path / "a.epub", "渡口", {"1.xhtml": "<p>x</p>"}, **extra)
    (failure,) = read(tmp_path, "a.epub").failed
    assert "encrypted" in failure.reason


@pytest.mark.parametrize("name", ["a.docx", "a.epub"])
def test_archives_that_are_none_are_refused(tmp_path: Path, name: str) -> None:
    for content, reason in (
        (b"", "broken"),
        (b"PK\x03\x04 and no more", "broken"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "encrypted"),
    ):
        (failure,) = read(tmp_path, name, content).failed
        assert reason in failure.reason
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("hello.txt", "hello")
    (failure,) = read(tmp_path, name).failed
    assert "broken" in failure.reason


@pytest.mark.parametrize(("name", "most"), [("a.docx", 40), ("a.epub", 15)])
def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, name: str, most: int) -> None:
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", "<rootfile full-path='word/document.xml'/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(60):
                member.write(bytes(1024 * 1024))
    (failure,) = read(tmp_path, name).failed
    assert f"unpacks to more than {most} MB" in failure.reason


def test_an_entity_bomb_is_not_expanded(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "haha">{entities}]><x><p>&e11;</p></x>'
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("META-INF/container.xml", bomb)
    assert read(tmp_path, "a.epub").failed


def test_a_table_of_articles_gives_articles(tmp_path: Path) -> None:
    table = 'id,标题,正文,日期\nx,大桥通车,"大桥通车。\n全长两公里。",2024-03-05\n'
    table += ",空,,\nx,又,又一篇。,\n"
    result = read(tmp_path, "a.csv", table)
    (article,) = result.articles
    assert (article.id, article.title, article.date) == ("a.csv#x", "大桥通车", "2024-03-05")
    assert article.text == "大桥通车。\n全长两公里。"
    assert [f.reason.split(";")[0] for f in result.failed] == [
        "line 3 has no text",
        "the id a.csv#x is there twice",
    ]


def test_a_table_of_articles_without_rows_is_refused(tmp_path: Path) -> None:
    (failure,) = read(tmp_path, "a.csv", "title,text\n").failed
    assert "no text" in failure.reason


SAMPLES = {
    "a.html": PAGE.format(charset="utf-8", head="").encode(),
    "a.csv": b"a,b\n1,2\n",
    "a.docx": None,
    "a.epub": None,
}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 4000), st.binary(min_size=1, max_size=9))
def test_a_damaged_file_is_read_or_refused(
    tmp_path: Path, name: str, place: int, damage: bytes
) -> None:
    path = tmp_path / name
    if name == "a.docx":
        write_word(path, [("", "x")])
    elif name == "a.epub":
        write_book(path, "渡口", {"1.xhtml": "<p>ok</p>"})
    else:
        path.write_bytes(SAMPLES[name] or b"")
    raw = path.read_bytes()
    place %= len(raw)
    result = read(tmp_path, name, raw[:place] + damage + raw[place + len(damage) :])
    assert result.articles or result.failed
