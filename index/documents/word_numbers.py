"""Write the number of a list item as Word shows it: 3, c, III, 三, ③."""

from __future__ import annotations

_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_HAN = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
_LARGEST_ROMAN = 3999
_HAN_FORMS = frozenset((
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand", "ideographDigital",
    "japaneseDigitalTenThousand",
))  # fmt: skip


def numeral(number: int, form: str) -> str:
    """Return a number in one of Word's forms; one that is unknown is written in digits."""
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 30)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and 0 < number <= _LARGEST_ROMAN:
        roman = _roman(number)
        return roman.lower() if form == "lowerRoman" else roman
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "ordinal":
        return f"{number}{_ending(number)}"
    if form in _HAN_FORMS and 0 < number < 100:
        return _han(number)
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(number))
    if form in {"russianLower", "russianUpper"} and 0 < number <= len(_CYRILLIC):
        letter = _CYRILLIC[number - 1]
        return letter.upper() if form == "russianUpper" else letter
    rows = {"ideographTraditional": _STEMS, "ideographZodiac": _BRANCHES}
    if form in rows and 0 < number <= len(rows[form]):
        return rows[form][number - 1]
    return str(number)


def _roman(number: int) -> str:
    parts: list[str] = []
    for size, letters in _ROMAN:
        parts.append(letters * (number // size))
        number %= size
    return "".join(parts)


def _ending(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")
