"""Formulas in LaTeX are read as a page shows them; prices and shell variables stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.formulas import shown_formula, with_formulas
from tests.documents import read_article


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        ("x^2 + y_{10}", "x² + y₁₀"),
        (r"5 \times 10 ^ 4 + a _ 1 + b ^ {12}", "5 × 10⁴ + a₁ + b¹²"),
        (r"\frac{n+1}{2}", "(n+1)/2"),
        (r"n \leq 10^{18}", "n ≤ 10¹⁸"),
        (r"\sum_{i=1}^n f(i)", "∑ᵢ₌₁ⁿ f(i)"),
        (r"O(n \log n)", "O(n log n)"),
        (r"90^\circ", "90°"),
        (r"2^{\frac{1}{2}}", "2^(1/2)"),
        (r"\alpha \times 10^{-3}", "α × 10⁻³"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"\frac", r"\frac"),
        ("{" * 300, "{" * 300),
    ],
)
def test_a_formula_is_shown_without_markup(latex: str, shown: str) -> None:
    assert shown_formula(latex) == shown


MARKDOWN = r"""# Tank

The tank holds $2 \times 10^6$ litres at $20^\circ$C; \(h^2\) is its height, `$x^2$` code.

$$
v = \frac{h}{2}
$$

It costs $5, or $6 with a lid, 7$ to 8$ in May; set $HOME/x_y:$PATH.

| Size | Price |
|---|---|
| $n_1$ | $9 |
"""


def test_formulas_of_markdown(tmp_path: Path) -> None:
    assert read_article(tmp_path, "a.md", MARKDOWN).text.split("\n") == [
        "The tank holds 2 × 10⁶ litres at 20°C; h² is its height, $x^2$ code.",
        "v = h/2",
        "It costs $5, or $6 with a lid, 7$ to 8$ in May; set $HOME/x_y:$PATH.",
        "Size | Price",
        "n₁ | $9",
    ]


def test_formulas_of_a_page(tmp_path: Path) -> None:
    note = '<annotation encoding="application/x-tex">x^3</annotation>'
    page = (
        r"<h1>Tank</h1><p>It holds \(10^6\) litres, $$h^2$$ high, at $5, and "
        f"<math><semantics><mi>x</mi>{note}</semantics></math> "
        'or <math alttext="a_1"><mi>a</mi></math>.</p>'
    )
    shown = "It holds 10⁶ litres, h² high, at $5, and x³ or a₁."
    assert read_article(tmp_path, "a.html", page).text == shown


@given(st.text("\\(){}[]$^_ab1 =frac", max_size=80))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(with_formulas(text, dollars=True), str)
    assert isinstance(shown_formula(text), str)
