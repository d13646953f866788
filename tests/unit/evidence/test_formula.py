from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibsim.evidence.formula import FormulaError, evaluate, references, with_numbers
from ibsim.evidence.rows import plain

NUMBERS = {"a": 3.0, "b|PD": -2.0, "rap-reviews|2004-05": 1_090_000.0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("-[a] + 1", -2),
        ("[a] - [ b|PD ]", 5),
        ("1 / 8 - .125", 0),
        ("[rap-reviews|2004-05] / 150", 1_090_000 / 150),
        ("1.5e3", 1500),
        ("[a]*[a]-[b|PD]", 11),
    ],
)
def test_arithmetic(text: str, expected: float) -> None:
    assert evaluate(text, NUMBERS.__getitem__) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "2 **3",
        "7 // 2",
        "7 % 2",
        "+3",
        "[a] [a]",
        "[a",
        "a + 1",
        "[a](3)",
        "1 / 0",
        "1 / ([a] - 3)",
        "1e999",
        "1e300 * 1e300",
        "__import__('os')",
        "[a].real",
        "(1, 2)",
        "1 if 2 else 3",
        "2 < 3",
        "1e",
        "e",
        "ref0_ + [a]",
        "(" * 300 + "1" + ")" * 300,
        "-" * 1_900 + "1",
        "1" + "+1" * 2_000,
        "\u0661 + 1",
    ],
)
def test_anything_but_finite_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        evaluate(text, NUMBERS.__getitem__)


def test_references_come_once_and_in_order() -> None:
    assert references("[b|PD] + [ a ] * [b|PD]") == ("b|PD", "a")


def test_numbers_are_put_in_with_negative_ones_in_parentheses() -> None:
    text = "4 - [b|PD] / [rap-reviews|2004-05]"
    assert with_numbers(text, NUMBERS.__getitem__, plain) == "4 - (-2) / 1090000"


def test_what_resolve_raises_passes_through() -> None:
    with pytest.raises(KeyError):
        evaluate("[nowhere]", NUMBERS.__getitem__)


@given(st.text(alphabet="0123456789.+-*/()[]a|eE x_,'", max_size=40))
def test_any_text_gives_a_finite_number_or_an_error(text: str) -> None:
    try:
        result = evaluate(text, lambda _: 2.0)
    except FormulaError:
        return
    assert math.isfinite(result)
    # Whatever is accepted is arithmetic as Python's own parser sees it.
    ast.parse(with_numbers(text, lambda _: 2.0, plain).strip(), mode="eval")
