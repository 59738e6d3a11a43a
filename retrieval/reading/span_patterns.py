"""How numbers, times, names and places are written, as patterns over simplified text."""

from __future__ import annotations

import re
from typing import Literal

from retrieval.reading.question_words import Kind

SpanKind = Literal["number", "time", "person", "place", "quoted", "name"]
SPAN_KINDS: tuple[SpanKind, ...] = ("number", "time", "person", "place", "quoted", "name")
# The kinds of span that answer each kind of question, the likeliest first.
WANTED: dict[Kind, tuple[SpanKind, ...]] = {
    "number": ("number",),
    "time": ("time",),
    "person": ("person", "name"),
    "place": ("place", "name"),
    "which": ("quoted", "name", "place"),
    "what": ("quoted", "name"),
}

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
NUMERAL = "[零〇一二两三四五六七八九十百千万亿廿]"
_DIGITS = r"\d+(?:[.,]\d+)*"
_UP_TO = rf"(?:\d{{1,2}}|{NUMERAL}{{1,3}})"
_MONTHS = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
# German, Spanish, French: 3. August, 3 de mayo, 1er mai. Alone they are words of other languages.
_OTHER_MONTHS = (
    "(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre)"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_WORD_NUMBER = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundreds?|thousands?|millions?|billions?|dozens?|half|twice|once|third|quarter)"
)
# Written together, the commonest surnames; the two-character ones first.
_SURNAME = (
    "(?:欧阳|司马|诸葛|上官|司徒|东方|独孤|南宫|夏侯|慕容|令狐|皇甫|尉迟|公孙|长孙|耶律|完颜|"
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗凤花"
    "方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛狄米贝明"
    "臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房干缪解应"
    "宗丁宣邓杭洪包左石崔吉龚程嵇邢裴陆荣翁荀甄家封储靳段焦巴侯班仰伊宫宁仇栾甘武符刘景詹龙叶司黎薄印白怀"
    "蒲从索赖卓蔺屠蒙池乔闻党翟谭劳姬申冉桑桂牛寿通边燕浦尚农温庄晏柴瞿阎习艾鱼容向古易戈廖衡步都耿满弘匡"
    "国文寇广东欧沃利越师巩聂关荆肖闫游竺权盖益公])"
)
_TITLES = (
    "(?:市长|书记|主任|局长|部长|校长|院长|总统|总理|主席|记者|通讯员|教授|博士|先生|女士|导演|作者|作家|皇帝"
    "|将军|经理|董事长|省长|县长|区长|镇长|秘书长|站长|馆长|会长|队长|教练|医生|老师|工程师|负责人|演员|歌手)"
)
_PLACE_ENDS = (
    "(?:自治区|地区|省|市|县|区|镇|村|乡|国|州|山|河|江|湖|岛|湾|站|路|街|馆|大学|学院|机场|公园|广场|中心"
    "|半岛|盆地|平原|高原|海峡)"
)
_KNOWN_PLACES = (
    "中国|美国|日本|英国|法国|德国|台湾|香港|澳门|北京|上海|欧洲|亚洲|非洲|美洲|东南亚|伦敦|巴黎|纽约"
    "|东京"
)
_WEEKDAY = "(?:(?:周|星期|礼拜)[一二三四五六日天])"
_PERIOD = "(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜间|晚间|晚)"
_HOUR = (
    rf"(?:(?:\d{{1,2}}|{NUMERAL}{{1,3}})(?:时|点)(?:半|[一三]刻|(?:\d{{1,2}}|{NUMERAL}{{1,3}})分)?(?:钟|整)?"
    r"|\d{1,2}:\d{2})"
)
_HAN_DATE = (
    "(?:公元前?|西元前?|前)?(?:约|大约)?"
    rf"(?:(?:\d{{1,4}}|{NUMERAL}{{2,4}}|[{HAN}]{{2}}(?:元|{NUMERAL}{{1,3}})|今|去|明|同|前|当|次|翌)"
    "年(?:代|间|度|初|末|底|前|后)?(?:[（(][^）)]{2,8}[）)])?)?"
    rf"(?:的?(?:{_UP_TO}|本|上|下|次|同)月(?:份|底|初|末|[上中下]旬)?)?"
    rf"(?:{_UP_TO}[日号])?"
    rf"(?:{_UP_TO}?世纪(?:\d0年代|{NUMERAL}十年代|初|末|中叶)?)?"
    f"(?:每?{_WEEKDAY}(?:[、和至到]{_WEEKDAY})*)?{_PERIOD}?{_HOUR}?(?:[到至~～-]{_PERIOD}?{_HOUR})?"
)
_HAN_DAY = (
    "昨日|昨天|今天|今日|明天|明日|前天|后天|当天|当日|次日|去年|今年|明年|前年|近日"
    "|春季|夏季|秋季|冬季|春天|夏天|秋天|冬天|周[一二三四五六日]|星期[一二三四五六日天]"
    "|[先秦汉唐宋元明清两西东北南晋隋周商夏]{1,2}(?:朝|代|末|初)"
)
_LATIN_DATE = (
    rf"(?i)\b(?:(?:early|mid|late)[ -]*)?(?:{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
    rf"|(?:\d{{1,2}}|{_ORDINAL}) (?:of )?{_MONTHS}(?:,? \d{{4}})?|{_MONTHS}(?:,? \d{{4}})?"
    rf"|(?:{_ORDINAL}|\w+th) century|\d{{3,4}}s?\b(?:[–-]\d{{2,4}})?(?: ?(?:bc|ad|ce|bce)\b)?"
    rf"|\d{{1,2}}(?:\.|er)? (?:de )?{_OTHER_MONTHS}(?:,? (?:de )?\d{{4}})?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}(?:[:.]\d{2})? ?[ap]\.?m\b\.?"
    r"|\d{1,2}:\d{2}|yesterday|today|tomorrow|tonight|noon|midnight|spring|summer|autumn|winter"
    r"|(?:last|next|this) (?:year|month|week|night))\b"
)
_HAN_NUMBER = (
    rf"(?:第)?(?:{_DIGITS}|{NUMERAL}+(?:点{NUMERAL}+)?)(?:[~～\-–至到]{_DIGITS})?"
    rf"(?:多|余|来)?(?:百|千|万|亿|兆)*(?:多|余)?(?:%|‰|％|℃|°C?)?(?P<unit>[{HAN}]{{0,4}})"
)
_LATIN_NUMBER = (
    rf"(?i)(?:[$€£¥]\s?)?\b(?:{_DIGITS}|{_WORD_NUMBER}\b)"
    rf"(?:[ -](?:{_DIGITS}|{_WORD_NUMBER}\b|and(?= {_WORD_NUMBER})))*(?:st|nd|rd|th)?"
    r"(?:\s?%|\s?°[CF]?)?(?:[ -](?P<unit>[^\W\d_]+(?: [^\W\d_]+)?))?"
)
_QUOTED = (
    "《[^《》]{1,40}》|「[^「」]{1,40}」|『[^『』]{1,40}』|“[^“”]{1,60}”|〈[^〈〉]{1,40}〉"
    '|"[^"]{1,60}"'
)
_FOREIGN_PERSON = rf"[{HAN}A-Z]{{1,8}}(?:[·•・‧][{HAN}A-Z]{{1,8}})+"
_SMALL = "a-zа-яёß-öø-ÿ\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_NAME = (
    rf"(?:[^\W\d_{_SMALL}][\w'’.-]*"
    r"(?:\s+(?:of|the|de|von|van|der|du|la|el|al|and|&|y|des|da|di)\s+)?\s*)+"
)

