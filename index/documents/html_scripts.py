"""Show what HTML raises or lowers in Unicode, letters too: x², mᵃˣ, H₂O, 5th."""

from __future__ import annotations

from index.documents.newspaper.wordlists import words

_RAISED = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz*",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ*",
)
_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_ORDINAL = words("st nd rd th er re ère e ème º ª")


def raised(text: str, before: str = "") -> str:
    """Return text that stands raised, after the character `before`, in Unicode or apart."""
    if text.lower() in _ORDINAL and (before.isdigit() or before in set("MNXVIml")):
        return text
    if text.upper() in {"TM", "SM"}:
        return {"TM": "™", "SM": "℠"}[text.upper()]
    if text in {"®", "©", "™"}:
        return text
    shown = text.translate(_RAISED)
    if len(text) <= 12 and all(c != d or c == "*" for c, d in zip(text, shown, strict=True)):
        return shown
    return f" {text} " if before and not before.isspace() else text


def lowered(text: str) -> str:
    """Return text that stands lowered in Unicode where all of it exists there, else as it is."""
    shown = text.translate(_LOWERED)
    return shown if all(c != d for c, d in zip(text, shown, strict=True)) else text
