"""Sums in the evidence: plain arithmetic over other rows, such as `[hours] * 44 / ([reviews|2004-05] / 150)`.

A formula knows numbers, + - * /, parentheses, a leading minus and references in square brackets.
It is parsed and walked here; nothing of it is ever run as Python.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from functools import cache

MAX_LENGTH = 2_000

_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
_STAND_IN = re.compile(r"ref(\d+)_")
_ALLOWED = re.compile(r"[0-9.eE+\-*/() \t]*", re.ASCII)
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}

Resolve = Callable[[str], float]
"""Gives the number behind a reference (the text between the brackets)."""


class FormulaError(ValueError):
    """A formula cannot be read or worked out; the message says why, the caller says where."""


@cache
def references(formula: str) -> tuple[str, ...]:
    """The references of a formula in their order, without brackets, each once."""
    return tuple(dict.fromkeys(name.strip() for name in _REFERENCE.findall(formula)))


def evaluate(formula: str, resolve: Resolve) -> float:
    """The value of a formula; `resolve` is asked for each reference.

    Raises FormulaError for anything but arithmetic, for a division by zero and for a result
    that is not finite; whatever `resolve` raises passes through.
    """
    names = [name.strip() for name in _REFERENCE.findall(formula)]
    try:
        result = _walk(_parse(formula), [resolve(name) for name in names])
    except ZeroDivisionError:
        raise FormulaError("it divides by zero") from None
    except (OverflowError, RecursionError):
        raise FormulaError("it is too large to work out") from None
    if not math.isfinite(result):
        raise FormulaError("its result is not a finite number")
    return result


def with_numbers(formula: str, resolve: Resolve, show: Callable[[float], str]) -> str:
    """The formula with each reference replaced by its number, negative ones in parentheses."""

    def number(match: re.Match[str]) -> str:
        value = resolve(match.group(1).strip())
        return f"({show(value)})" if value < 0 else show(value)

    return _REFERENCE.sub(number, formula)


def _parse(formula: str) -> ast.expr:
    """The syntax tree, with the n-th reference as the name `ref<n>_`."""
    if not formula.strip():
        raise FormulaError("it is empty")
    if len(formula) > MAX_LENGTH:
        raise FormulaError(f"it is longer than {MAX_LENGTH:,} characters")
    stray = _ALLOWED.sub("", _REFERENCE.sub("", formula))
    if stray:
        raise FormulaError(f"{stray[0]!r} has no place in it: numbers, + - * / ( ) and [references] only")
    count = iter(range(MAX_LENGTH))
    text = _REFERENCE.sub(lambda _: f" ref{next(count)}_ ", formula)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("it is not a sum that can be read") from None


def _walk(node: ast.expr, numbers: list[float]) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]  # the line above leaves only int and float
    if isinstance(node, ast.Name) and (match := _STAND_IN.fullmatch(node.id)):
        return numbers[int(match.group(1))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_walk(node.operand, numbers)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_walk(node.left, numbers), _walk(node.right, numbers))
    raise FormulaError("only numbers, + - * / ( ), a leading minus and [references] are allowed")
