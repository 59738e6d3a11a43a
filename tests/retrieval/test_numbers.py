"""A fact means the same however it is written, and nothing else means it."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.proof.numbers import facts, is_proved, missing

SAME = [
    ("４４２辆", "442辆"),
    ("1 531 people", "1531人"),
    ("两座", "2座"),
    ("一万二", "12000"),
    ("1.2万名学生", "12,000 students"),
    ("3亿元", "300 million yuan"),
    ("1亿2000万", "120,000,000"),
    ("$5 million", "500万美元"),
    ("2.5bn", "25亿"),
    ("half a million", "50万"),
    ("two dozen", "24"),
    ("壹佰贰拾叁元", "123元"),
    ("三萬兩千", "32000"),
    ("三点五亿", "3.5亿"),
    ("10％", "ten percent"),
    ("一成", "10%"),
    ("两成五", "25%"),
    ("三成半", "35%"),
    ("四分之三", "75%"),
    ("three quarters", "3/4"),
    ("一半", "50%"),
    ("2.5个百分点", "2.5 percentage points"),
    ("千分之三", "0.3%"),
    ("11月28日", "November 28"),
    ("28 Nov.", "Nov. 28"),
    ("十一月二十八号", "the 28th of November"),
    ("2022-11-28", "November 28th, 2022"),
    ("二〇二二年", "2022"),
    ("2022年", "in 2022"),
    ("12月中旬", "by mid-December"),
    ("2022年底", "the end of 2022年底"),
    ("20世纪90年代", "the 1990s of the 20th century"),
    ("周一", "Monday"),
    ("星期天", "Sundays"),
    ("8:30", "8:30 a.m."),
    ("上午八点半", "8:30"),
    ("下午3点", "15:00"),
    ("下午3点至5点", "3 p.m. to 5 p.m."),
    ("十一点一刻", "a quarter past eleven"),
    ("20时30分", "8:30 pm"),
    ("第三", "3rd"),
    ("第三", "third"),
    ("第二十一", "twenty-first"),
    ("21世纪", "the twenty-first century"),
    ("第一季度", "Q1"),
    ("上半年", "the first half"),
    ("3号线", "Line 3"),
    ("第五条", "Article 5"),
    ("PPR-9087", "ppr9087"),
    ("110千伏", "110 kV"),
    ("25座变电站", "25 substations"),
    ("三点要求", "三项要求"),
    ("零下12度", "-12℃"),
    ("50㎡", "50平方米"),
    ("50 m²", "50平方米"),
    ("5岁", "5 years old"),
    ("七八个人", "7至8个人"),
]

DIFFERENT = [
    ("3%", "3个百分点"),
    ("25人", "25座"),
    ("25元", "25美元"),
    ("442 people", "442辆"),
    ("5米", "5公里"),
    ("5天", "5年"),
    ("1.2万", "1.2亿"),
    ("11月28日", "11月27日"),
    ("11月28日", "28日"),
    ("2022年11月28日", "11月28日"),
    ("late December", "12月中旬"),
    ("12月底", "12月"),
    ("2023年", "2022年"),
    ("8:30 p.m.", "8:30"),
    ("下午3点", "3点15分"),
    ("晚上八点半", "八点半"),
    ("第三", "3人"),
    ("third", "第二"),
    ("Tuesday", "周一"),
    ("PPR-9088", "PPR-9087"),
    ("G8", "8"),
    ("三成", "三"),
    ("3.5", "35"),
    ("-5℃", "5℃"),
]


@pytest.mark.parametrize(("claimed", "known"), SAME)
def test_one_fact_in_two_writings(claimed: str, known: str) -> None:
    assert facts(claimed)
    assert not missing(facts(claimed), facts(known))


@pytest.mark.parametrize(("claimed", "known"), DIFFERENT)
def test_two_facts_are_told_apart(claimed: str, known: str) -> None:
    assert missing(facts(claimed), facts(known))


@pytest.mark.parametrize(
    "text",
    [
        "一些人一起去四川旅游，十分高兴",
        "队伍陆续收拾完毕",
        "百姓千万要注意",
        "几十人和数百辆",
        "It may rain, and he will march on",
        "no one came; hundreds of thousands did",
        "",
        "坚定信心",
    ],
)
def test_words_that_count_nothing(text: str) -> None:
    assert not [fact for fact in facts(text) if not fact.weak]


@pytest.mark.parametrize("text", ["一个会议", "one of them", "首次", "both sides"])
def test_an_article_needs_no_proof(text: str) -> None:
    assert missing(facts(text), []) == []


def test_a_unit_of_power_is_no_multiplier() -> None:
    (fact,) = facts("二万五千瓦")
    assert fact.value == 25000


def in_han(number: int) -> str:
    """Write a number below 10^12 in Chinese, as a textbook does."""
    if number == 0:
        return "零"
    written = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, scale)
        if not group:
            continue
        part, rest = "", group
        for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, rest = divmod(rest, size)
            if digit:
                part += "零一二三四五六七八九"[digit] + unit
            elif part and rest and not part.endswith("零"):
                part += "零"
        if written and group < 1000 and not written.endswith("零"):
            written += "零"
        written += part + name
    return written.replace("零零", "零")


def in_english(number: int) -> str:
    """Write a number below 10^12 in English words."""
    words = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
        " twenty thirty forty fifty sixty seventy eighty ninety"
    )
    ones, tens = words.split()[:20], words.split()[20:]
    if number < 20:
        return ones[number]
    if number < 100:
        return tens[number // 10 - 2] + (f"-{ones[number % 10]}" if number % 10 else "")
    for scale, name in (
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if number >= scale:
            head, rest = divmod(number, scale)
            joint = " and " if rest < 100 else " "
            return f"{in_english(head)} {name}" + (joint + in_english(rest) if rest else "")
    raise AssertionError(number)


NUMBERS = st.one_of(st.integers(2, 120), st.integers(2, 99_999), st.integers(2, 10**12 - 1))


@given(NUMBERS, st.data())
def test_every_writing_of_a_number_is_the_number(number: int, data: st.DataObject) -> None:
    writings = [
        str(number),
        f"{number:,}",
        f"{number:,}".translate(str.maketrans("0123456789,", "０１２３４５６７８９，")),
        in_han(number),
        in_english(number),
    ]
    before = data.draw(st.sampled_from(["共有", "about ", "其中", "(", ""]))
    after = data.draw(st.sampled_from(["个", "项工程", " items", "。", ""]))
    for written in writings:
        values = [
            fact.value for fact in facts(f"{before}{written}{after}") if fact.kind == "number"
        ]
        assert values == [Fraction(number)] or (len(values) == 2 and number < 100), written


@given(NUMBERS, NUMBERS)
def test_another_number_proves_nothing(left: int, right: int) -> None:
    known = facts(f"共有{in_han(right)}个")
    proved = is_proved(facts(f"共有{left:,}个")[0], known)
    assert proved == (left == right) or right < 100


@given(st.integers(1, 999))
def test_shares_in_both_languages(tenths_of_percent: int) -> None:
    share = tenths_of_percent / 10
    assert not missing(facts(f"{share}%"), facts(f"增长百分之{share}"))
    assert missing(facts(f"{share}%"), facts(f"{share}"))


@given(st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))
def test_dates_in_both_languages(day: datetime.date) -> None:
    year, month, number = day.year, day.month, day.day
    english = day.strftime("%B ") + f"{number}, {year}"
    chinese = f"{year}年{month}月{number}日"
    assert not missing(facts(english), facts(chinese))
    assert not missing(facts(chinese), facts(day.isoformat()))
    assert not missing(facts(f"{month}月{number}日"), facts(english))


@given(st.text(max_size=200))
def test_any_text_proves_itself(text: str) -> None:
    found = facts(text)
    assert missing(found, found) == []


@pytest.mark.parametrize("unit", ["9", "九", "1,234,", "二百", "3.", "million ", "11月", "8:30"])
def test_a_flood_of_digits_is_read_without_harm(unit: str) -> None:
    found = facts(unit * 3000)
    assert missing(found[:50], found) == []
