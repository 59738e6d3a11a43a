"""The words that ask, in each language: the first pattern that matches names what is asked for."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "number", "person", "time", "place", "reason", "manner", "definition", "which", "what", "polar"
]
KINDS: tuple[Kind, ...] = (
    "number",
    "person",
    "time",
    "place",
    "reason",
    "manner",
    "definition",
    "which",
    "what",
    "polar",
)
Patterns = tuple[tuple[Kind, str], ...]

_NOT_CALLED = "(?<![称作成认名改译分变视化叫当选列誉评封任升定晋])"
_WORD = r"[^\W\d_]"
# `unit` is the thing that is counted or chosen. Patterns read folded text: simplified, small.
HAN_PATTERNS: Patterns = (
    ("reason", f"{_NOT_CALLED}为(?:什么|甚么|何|啥)|何以|因何|(?:什么|何种)原因|何故|怎么会"),
    ("reason", "(?:原因|缘故|理由|目的)(?:是|为|在于)?(?:什么|何)"),
    ("time", "(?:什么|甚么)时候|什么时间点?|何时|几时|何年何?月?|何月|何日"),
    (
        "time",
        "(?:哪|什么|几|哪几)一?个?(?:年代|时期|世纪|朝代|年份|年|月份|月|日期|日|天|时间|星期|季节|季"
        "|时段|阶段)(?!级)",
    ),
    ("number", "多久|多(?P<degree>长)时间|多(?P<degree2>[大高长远重深宽快厚])"),
    ("number", "百分之几|百分之多少|第几"),
    ("number", f"(?:多少|若干|几)(?:个|余)?(?P<unit>{_WORD}{{0,2}})"),
    ("person", "谁|何人|哪一?位|哪几位|哪一?个人|哪些人|什么人|哪一?名|何许人"),
    ("place", "哪里|哪儿|何处|何地|什么地方|什么位置|位于哪|在哪(?!一?[个些种位])"),
    (
        "place",
        "(?:哪|什么|何)一?[个座条些片所处]?(?P<unit>国家|国|省份|省|城市|城|州|县|市|地区|地方|区域|区|村|镇"
        "|乡|岛屿|岛|洲|海域|地点|地)(?![王会际籍军学主带])",
    ),
    ("definition", "什么是|何谓|何为|什么叫(?!做)|什么意思"),
    ("definition", r"(?:是|指的是|是指|指|意思是)(?:什么|啥|甚么)(?:意思)?(?=[?？。!！\s]*$)"),
    ("manner", "怎么样?|怎样|如何|(?:什么|何种|哪种)(?:方式|方法|手段|途径|办法|样)"),
    (
        "which",
        "哪(?:一|几)?[个些种类所家座条款件项部本支届场次样只辆间首份]?"
        f"(?P<unit>{_WORD}{{0,2}})|何种",
    ),
    ("what", f"(?:什么|甚么|何|啥)(?P<unit>{_WORD}{{0,2}})"),
    ("polar", "吗|是否|是不是|有没有|能不能|会不会|可否|能否|对不对"),
)
_BE = "(?:was |is |were |are )?(?:the |a )?"
_TIMES = "years?|dates?|days?|months?|times?|century|centuries|decades?|eras?|season|period"
_SHARES = "number|percent|percentage|proportion|amount|share|fraction|ratio"
_COUNTS = (
    "score|population|price|cost|age|distance|length|height|size|rate|total|temperature|speed"
    "|weight"
)
_FIGURES = "average|mean|median|total|maximum|minimum|annual|yearly|monthly|daily"
_PEOPLE = (
    "person|people|man|woman|king|queen|president|author|leader|artist|writer|scientist|player"
    "|actor|singer"
)
_PLACES = (
    "city|country|state|region|place|town|province|continent|location|village|area|county|nation"
    "|island|district|street"
)
_VERBS = (
    "is|are|was|were|do|does|did|can|could|will|would|has|have|had|else|happen|happens|happened"
    "|should|may|might|must"
)
ENGLISH_PATTERNS: Patterns = (
    ("reason", r"\bwhy\b|\bwhat caused\b|\bhow come\b"),
    ("reason", rf"\b(?:what|which) {_BE}(?:main |primary )?(?:reasons?|causes?|purpose)\b"),
    ("time", rf"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:{_TIMES})\b"),
    ("time", r"\bhow long ago\b|\bsince when\b|\bhow soon\b"),
    ("number", r"\bhow (?:many|much)(?: more| other)? (?P<unit>\w+)"),
    (
        "number",
        r"\bhow (?P<degree>long|far|old|big|large|tall|high|deep|fast|wide|heavy|small|close)\b",
    ),
    ("number", r"\bhow (?:many|much|often)\b"),
    ("number", rf"\b(?:what|which) {_BE}(?:total |approximate |estimated )*(?:{_SHARES})\b"),
    (
        "number",
        rf"\b(?:what|which) {_BE}(?P<unit>(?:\w+ )?(?:{_COUNTS})|(?:{_FIGURES}) \w+)\b",
    ),
    ("person", rf"\bwho(?:m|se)?\b|\b(?:what|which) (?P<unit>{_PEOPLE})\b"),
    ("place", rf"\bwhere\b|\b(?:what|which) (?P<unit>{_PLACES})\b"),
    (
        "definition",
        r"^\W*(?:what|define)(?:'s| is| are)? (?:a |an |the )?[\w\s-]{1,40}\?*$(?<!\bof)"
        r"|\bwhat (?:does|do) .{1,60} (?:mean|stand for)|\bmeaning of\b",
    ),
    ("which", r"\bwhich (?P<unit>\w+)"),
    ("which", rf"\bwhat (?P<unit>(?!(?:{_VERBS})\b)\w+)"),
    ("what", r"\bwhat\b"),
    ("manner", r"\bhow\b"),
    ("polar", rf"^\W*(?:{_VERBS}|am)\b"),
)
KANA_HANGUL_PATTERNS: Patterns = (
    ("reason", "なぜ|どうして|왜"),
    ("time", "いつ|何年|何月|何日|何時|언제|몇 ?[년월일시]"),
    ("number", "いくつ|いくら|何[人台個本枚件回歳円校]|どのくらい|どれくらい|몇|얼마"),
    ("person", "誰|だれ|누구|누가"),
    ("place", "どこ|어디"),
    ("manner", "どう|어떻게"),
    ("which", "どの|どれ|どちら|어느|어떤"),
    ("what", "何|なに|なん|무엇|뭐|무슨"),
)
# Whole words, most telling first, by the Snowball name of the language.
OTHER_WORDS: dict[str, Patterns] = {
    "german": (
        ("number", r"wie viel\w*|wieviel\w*|wie (?:lange?|hoch|groß|alt|weit|oft|schwer|tief)"),
        ("time", "wann|(?:welche[mnrs]?|welches) (?:jahr(?:hundert|zehnt)?|tag|monat|zeit|datum)"),
        ("person", "wer|wem|wen|wessen"),
        ("place", "wo|wohin|woher|welche[mnrs]? (?:stadt|land|ort|region|staat)"),
        ("reason", "warum|weshalb|wieso|wozu"),
        ("which", "welche[mnrs]?|was für"),
        ("what", r"wie (?:heiß\w*|lautet\w*|nennt)|was|woraus|womit|wovon|wodurch|worin|wofür"),
        ("manner", "wie"),
    ),
    "spanish": (
        ("number", "cu[aá]nt[oa]s?|qu[eé] (?:porcentaje|cantidad|n[uú]mero)"),
        ("time", "cu[aá]ndo|qu[eé] (?:año|fecha|d[ií]a|mes|siglo|d[eé]cada|[eé]poca)"),
        ("person", "qui[eé]n(?:es)?"),
        ("place", "d[oó]nde|ad[oó]nde|qu[eé] (?:ciudad|pa[ií]s|lugar|regi[oó]n|estado)"),
        ("reason", "por qu[eé]"),
        ("which", r"cu[aá]l(?:es)?|qu[eé] \w+"),
        ("what", "qu[eé]"),
        ("manner", "c[oó]mo"),
    ),
    "french": (
        ("number", "combien"),
        ("time", "quand|quelle (?:année|date|époque)|quel (?:jour|mois|siècle)"),
        ("person", "qui"),
        ("place", "où|quelle (?:ville|région)|quel (?:pays|lieu)"),
        ("reason", "pourquoi"),
        ("which", "quel(?:le)?s?|lequel|laquelle"),
        ("what", "que|quoi|qu"),
        ("manner", "comment"),
    ),
    "italian": (
        ("number", "quant[oaie]"),
        ("time", "quando|che anno"),
        ("person", "chi"),
        ("place", "dove"),
        ("reason", "perché"),
        ("which", "quale|quali"),
        ("what", "che|cosa"),
        ("manner", "come"),
    ),
    "portuguese": (
        ("number", "quant[oa]s?"),
        ("time", "quando|que ano"),
        ("person", "quem"),
        ("place", "onde"),
        ("reason", "por ?que"),
        ("which", "qual|quais"),
        ("what", "que"),
        ("manner", "como"),
    ),
    "russian": (
        ("number", "сколько|скольких|какой процент|как (?:долго|часто|далеко)"),
        ("time", r"когда|в како[мй] (?:году|веке|месяце|десятилетии|период\w*)"),
        ("person", "кто|кого|кому|кем|ком|чь[ея]|чей"),
        ("place", "где|куда|откуда|в како[мй] (?:городе|стране|регионе|штате|месте)"),
        ("reason", "почему|зачем"),
        ("which", r"как(?:ой|ая|ое|ие|ого|их|ую|ом|им|ими|ому)|котор\w+"),
        ("what", "что|чего|чем|чему|чём"),
        ("manner", "как"),
    ),
    "vietnamese": (
        ("number", "bao nhiêu|mấy|bao lâu|bao xa"),
        ("time", "khi nào|lúc nào|bao giờ|năm nào|ngày nào|thời gian nào|thế kỷ nào"),
        ("person", "ai"),
        ("place", "ở đâu|nơi nào|đâu|thành phố nào|quốc gia nào|nước nào"),
        ("reason", "tại sao|vì sao|lý do"),
        ("manner", "như thế nào|thế nào|cách nào|làm sao"),
        ("which", "nào"),
        ("what", "gì"),
    ),
    "arabic": (
        ("number", "كم"),
        ("time", "متى|(?:أي|اي) (?:عام|سنة|يوم|قرن)"),
        ("person", "من هو|من هي|من الذي|لمن|بمن|من"),
        ("place", "أين|اين"),
        ("reason", "لماذا|لم"),
        ("manner", "كيف"),
        ("which", "أي|اي|أية"),
        ("what", "ما|ماذا|بماذا|مما"),
    ),
}
# How a text tells the degree that is asked for: how old, 多长.
_AGE = ("岁", "年龄", "年纪", " age ", " old ", " year ")
_AREA = ("面积", "平方", "公顷", "亩", " area ", " squar ", " acr ", " hectar ", " size ")
_HEIGHT = ("高", "高度", " height ", " tall ", " high ")
_LENGTH = ("长", "长度", "公里", " length ", " long ", " mile ", " metr ", " kilometr ")
_LASTING = ("年", "月", "天", "小时", "分钟", " year ", " month ", " week ", " day ", " hour ")
_WEIGHT = ("重", "重量", "吨", "公斤", " weigh ", " weight ", " ton ", " heavi ")
_DISTANCE = ("距离", "公里", " distanc ", " mile ", " kilometr ", " far ")
_DEPTH = ("深", "深度", " depth ", " deep ")
_WIDTH = ("宽", "宽度", " width ", " wide ")
_SPEED = ("速度", "时速", "每秒", "每小时", "秒", " speed ", " second ", " fast ")
DEGREES: dict[str, tuple[str, ...]] = {
    "old": _AGE,
    "big": _AREA,
    "larg": _AREA,
    "大": (*_AREA, *_AGE),
    "tall": _HEIGHT,
    "high": _HEIGHT,
    "高": _HEIGHT,
    "long": (*_LENGTH, *_LASTING),
    "长": (*_LENGTH, *_LASTING),
    "far": _DISTANCE,
    "远": _DISTANCE,
    "heavi": _WEIGHT,
    "重": _WEIGHT,
    "deep": _DEPTH,
    "深": _DEPTH,
    "wide": _WIDTH,
    "宽": _WIDTH,
    "fast": _SPEED,
    "快": _SPEED,
    "钱": ("元", "价格", "费用", "投资", " cost ", " price ", " pay "),
}
# What may follow a degree without saying more.
DEGREE_TAILS = ("时间", "年纪", "岁数")
