"""Show raised and lowered characters as such: 10⁶, mᵃˣ, H₂O, and never as digits of a number."""

from __future__ import annotations

_RAISED = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_ORDINAL = frozenset(("st", "nd", "rd", "th", "er", "re", "ère", "e", "ème", "º", "ª"))
_SIGNS = {"tm": "™", "sm": "℠", "®": "®", "©": "©", "™": "™"}
_LONGEST = 12


def raised(text: str, before: str = "") -> str:
    """Return a superscript for the end of `before`: in Unicode where it can be, else apart.

    The letters of an ordinal stay as they are (5th). After a number of several digits a figure is
    no exponent but the mark of a note, and stands apart: a search for 1911 must not meet 19117.
    """
    bare, last = text.strip().lower(), before[-1:]
    if bare in _SIGNS or (bare in _ORDINAL and (last.isdigit() or last in set("MNXVIml"))):
        return _SIGNS.get(bare, text)
    shown = text.translate(_RAISED)
    if not _is_shifted(text, shown):
        return f" {text} " if last.isalnum() and text[:1].isalnum() else text
    return f" {shown}" if len(before) > 2 and before[-3:].isdecimal() else shown


def lowered(text: str) -> str:
    """Return a subscript in Unicode where all of it exists there, else as it is."""
    shown = text.translate(_LOWERED)
    return shown if _is_shifted(text, shown) else text


def _is_shifted(text: str, shown: str) -> bool:
    pairs = zip(text, shown, strict=True)
    return len(text) <= _LONGEST and all(c != d or c == "*" or c.isspace() for c, d in pairs)
