"""The value of numerals: 1,531 and 1.2万, 一千五百三十一, one thousand five hundred."""

from __future__ import annotations

import re
from fractions import Fraction

from language.text import fold

_DIGITS = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "幺": 1,
}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_TWENTIES = {"廿": "二十", "卅": "三十"}
HAN_DIGIT = "零〇一二三四五六七八九两幺"
HAN = f"{HAN_DIGIT}十百千廿卅万亿"
# The forms of cheques, which by themselves are syllables of other words (队伍, 大陆, 收拾).
HAN_FORMAL = "[壹贰叁肆伍陆柒捌玖]{1,40}[拾佰仟][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{0,80}"
_LONGEST = 40
ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,12}(?![,\d])|\d{1,40})(?:\.\d{1,40})?"

_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS, _TENS = _UNIT_WORDS.split(), _TEN_WORDS.split()
_SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_WORDS = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
SCALES = {**_SCALES, "dozen": 12, "k": 10**3, "bn": 10**9, "mn": 10**6, "tn": 10**12}
_ORDINALS = {
    **{"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12},
    **{f"{word}th": value for word, value in _WORDS.items() if value not in (1, 2, 3, 5, 8, 9, 12)},
    **{f"{word[:-1]}ieth": 10 * value for value, word in enumerate(_TENS, start=2)},
    "hundredth": 100,
    "thousandth": 1000,
}
_CARDINAL = "|".join(sorted((*_WORDS, *_SCALES, "dozen"), key=len, reverse=True))
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_HALF = f"(?:(?:an?|half an?) (?={'|'.join(SCALES)}))?"
ENGLISH = f"(?<![a-z]){_HALF}(?:{_CARDINAL})(?:(?:[ -]|,? and |, )(?:{_CARDINAL}))*(?![a-z])"
# Up to 999 in words: what people count days in.
SHORT_ENGLISH = f"(?<![a-z])(?:{_CARDINAL})(?:[ -](?:{_CARDINAL})){{0,2}}(?![a-z])"
ENGLISH_ORDINAL = f"(?<![a-z])(?:(?:{_CARDINAL})(?:[ -]| and ))*(?:{_ORDINAL})(?![a-z])"


_DIGIT_WORDS = {word: str(value) for value, word in enumerate(_UNITS[:10])} | {"oh": "0"}
_ONE_DIGIT = "|".join(_DIGIT_WORDS)
_SPELLED = re.compile(
    rf"(?<![a-z])(?:{_ONE_DIGIT})(?:[ ,.-]{{1,2}}(?:{_ONE_DIGIT})){{3,}}(?![a-z])"
)


def spelled_digits(text: str) -> list[str]:
    """Return what is spelled digit by digit, as figures: five five five one two is 55512."""
    return [
        "".join(_DIGIT_WORDS[word] for word in re.findall("[a-z]+", found.group()))
        for found in _SPELLED.finditer(fold(text))
    ]


def arabic_value(text: str) -> Fraction:
    """Return the value of `1,531` or `3.5`."""
    return Fraction(text.replace(",", ""))


def han_value(text: str) -> Fraction | None:
    """Return the value of a Chinese numeral in simplified characters, or None if it is none.

    Digits may be Arabic before 万 and 亿 (1亿2000万); digits without any unit are read by
    position (二〇二二). 一万二 is 12,000: a last digit counts in the next lower unit.
    """
    if len(text) > _LONGEST:
        return None
    for short, long in _TWENTIES.items():
        text = text.replace(short, long)
    whole, point, decimals = text.partition("点")
    if point:
        return _with_decimals(whole, decimals)
    if text and all(character in _DIGITS for character in text):
        return Fraction(int("".join(str(_DIGITS[c]) for c in text)))
    return _grouped(text)


def _with_decimals(whole: str, decimals: str) -> Fraction | None:
    """Return the value of 三点五 or 三点五亿."""
    digits = re.match(f"[{HAN_DIGIT}]+", decimals)
    left = han_value(whole)
    if digits is None or left is None:
        return None
    fraction = "".join(str(_DIGITS[c]) for c in digits.group())
    scale = Fraction(1)
    for unit in decimals[digits.end() :]:
        scale *= _LARGE.get(unit) or _SMALL.get(unit) or 0
    return (left + Fraction(int(fraction), 10 ** len(fraction))) * scale or None


def _grouped(text: str) -> Fraction | None:
    """Return the value of a numeral with units, such as 三亿两千万零五 or 1.2万."""
    total = section = Fraction(0)
    digit: Fraction | None = None
    last_unit, after_zero = 1, False
    for part in re.findall(rf"{ARABIC}|.", text):
        if part in _DIGITS or part[0].isdigit():
            if digit is not None and part not in "零〇":
                return None
            if part in "零〇":
                after_zero, digit = True, None
            else:
                digit = Fraction(_DIGITS[part]) if part in _DIGITS else arabic_value(part)
        elif part in _SMALL:
            if digit is None and not (part in "十拾" and (last_unit > 10 or last_unit == 1)):
                return None
            section += (digit if digit is not None else 1) * _SMALL[part]
            digit, last_unit, after_zero = None, _SMALL[part], False
        elif part in _LARGE:
            section += digit or 0
            if not section and not total:
                return None
            # 万亿: the larger unit multiplies all that stands before it.
            if _LARGE[part] > last_unit and total and not section:
                total *= _LARGE[part]
            elif _LARGE[part] == 10**8 and total:
                total = (total + section) * _LARGE[part]
            else:
                total += section * _LARGE[part]
            section, digit, last_unit, after_zero = Fraction(0), None, _LARGE[part], False
        else:
            return None
    if digit is not None:
        implied = last_unit // 10 if last_unit >= 100 and not after_zero and digit < 10 else 1
        section += digit * implied
    return total + section


def english_value(text: str) -> Fraction | None:
    """Return the value of lower-case number words, or None if they are no one number."""
    total, section, last = Fraction(0), Fraction(0), 0
    words = [word for word in re.split(r"[ ,-]+", text) if word not in ("and", "a", "an", "")]
    if "half" in words:
        words.remove("half")
        section = Fraction(1, 2)
    for word in words:
        if word in _WORDS:
            value = _WORDS[word]
            # 'twenty five' is one number, 'five six' two.
            if last and not (last >= 100 or (last >= 20 and value < 10)):
                return None
            section += value
            last = value or 1
        elif word == "hundred":
            section = (section or Fraction(1)) * 100
            last = 100
        elif word == "dozen":
            section = (section or Fraction(1)) * 12
            last = 12
        else:
            scale = _SCALES[word]
            total += (section or 1) * scale
            section, last = Fraction(0), scale
    return total + section


def english_ordinal(text: str) -> Fraction | None:
    """Return the value of `twenty-first` or `third`, or None."""
    words = re.split(r"[ -]+", text)
    last = _ORDINALS[words[-1]]
    if len(words) == 1:
        return Fraction(last)
    before = english_value(" ".join(words[:-1]))
    if before is None:
        return None
    return before * last if last >= 100 else before + last
