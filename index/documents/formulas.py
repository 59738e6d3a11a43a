"""Show formulas in LaTeX as a reader of the page sees them: x², a/b, ≤, without markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from index.documents.scripts import lowered, raised

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

_LONGEST = 2000
_DEEPEST = 40
_SHIFTED = re.compile(r"(\\[A-Za-z]{1,20})?([\^_])(?:\{([^{}\\]{1,40})\}|([A-Za-z0-9+*']))")
_HIGH = re.compile(r"\^\{((?:[^{}]|\{[^{}]{0,100}\}){1,100})\}")
# What takes no argument, before a blank that LaTeX would drop.
_SYMBOL = re.compile(
    r"\\(?!(?:[dtc]?frac|sqrt|text|math|oper|over|under|left|right|big|Big|begin|end|hat|bar|vec"
    r"|tilde|dot|label|tag)[A-Za-z]*)[A-Za-z]{1,20}(?=[ ]+[\w\\])"
)
_NAMED = re.compile(
    r"\\b?(log|ln|lg|exp|sin|cos|tan|max|min|sup|inf|lim|gcd|lcm|mod|det|dim|deg)(?![A-Za-z])"
)
_DEGREES = re.compile(r"\^(?:\{\\circ\}|\\circ(?![A-Za-z]))")
_PRIMES = re.compile(r"\^(?:\{\\prime\}|\\prime(?![A-Za-z]))")
_SPACED = re.compile(r"\\[,;:! ]|\\q?quad(?![A-Za-z])|[&~]")
_LOOSE = re.compile(r"(?<!\\)[ ]{0,9}(?<!\\)([\^_])[ ]{0,9}")  # 10 ^ 4 is 10^4
_OPERATOR = re.compile(r"[\s+\-−*/=<>]")
# What no price or name of a variable in a shell has between two dollars.
_MATH = re.compile(r"[\\^_=<>+]|^[A-Za-z0-9.,'()\[\]|*/-]{1,12}$")
_INSIDE = r"(?:[^\\]|\\[^()\[\]])"
_BRACKETED = re.compile(
    rf"\\\(({_INSIDE}{{1,500}}+)\\\)|\\\[({_INSIDE}{{1,1000}}+)\\\]|\$\$([^$]{{1,1000}})\$\$"
)
_DOLLARS = re.compile(r"(?<![\w\\$])\$(?![\s$])([^$`\n]{1,300})(?<![\s\\])\$(?![\d$])")


def is_formula(latex: str) -> bool:
    """Return True if what stands between two dollars looks like a formula."""
    return bool(_MATH.search(latex)) and len(latex) <= _LONGEST


def shown_formula(latex: str) -> str:
    """Return a formula on one line; as it is written where it cannot be read."""
    from pylatexenc.latexwalker import LatexWalkerError

    if len(latex) > _LONGEST or latex.count("{") > _DEEPEST * 4:
        return latex
    plain = _PRIMES.sub("′", _DEGREES.sub("°", latex))
    plain = _LOOSE.sub(r"\1", _SPACED.sub(" ", plain))
    plain = _SYMBOL.sub(r"\g<0>{}", _NAMED.sub(r" \1 ", plain))
    for _ in range(2):
        plain = _SHIFTED.sub(_shift, plain)
    plain = _HIGH.sub(r"^({\1})", plain)
    try:
        shown = _converter().latex_to_text(plain)
    except (LatexWalkerError, RecursionError, ValueError, LookupError, TypeError):
        return latex
    return " ".join(shown.split()) or latex


def with_formulas(text: str, *, dollars: bool = False, shown: Callable[[str], str] = str) -> str:
    r"""Return text in which what stands in `\(…\)`, `\[…\]` or `$$…$$` is as a reader sees it.

    With `dollars` one on each side is enough. `shown` is put around each formula.
    """

    def replace(found: re.Match[str]) -> str:
        latex = next(group for group in found.groups() if group is not None)
        # `$HOME/x_y:$PATH` holds no formula, `$90^\circ$C` does.
        goes_on = found.string[found.end() : found.end() + 1].isalnum()
        if not is_formula(latex) or (goes_on and "\\" not in latex):
            return found.group()
        return shown(shown_formula(latex))

    if "\\(" in text or "\\[" in text or "$$" in text:
        text = _BRACKETED.sub(replace, text)
    return _DOLLARS.sub(replace, text) if dollars and "$" in text else text


def _shift(found: re.Match[str]) -> str:
    macro, mark, braced, single = found.groups()
    text = braced if braced is not None else single
    shown = raised(text) if mark == "^" else lowered(text)
    if shown == text and text.strip():
        shown = f"{mark}({text})" if len(text) > 1 else f"{mark}{text}"
    return f"{macro} {shown}" if macro else shown


@cache
def _converter() -> LatexNodes2Text:
    from pylatexenc.latex2text import (  # 40 ms
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    known = get_default_latex_context_db()
    names = ("frac", "dfrac", "tfrac", "cfrac")
    fractions = [MacroTextSpec(name, simplify_repl=_fraction) for name in names]
    known.add_context_category("fractions", prepend=True, macros=fractions)
    return LatexNodes2Text(latex_context=known, math_mode="text", strict_latex_spaces=False)


def _fraction(node: Any, l2tobj: Any) -> str:
    """Return a fraction on one line, with brackets around what would be torn."""
    if node.nodeargd is None:
        return ""
    told = [l2tobj.nodelist_to_text([part]).strip() for part in node.nodeargd.argnlist]
    return "/".join(f"({part})" if _OPERATOR.search(part) else part for part in told)