_WRITTEN: tuple[tuple[SpanKind, str], ...] = (
    ("time", _HAN_DATE),
    ("time", _HAN_DAY),
    ("time", _LATIN_DATE),
    ("number", _HAN_NUMBER),
    ("number", _LATIN_NUMBER),
    ("quoted", _QUOTED),
    ("person", _FOREIGN_PERSON),
    ("person", rf"{_TITLES}(?P<name>{_SURNAME}[{HAN}]{{1,2}})"),
    ("person", rf"(?P<name>{_SURNAME}[{HAN}]{{1,2}})"),
    ("place", rf"[{HAN}]{{1,6}}?{_PLACE_ENDS}|{_KNOWN_PLACES}"),
    ("name", _NAME),
)
# A group `name` is the span, if there is one; a group `unit` follows it.
PATTERNS: tuple[tuple[SpanKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern)) for kind, pattern in _WRITTEN
)
# What of a possible date tells a time by itself: `前` alone does not.
TELLS_TIME = re.compile(
    rf"\d|{NUMERAL}[年月日号时点世]|年|世纪|[上本下次同]月|[早晚]上|[上下中]午|凌晨"
)
# The unit that a number is counted in, as far as it belongs to the number.
UNIT = re.compile(
    "平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|英里|英尺|海里|小时|分钟|秒钟|个月|个小时|人次|公斤|千克"
    "|公顷|千瓦时?|千伏|兆瓦|美元|欧元|日元|英镑|港元|港币|人民币|周年|岁|个|辆|座|项|条|人|名|次|年|月|日|天|米"
    "|吨|元|件|家|所|位|种|只|头|台|架|艘|栋|层|间|套|张|份|本|篇|首|部|场|届|度|分|秒|时|点|里|亩|户|倍|成|级"
    "|类|组|批|轮|站|路|号|袋|箱|瓶|杯|盏|棵|株|块|片|根|颗|粒|滴|桶|包|支|枚|幅|门|口|例|期|集|段|步|声|句|字"
)
