"""What a question asks for: a number, a person, a time, a place, a reason, a definition ..."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.stemming import words_language
from index.text import HAN_CHARACTER, language_of
from retrieval.tokens import fold_with_origins

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

# The first pattern that matches names the kind; `unit` is the thing that is counted or chosen.
_HAN_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "reason",
        "(?<![称作成认名改译分变视化叫当])为(?:什么|甚么|何|啥)|何以|因何|什么原因|何种原因|何故|怎么会|(?:原因|缘故|理由|目的)(?:是|为|在于)?(?:什么|何)",
    ),
    (
        "time",
        "什么时候|什么时间点?|甚么时候|何时|几时|何年何?月?|何月|何日|多久|多长时间|多少(?:年|天|个?小时|分钟|个?月|周)",
    ),
    (
        "time",
        "(?:哪|什么|几|哪几)一?个?(?:年代|时期|世纪|朝代|年份|年|月份|月|日期|日|天|时间|星期|季节|季|时段|阶段)",
    ),
    ("number", "多[大高长远重深宽快厚]|百分之几|百分之多少|第几"),
    ("number", "(?:多少|若干|几)(?:个|余)?(?P<unit>[^\\W\\d_]{0,2})"),
    ("person", "谁|何人|哪一?位|哪几位|哪一?个人|哪些人|什么人|哪一?名|何许人"),
    ("place", "哪里|哪儿|何处|何地|什么地方|什么位置|位于哪|在哪(?!一?[个些种位])"),
    (
        "place",
        "(?:哪|什么|何)一?[个座条些片所处]?(?P<unit>国家|国|省份|省|城市|城|州|县|市|地区|地方|区域|区|村|镇|乡|岛屿|岛|洲|海域|地点|地)(?![王会际籍军学主带])",
    ),
    (
        "definition",
        "什么是|何谓|何为|什么叫(?!做)|(?:是|指的是|是指|指|意思是)(?:什么|啥|甚么)(?:意思)?(?=[?？。!！\\s]*$)|什么意思",
    ),
    ("manner", "怎么样?|怎样|如何|(?:什么|何种|哪种)(?:方式|方法|手段|途径|办法|样)"),
    (
        "which",
        "哪(?:一|几)?[个些种类所家座条款件项部本支届场次样只辆间首份]?(?P<unit>[^\\W\\d_]{0,2})|何种",
    ),
    ("what", "(?:什么|甚么|何|啥)(?P<unit>[^\\W\\d_]{0,2})"),
    ("polar", "吗|是否|是不是|有没有|能不能|会不会|可否|能否|对不对"),
)
_ENGLISH_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("reason", r"\bwhy\b|\b(?:what|which) (?:was |is |were |are )?(?:the )?(?:main |primary )?(?:reasons?|causes?|purpose)\b|\bwhat caused\b|\bhow come\b"),
    ("time", r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:years?|dates?|days?|months?|times?|century|centuries|decades?|eras?|season|period)\b|\bhow long ago\b|\bsince when\b|\bhow soon\b"),
    ("number", r"\bhow (?:many|much)(?: more| other)? (?P<unit>\w+)|\bhow (?:many|much|long|far|old|big|large|tall|high|deep|fast|wide|heavy|often|small|close|near)\b"),
    ("number", r"\b(?:what|which) (?:was |is |were |are )?(?:the |a )?(?:total |average |approximate |estimated )*(?:number|percent|percentage|proportion|amount|share|fraction|score|population|price|cost|age|distance|length|height|size|rate|total|ratio|temperature|speed)\b"),
    ("person", r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|people|man|woman|king|queen|president|author|leader|artist|writer|scientist|player|actor|singer)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?P<unit>city|country|state|region|place|town|province|continent|location|village|area|county|nation|island|district|street)\b"),
    ("definition", r"^\W*(?:what|define)(?:'s| is| are)? (?:a |an |the )?[\w\s-]{1,40}\?*$(?<!\bof)|\bwhat (?:does|do) .{1,60} (?:mean|stand for)|\bmeaning of\b"),
    ("which", r"\bwhich (?P<unit>\w+)|\bwhat (?P<unit2>(?!is\b|are\b|was\b|were\b|do\b|does\b|did\b|can\b|could\b|will\b|would\b|has\b|have\b|had\b|else\b|happen)\w+)"),
    ("what", r"\bwhat\b"),
    ("manner", r"\bhow\b"),
    ("polar", r"^\W*(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may)\b"),
)  # fmt: skip
_OTHER_WORDS: dict[str, dict[Kind, str]] = {
    "german": {
        "number": "wie viel\\w*|wieviel\\w*|wie (?:lange?|hoch|groß|gross|alt|weit|oft|schwer|tief)",
        "time": "wann|(?:welche[mnrs]?|welches) (?:jahr(?:hundert|zehnt)?|tag|monat|zeit|datum)",
        "person": "wer|wem|wen|wessen",
        "place": "wo|wohin|woher|welche[mnrs]? (?:stadt|land|ort|region|staat)",
        "reason": "warum|weshalb|wieso|wozu",
        "which": "welche[mnrs]?|was für",
        "what": "wie (?:heiß\\w*|lautet\\w*|nennt)|was|woraus|womit|wovon|wodurch|worin|wofür",
        "manner": "wie",
    },
    "spanish": {
        "number": "cu[aá]nt[oa]s?|qu[eé] (?:porcentaje|cantidad|n[uú]mero)",
        "time": "cu[aá]ndo|qu[eé] (?:año|fecha|d[ií]a|mes|siglo|d[eé]cada|[eé]poca)",
        "person": "qui[eé]n(?:es)?",
        "place": "d[oó]nde|ad[oó]nde|qu[eé] (?:ciudad|pa[ií]s|lugar|regi[oó]n|estado)",
        "reason": "por qu[eé]",
        "which": "cu[aá]l(?:es)?|qu[eé] \\w+",
        "what": "qu[eé]",
        "manner": "c[oó]mo",
    },
    "french": {
        "number": "combien",
        "time": "quand|quelle (?:année|date|époque)|quel (?:jour|mois|siècle)",
        "person": "qui",
        "place": "où|quelle (?:ville|région)|quel (?:pays|lieu)",
        "reason": "pourquoi",
        "which": "quel(?:le)?s?|lequel|laquelle",
        "what": "que|quoi|qu",
        "manner": "comment",
    },
    "italian": {
        "number": "quant[oaie]",
        "time": "quando|che anno",
        "person": "chi",
        "place": "dove",
        "reason": "perché",
        "which": "quale|quali",
        "what": "che|cosa",
        "manner": "come",
    },
    "portuguese": {
        "number": "quant[oa]s?",
        "time": "quando|que ano",
        "person": "quem",
        "place": "onde",
        "reason": "por ?que",
        "which": "qual|quais",
        "what": "que",
        "manner": "como",
    },
    "russian": {
        "number": "сколько|скольких|какой процент|как (?:долго|часто|далеко)",
        "time": "когда|в како[мй] (?:году|веке|месяце|десятилетии|период\\w*)",
        "person": "кто|кого|кому|кем|ком|чь[ея]|чей",
        "place": "где|куда|откуда|в како[мй] (?:городе|стране|регионе|штате|месте)",
        "reason": "почему|зачем",
        "which": "как(?:ой|ая|ое|ие|ого|их|ую|ом|им|ими|ому)|котор\\w+",
        "what": "что|чего|чем|чему|чём",
        "manner": "как",
    },
    "vietnamese": {
        "number": "bao nhiêu|mấy|bao lâu|bao xa",
        "time": "khi nào|lúc nào|bao giờ|năm nào|ngày nào|thời gian nào|thế kỷ nào",
        "person": "ai",
        "place": "ở đâu|nơi nào|đâu|thành phố nào|quốc gia nào|nước nào",
        "reason": "tại sao|vì sao|lý do",
        "manner": "như thế nào|thế nào|cách nào|làm sao",
        "which": "nào",
        "what": "gì",
    },
    "arabic": {
        "number": "كم",
        "time": "متى|(?:أي|اي) (?:عام|سنة|يوم|قرن)",
        "person": "من هو|من هي|من الذي|لمن|بمن|من",
        "place": "أين|اين",
        "reason": "لماذا|لم",
        "manner": "كيف",
        "which": "أي|اي|أية",
        "what": "ما|ماذا|بماذا|مما",
    },
}
_KANA_HANGUL_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("reason", "なぜ|どうして|왜"),
    ("time", "いつ|何年|何月|何日|何時|언제|몇 ?[년월일시]"),
    ("number", "いくつ|いくら|何[人台個本枚件回歳円校]|どのくらい|どれくらい|몇|얼마"),
    ("person", "誰|だれ|누구|누가"),
    ("place", "どこ|어디"),
    ("manner", "どう|어떻게"),
    ("which", "どの|どれ|どちら|어느|어떤"),
    ("what", "何|なに|なん|무엇|뭐|무슨"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `start` and `end` are where the asking words stand in the question;
    both are its length where nothing asks. `unit` is the thing counted or chosen, folded.
    """

    kind: Kind
    start: int
    end: int
    unit: str = ""


