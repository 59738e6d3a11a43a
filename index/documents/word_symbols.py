"""The characters that Word's symbol fonts show, whose codes say nothing by themselves."""

from __future__ import annotations

_SYMBOL = (
    "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
    " 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
)
_FONTS: dict[str, dict[int, str]] = {
    "symbol": {
        start + at: shown
        for start, row in zip((0x21, 0xA0), _SYMBOL, strict=True)
        for at, shown in enumerate(row)
    },
    "wingdings": {
        0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "☐",
        0x72: "☐", 0x76: "❖", 0x78: "☒", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→",
        0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
}  # fmt: skip
_PRIVATE = range(0xF000, 0xF100)  # where the codes of such fonts stand in a text


def symbol(code: int, font: str) -> str:
    """Return what a font shows for a code; "" if that is not known."""
    table = _FONTS.get(font.lower())
    if table is None:
        return "" if code in _PRIVATE else chr(code)
    return table.get(code - _PRIVATE.start if code in _PRIVATE else code, "")


def shown_text(text: str, font: str) -> str:
    """Return a text with the private codes of symbol fonts as what they show."""
    if not any(ord(character) in _PRIVATE for character in text):
        return text
    return "".join(symbol(ord(c), font) if ord(c) in _PRIVATE else c for c in text)
