"""Spans of a sentence that could answer: numbers with units, times, names, places, quoted words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.text import simplify

SpanKind = Literal["number", "time", "person", "place", "quoted", "name"]

SPAN_KINDS: tuple[SpanKind, ...] = ("number", "time", "person", "place", "quoted", "name")

_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_DIGITS = r"\d+(?:[.,]\d+)*"
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿廿]"
_MONTHS = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_ENGLISH_NUMERAL = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundreds?|thousands?|millions?|billions?|dozens?|half|twice|once|third|quarter)"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗"
    "凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛"
    "狄米贝明臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫"
    "房干缪解应宗丁宣邓杭洪包左石崔吉龚程嵇邢裴陆荣翁荀甄家封储靳段焦巴侯班仰伊宫宁仇栾甘武符刘景詹龙"
    "叶司黎薄印白怀蒲从索赖卓蔺屠蒙池乔闻党翟谭劳姬申冉桑桂牛寿通边燕浦尚农温庄晏柴瞿阎习艾鱼容向古易"
    "戈廖衡步都耿满弘匡国文寇广东欧沃利越师巩聂关荆肖闫游竺权盖益公"
)
_TITLES = (
    "市长|书记|主任|局长|部长|校长|院长|总统|总理|主席|记者|通讯员|教授|博士|先生|女士|导演|作者|作家|皇帝"
    "|将军|经理|董事长|省长|县长|区长|镇长|秘书长|站长|馆长|会长|队长|教练|医生|老师|工程师|负责人|演员|歌手"
)
_PATTERNS: tuple[tuple[SpanKind, re.Pattern[str]], ...] = (
    (
        "time",
        re.compile(
            "(?:公元前?|西元前?|前)?(?:约|大约)?"
            rf"(?:(?:\d{{1,4}}|{_NUMERAL}{{2,4}}|[{_HAN}]{{2}}(?:元|{_NUMERAL}{{1,3}})|今|去|明|同|前|当|次|翌)年"
            r"(?:代|间|度|初|末|底|前|后)?(?:[（(][^）)]{2,8}[）)])?)?"
            rf"(?:的?(?:\d{{1,2}}|{_NUMERAL}{{1,3}}|本|上|下|次|同)月(?:份|底|初|末|[上中下]旬)?)?"
            rf"(?:(?:\d{{1,2}}|{_NUMERAL}{{1,3}})[日号])?"
            rf"(?:(?:\d{{1,2}}|{_NUMERAL}{{1,3}})?世纪(?:\d0年代|{_NUMERAL}十年代|初|末|中叶)?)?"
            r"(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜间|晚间|晚)?(?:\d{1,2}(?:时|点)半?(?:\d{1,2}分)?|\d{1,2}:\d{2})?"
        ),
    ),
    (
        "time",
        re.compile(
            "昨日|昨天|今天|今日|明天|明日|前天|后天|当天|当日|次日|去年|今年|明年|前年|近日|目前"
            "|春季|夏季|秋季|冬季|春天|夏天|秋天|冬天|周[一二三四五六日]|星期[一二三四五六日天]"
            "|[先秦汉唐宋元明清两西东北南晋隋周商夏]{1,2}(?:朝|代|末|初)"
        ),
    ),
    (
        "time",
        re.compile(
            rf"(?i)\b(?:(?:early|mid|late)[ -]*)?(?:{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
            rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTHS}(?:,? \d{{4}})?|{_MONTHS}(?:,? \d{{4}})?"
            r"|(?:\d{1,2}(?:st|nd|rd|th)|\w+th) century|\d{3,4}s?\b(?:[–-]\d{2,4})?(?: ?(?:bc|ad|ce|bce)\b)?"
            r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}(?::\d{2})? ?[ap]\.?m\b\.?|\d{1,2}:\d{2}"
            r"|yesterday|today|tomorrow|tonight|noon|midnight|spring|summer|autumn|winter"
            r"|(?:last|next|this) (?:year|month|week|night))\b"
        ),
    ),
    (
        "number",
        re.compile(
            rf"(?:第)?(?:{_DIGITS}|{_NUMERAL}+(?:点{_NUMERAL}+)?)(?:[~～\-–至到]{_DIGITS})?"
            rf"(?:多|余|来)?(?:百|千|万|亿|兆)*(?:多|余)?(?:%|‰|％|℃|°C?)?(?P<unit>[{_HAN}]{{0,3}})"
        ),
    ),
    (
        "number",
        re.compile(
            rf"(?i)(?:[$€£¥]\s?)?\b(?:{_DIGITS}|{_ENGLISH_NUMERAL})"
            rf"(?:[ -](?:{_DIGITS}|{_ENGLISH_NUMERAL}|and(?= {_ENGLISH_NUMERAL})))*(?:st|nd|rd|th)?"
            r"(?:\s?%|\s?°[CF]?)?(?:[ -](?P<unit>[^\W\d_]+(?: [^\W\d_]+)?))?"
        ),
    ),
    ("quoted", re.compile("《[^《》]{1,40}》|「[^「」]{1,40}」|『[^『』]{1,40}』|“[^“”]{1,60}”|\"[^\"]{1,60}\"")),
    ("person", re.compile(rf"[{_HAN}A-Z]{{1,8}}(?:[·•・‧][{_HAN}A-Z]{{1,8}})+")),
    ("person", re.compile(rf"(?<=(?:{_TITLES}))[{_HAN}]{{2,3}}" if False else rf"(?:{_TITLES})(?P<name>[{_SURNAMES}][{_HAN}]{{1,2}})")),
    ("person", re.compile(rf"(?P<name>(?:欧阳|司马|诸葛|上官|司徒|东方|独孤|南宫|夏侯|慕容|令狐|皇甫|尉迟|公孙|长孙|耶律|完颜|[{_SURNAMES}])[{_HAN}]{{1,2}})")),
    (
        "place",
        re.compile(
            rf"[{_HAN}]{{1,6}}?(?:自治区|地区|省|市|县|区|镇|村|乡|国|州|山|河|江|湖|岛|湾|站|路|街|馆|大学|学院|机场|公园|广场|中心|半岛|盆地|平原|高原|海峡)"
            "|中国|美国|日本|英国|法国|德国|台湾|香港|澳门|北京|上海|欧洲|亚洲|非洲|美洲|东南亚|伦敦|巴黎|纽约|东京"
        ),
    ),
    (
        "name",
        re.compile(
            r"(?:[^\W\d_a-zа-яёß-öø-ÿ\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][\w'’.-]*"
            r"(?:\s+(?:of|the|de|von|van|der|du|la|el|al|and|&|y|des|da|di)\s+)?\s*)+"
        ),
    ),
)  # fmt: skip


_TELLS_TIME = re.compile(
    rf"\d|{_NUMERAL}[年月日号时点世]|[日天年月周季夏春秋冬朝代晚午末初近前]|\w{{3}}"
)


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` could answer; `unit` is what follows a number, simplified."""

    kind: SpanKind
    start: int
    end: int
    unit: str = ""


@lru_cache(maxsize=16384)
def answer_spans(text: str) -> tuple[Span, ...]:
    """Return every span of a sentence that could answer a question, by kind, then by place."""
    even = simplify(text.translate(_WIDTHS))
    found: list[Span] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(even):
            groups = match.groupdict()
            start, end = match.span("name") if groups.get("name") else match.span()
            unit = groups.get("unit") or ""
            if unit:
                end = match.start("unit")
            if kind == "time" and not _TELLS_TIME.search(even[start:end]):
                continue
            while end > start and even[end - 1] in " .,-":
                end -= 1
            if end > start:
                found.append(Span(kind, start, end, unit))
    return tuple(found)