def what_is_asked(question: str) -> Asked:
    """Tell what a question asks for; `what` where nothing tells."""
    folded, starts, ends = fold_with_origins(question)
    patterns = _patterns(question, folded)
    matches = [(kind, re.search(pattern, folded)) for kind, pattern in patterns]
    if language_of(question) not in ("zh", "ja", "ko"):
        # The asking word comes first: what follows "when" in "How many ... when" is no question.
        matches.sort(key=lambda match: match[1].start() if match[1] else len(folded))
    for kind, found in matches:
        if found and found.group():
            units = [name for name in ("unit", "unit2") if name in found.groupdict()]
            unit = next((found[name] for name in units if found[name]), "")
            last = found.end() - (len(unit) if found.group().endswith(unit) else 0)
            first = found.start()
            if kind == "definition" and not HAN_CHARACTER.search(found.group()):
                last = first + len(re.match(r"\W*\w+", found.group())[0])  # type: ignore[index]
            return Asked(kind, starts[first], ends[max(first, last - 1)], unit)
    return Asked("what", len(question), len(question))


def _patterns(question: str, folded: str) -> list[tuple[Kind, str]]:
    """Return the patterns of the question's language, most telling first."""
    language = language_of(question)
    if language == "zh":
        return [*_HAN_PATTERNS, *_ENGLISH_PATTERNS]
    if language in ("ja", "ko"):
        return list(_KANA_HANGUL_PATTERNS)
    words = words_language(re.findall(r"[^\W\d_]+", folded))
    if words in _OTHER_WORDS:
        return [(kind, rf"(?<!\w)(?:{form})(?!\w)") for kind, form in _OTHER_WORDS[words].items()]
    return list(_ENGLISH_PATTERNS)
