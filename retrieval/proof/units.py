"""What is counted: the units whose difference makes two equal figures different facts."""

from __future__ import annotations

import re
from functools import cache

MONEY = frozenset(("cny", "usd", "hkd", "eur", "gbp", "jpy", "krw"))
# A unit may be read in several ways (度 is a degree or a kilowatt-hour); two units agree when
# one reading is shared. Words that are not listed, and classifiers such as 个, agree with all.
_READINGS: dict[str, str] = {
    "cny": "元 块钱 人民币 rmb cny yuan renminbi",
    "usd": "美元 美金 usd dollar dollars $",
    "hkd": "港元 港币 hkd hk$ dollar dollars $",
    "eur": "欧元 eur euro euros €",
    "gbp": "英镑 gbp pound pounds £",
    "jpy": "日元 日圆 jpy yen ¥",
    "krw": "韩元 krw",
    "person": (
        "人 名 位 口人 人次 person persons people staff workers employees men women"
        " children students pupils teachers residents visitors passengers patients volunteers"
        " officers officials members participants athletes firefighters"
    ),
    "household": "户 家 household households family families",
    "vehicle": "辆 vehicle vehicles car cars truck trucks bus buses bikes bicycles",
    "metre": "米 m metre metres meter meters",
    "kilometre": "公里 千米 km kilometre kilometres kilometer kilometers",
    "centimetre": "厘米 cm centimetre centimetres centimeter centimeters",
    "millimetre": "毫米 mm millimetre millimetres millimeter millimeters",
    "mile": "英里 mile miles",
    "tonne": "吨 ton tons tonne tonnes",
    "kilogram": "公斤 千克 kg kilogram kilograms kilo kilos",
    "gram": "克 gram grams",
    "jin": "斤",
    "square-metre": "平方米 平米 m^2 sqm",
    "square-kilometre": "平方公里 km^2",
    "hectare": "公顷 ha hectare hectares",
    "mu": "亩 mu",
    "cubic-metre": "立方米 m^3",
    "litre": "升 litre litres liter liters",
    "degree": "度 摄氏度 ℃ °c degree degrees",
    "kilowatt-hour": "度 千瓦时 kwh",
    "kilovolt": "千伏 kv kilovolt kilovolts",
    "volt": "伏 volt volts",
    "kilowatt": "千瓦 kw kilowatt kilowatts",
    "megawatt": "兆瓦 mw megawatt megawatts",
    "year": "年 周年 year years year-old",
    "age": "岁 周岁 year years year-old",
    "month": "个月 月 month months",
    "week": "周 个星期 星期 week weeks",
    "day": "天 日 day days",
    "hour": "小时 个小时 钟头 个钟头 hr hrs hour hours",
    "minute": "分钟 分 min mins minute minutes",
    "second": "秒 秒钟 second seconds sec",
    "score": "分 point points",
    "time": "次 回 趟 time times",
    "fold": "倍 time times fold",
    "point": "个百分点 百分点 pp",
    "label": "号 路 号线 楼",
    "clock": "点 点钟 时 o'clock",
}
# What no unit of ours names, but what surely counts no people and no money.
_THINGS = (
    "点 座 项 条 台 架 套 艘 栋 幢 棵 只 头 株 部 册 本 篇 封 份 张 件 枚 颗 间 处 家 所 辆"
    " vehicle vehicles car cars truck trucks bus buses bikes bicycles"
)
_ENGLISH_GAP = re.compile(
    r"[ -]?(?:(?:more|of the|such|new|old|local|other|young|of) )?(?P<unit>[a-z$€£¥°℃][a-z'^\d-]*)"
)
# A number after one of these words is a name, not a count.
_LABEL = re.compile(
    r"\b(?:no\.?|nos\.?|number|line|route|room|article|chapter|section|phase|stage|step|grade|class"
    r"|level|tier|unit|page|part|volume|gate|terminal|platform|floor|item|rule|version) ?#?$|#$"
)
NO_UNIT: frozenset[str] = frozenset()


@cache
def _table() -> dict[str, frozenset[str]]:
    """Return the readings of each unit word."""
    found: dict[str, set[str]] = {}
    for reading, words in _READINGS.items():
        for word in words.split():
            found.setdefault(word, set()).add(reading)
    for word in _THINGS.split():
        found.setdefault(word, set()).add("thing")
    found["¥"] = {"cny", "jpy"}
    return {word: frozenset(readings) for word, readings in found.items()}


@cache
def _han_units() -> re.Pattern[str]:
    """Return a pattern of the units written in Han, the longest first."""
    words = (word for word in _table() if not word[0].isascii())
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)))


def unit_after(text: str, position: int) -> tuple[frozenset[str], str]:
    """Return the readings of the unit that follows a number, and the unit as written."""
    gap = re.compile(r"[余多来]? ?").match(text, position)
    start = gap.end() if gap else position
    han = _han_units().match(text, start)
    if han:
        return _table()[han.group()], han.group()
    english = _ENGLISH_GAP.match(text, position)
    if english:
        word = english.group("unit").rstrip("-'")
        for name in (word, word.split("-")[0]):
            if name in _table():
                return _table()[name], name
    return NO_UNIT, ""


def unit_before(text: str, position: int) -> frozenset[str]:
    """Return the readings of a currency sign, or of a label such as No., before a number."""
    sign = re.search(
        r"(hk\$|us\$|[$€£¥]|\brmb|\bcny|\busd|\beur|\bhkd)\s?$",
        text[max(0, position - 8) : position],
    )
    if sign:
        name = "usd" if sign.group(1) == "us$" else sign.group(1)
        return _table()[name]
    if _LABEL.search(text, max(0, position - 12), position):
        return frozenset({"label"})
    return NO_UNIT


def agree(left: frozenset[str], right: frozenset[str]) -> bool:
    """Return True if two units may be one and the same; an unknown unit agrees with all."""
    return not left or not right or bool(left & right)


def is_unit(word: str) -> bool:
    """Return True if a folded word is a unit that is listed here."""
    return word in _table()
