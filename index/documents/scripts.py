"""Show raised and lowered characters as such: 10⁶, m², H₂O, and never as digits of a number."""

from __future__ import annotations

_PLAIN = "0123456789+-−=()"
_RAISED = dict(zip(_PLAIN + "ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))


def raised(text: str, before: str = "") -> str:
    """Return a superscript for the end of `before`: in Unicode where it can be, else apart.

    Letters stay as they are ("5th"). After a number of several digits it is no exponent but the
    mark of a note, and stands apart: a search for 1911 must not meet 19117.
    """
    shown = _shifted(text, before, _RAISED)
    return f" {shown}" if before[-3:].isdecimal() and len(before) > 2 else shown


def lowered(text: str, before: str = "") -> str:
    """Return a subscript for the end of `before`: in Unicode where it can be, else apart."""
    return _shifted(text, before, _LOWERED)


def _shifted(text: str, before: str, table: dict[str, str]) -> str:
    body = text.strip()
    if not any(character.isdigit() for character in body):
        return text
    if all(character in table or character.isspace() for character in body):
        return "".join(table.get(character, character) for character in text)
    glued = before[-1:].isalnum() and text[:1].isalnum()
    return f" {text}" if glued else text
