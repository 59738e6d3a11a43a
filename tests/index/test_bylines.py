"""Who wrote an article is read from its byline, and headlines are not taken for one."""

from __future__ import annotations

import pytest

from index.documents.newspaper.bylines import byline_of
from index.documents.newspaper.datelines import dateline, starts_report, strip_tail


@pytest.mark.parametrize(
    ("line", "byline", "news"),
    [
        ("□林见川", "林见川", False),
        ("■ 本报记者 王一 李二", "本报记者 王一 李二", True),
        ("海城日报记者 王一 摄影 李二", "海城日报记者 王一 摄影 李二", True),
        ("海城時報記者 葉子青／海城報導", "海城時報記者 葉子青／海城報導", True),
        ("□记者 王一/文 李二/图", "记者 王一/文 李二/图", True),
        ("作者：林见川", "林见川", False),
        ("文/林见川", "林见川", False),
        ("来源：海城日报", "海城日报", False),
        ("本报评论员", "本报评论员", False),
        ("By Ann Lee, Staff Writer", "Ann Lee, Staff Writer", True),
        ("BY ANN LEE", "ANN LEE", False),
        ("By Ann Lee and Tom de la Cruz", "Ann Lee and Tom de la Cruz", False),
        ("Von Jana Müller", "Jana Müller", False),
    ],
)
def test_bylines(line: str, byline: str, news: bool) -> None:
    found = byline_of(line)
    assert found is not None
    assert (found.byline, found.news) == (byline, news)


@pytest.mark.parametrize(
    "line",
    [
        "记者节活动昨日举行",
        "文化中心开放",
        "作者见面会周六举行，欢迎参加。",
        "本报记者 王一 摄",
        "By the Numbers",
        "By Rail to the Sea",
        "By Friday, the road was open again.",
        "Von Trapp",
        "他从事记者工作三十年",
    ],
)
def test_what_is_no_byline(line: str) -> None:
    assert byline_of(line) is None


def test_a_date_beside_a_byline_is_its_date() -> None:
    found = byline_of("By Ann Lee | Nov. 28, 2022")
    assert found is not None and (found.byline, found.date) == ("Ann Lee", "Nov. 28, 2022")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("LONDON, Nov. 28 (Reuters) — The port", "Nov. 28"),
        ("PORT LINDSAY, April 12 — The port", "April 12"),
        ("London, November 28 - The port", "November 28"),
        ("SAN JOSE, Calif., March 3, 2024 (AP) -- A", "March 3, 2024"),
        ("WASHINGTON (AP) — The port", ""),
        ("EASTPORT — The port", ""),
        ("The port said — again — no", None),
        ("WARNING — hot water", None),
        ("Berlin, Germany - The port", None),
    ],
)
def test_datelines(text: str, date: str | None) -> None:
    assert dateline(text) == date


@pytest.mark.parametrize(
    "text", ["本报记者从市政府获悉，", "通讯社记者表示", "电视台网站15日电视剧"]
)
def test_a_mention_of_reporters_is_no_lead(text: str) -> None:
    assert not starts_report(text)


def test_a_credit_at_the_end_is_taken_off_but_not_a_remark() -> None:
    assert strip_tail("桥通了。（记者 王一）") == ("记者 王一", "桥通了。")
    assert strip_tail("桥通了。（作者系教师）") == ("", "桥通了。（作者系教师）")
