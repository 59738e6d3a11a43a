"""How likely a text is that a file of one byte a character decodes to, by its letters.

A wrong decoding gives letters too, but not those that a language uses most, and capitals inside
words. Each language has its letters beyond ASCII, the commonest first.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

_MARKS = (
    "\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u20ac\u00a0\u00ab\u00bb\u00a7\u00b0\u2116"
)
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_UKRAINIAN = "оаинівертслкмдпузьябгчйхцжїюшєщфґ"
_GREEK = "αοιετσνηυρπκμλςίόάέήδγωχθύφβώξζψϊϋΐΰ"
_ARABIC = "اليمونرتبعدسفهقحكجةأشصخىطضزذءثئإغظآؤ،؟"
_PERSIAN = "ایرندمتهوسبکشلزفعگخحقجپچطصضآذغثظژ،؟"
_HEBREW = "יוהלארתבשמנדחפקעגטסכזצםןךףץ"
_THAI = "านรกอเงมยลวดทสต่้ัีิะำปบหคจพแขไใชุโถผซูื์ธฟณศญ็ึฉภฏฎฐฑฒฬฮฝฆษ๊๋ๆ"
_POLISH = "łąęóżśćńź"
_CZECH = "íáéěýčšžřůúňťďó"
_SLOVAK = "áíéýúčšžťľôňďäóĺŕ"
_HUNGARIAN = "éáöőóíüúű"
_ROMANIAN = "ăîâşţșț"
_CROATIAN = "čšžćđ"
_FRENCH = "éàèêçùâîôûëïœæ"
_SPANISH = "óíáéñúü¿¡"
_PORTUGUESE = "ãçáéíóâêõúàôü"
_GERMAN = "üäößéàè"
_SWEDISH = "äöåéü"
_DANISH = "øåæéöäü"
_ICELANDIC = "áðíóéúþýöæ"
_ITALIAN = "àèéìòùî"
_DUTCH = "ëéïöüèê"
_CATALAN = "àéèíóòúçïü·"
_TURKISH = "ıüşğçöâî"
_LITHUANIAN = "ėšžįųąčūę"
_LATVIAN = "āīēšņļžūčķģ"
_VIETNAMESE = "đươâêôăáàóòíìúùéè\u0301\u0300\u0323\u0309\u0303"

# The encodings of one byte a character, with the languages that are written in them; of equally
# likely ones the first wins.
SINGLE_BYTE: dict[str, tuple[str, ...]] = {
    "cp1252": (
        _FRENCH,
        _SPANISH,
        _PORTUGUESE,
        _GERMAN,
        _SWEDISH,
        _DANISH,
        _ICELANDIC,
        _ITALIAN,
        _DUTCH,
        _CATALAN,
    ),
    "cp1250": (_POLISH, _CZECH, _SLOVAK, _HUNGARIAN, _ROMANIAN, _CROATIAN),
    "iso8859_2": (_POLISH, _CZECH, _SLOVAK, _HUNGARIAN, _ROMANIAN, _CROATIAN),
    "cp1251": (_RUSSIAN, _UKRAINIAN),
    "koi8_r": (_RUSSIAN,),
    "koi8_u": (_UKRAINIAN,),
    "iso8859_5": (_RUSSIAN,),
    "cp866": (_RUSSIAN,),
    "cp1253": (_GREEK,),
    "iso8859_7": (_GREEK,),
    "cp1254": (_TURKISH,),
    "cp1255": (_HEBREW,),
    "cp1256": (_ARABIC, _PERSIAN),
    "iso8859_6": (_ARABIC,),
    "cp1257": (_LITHUANIAN, _LATVIAN),
    "cp1258": (_VIETNAMESE,),
    "cp874": (_THAI,),
}
# Marks that stand for letters of another encoding, inside words.
_TORN = re.compile(
    r"[^\W\d_](?=[\xa1-\xbf\u02c7\u02d8-\u02dd])|[\xa1-\xbf](?=[^\W\d_])"
    "|(?<=[^\\W\\d_])[\x80-\x9f\u201a-\u2026\u20ac\u2500-\u259f](?=[^\\W\\d_])"
)
_MIXED = re.compile(r"[A-Za-z](?=[^\W\d_\x00-\x7f])|[^\W\d_\x00-\x7f](?=[A-Za-z])")
_LATIN = frozenset(("cp1250", "iso8859_2", "cp1252", "cp1254", "cp1257", "cp1258"))
_FEW_LETTERS = 24


@cache
def _weights(letters: str) -> tuple[dict[str, float], float]:
    """Return the weight of each letter, and what the letters of a true text weigh on average."""
    raw = {letter: (len(letters) - at) ** 3 for at, letter in enumerate(letters)}
    total = sum(raw.values())
    weights = {letter: weight / total for letter, weight in raw.items()}
    return weights, sum(weight * weight for weight in weights.values())


def likelihood(text: str, name: str) -> float:
    """Return how much a text looks like one in a language of an encoding, 0 to 1."""
    beyond = Counter(character for character in text if character > "\x7f")
    marks = sum(beyond.pop(mark, 0) for mark in _MARKS)
    total = sum(beyond.values())
    if not total:
        return 0.0
    wrong = _wrong_capitals(text) + len(_TORN.findall(text))
    if name not in _LATIN:
        wrong += 3 * len(_MIXED.findall(text))
    best = max(_fit(beyond, letters) for letters in SINGLE_BYTE[name])
    return max(0.0, best - wrong / total - 0.3 * (marks > total))


def _fit(beyond: Counter[str], letters: str) -> float:
    """Return how well the characters fit the letters of a language."""
    weights, usual = _weights(letters)
    total = sum(beyond.values())
    known = weight = 0.0
    for character, count in beyond.items():
        for letter in _lower(character, weights):
            if letter in weights:
                known += count
                weight += count * weights[letter]
    usage = min(1.0, weight / total / usual)
    # A few letters beside those of ASCII show little of a language's habits.
    share = 0.3 if len(letters) < _FEW_LETTERS else 0.9
    return (known / total) ** 2 * (1 - share + share * usage)


def _lower(character: str, known: dict[str, float]) -> str:
    return character if character in known else character.lower()[:1]


def _wrong_capitals(text: str) -> int:
    """Return how many capitals beyond ASCII stand after a small letter of the same word."""
    return sum(
        second.isupper() and second > "\x7f" and first.islower()
        for first, second in zip(text, text[1:], strict=False)
    )
