"""Verification in words: a table for the terminal, verification.csv, and the same for a program."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from ibsim.results.textfiles import csv_text, number, text_cell
from ibsim.verification.finding import NORMAL_95, Finding

COLUMNS = ("check", "theory", "model", "half_width", "z", "ok", "finds_percent")
DECIMALS = 6
WIDTH = 56


def verification_csv(found: Sequence[Finding]) -> str:
    """A row a comparison; `half_width` is of the 95 percent interval, `finds_percent` the power."""
    return csv_text(COLUMNS, (_cells(one) for one in found))


def _cells(one: Finding) -> list[str]:
    values = (one.theory, one.model, one.half_width)
    z = number(one.z, 2) if math.isfinite(one.z) else "inf"
    return [
        text_cell(one.check), *(number(value, DECIMALS) for value in values), z,
        "yes" if one.ok else "no", number(100 * one.finds, 1),
    ]  # fmt: skip


def tree(found: Sequence[Finding]) -> dict[str, Any]:
    """The comparisons for a program."""
    rows = [
        {
            "check": one.check, "theory": one.theory, "model": one.model, "half_width": one.half_width,
            "z": one.z, "ok": one.ok, "finds_percent": 100 * one.finds,
        }
        for one in found
    ]  # fmt: skip
    return {"ok": all(one.ok for one in found), "checks": rows}


def lines(found: Sequence[Finding]) -> Iterator[str]:
    """The table: exact comparisons have no z, others how large an error they find 95 times in 100."""
    yield f"{'':{WIDTH}}{'theory':>10}{'model':>10}{'z':>7}{'finds':>8}"
    for one in found:
        exact = one.half_width == 0
        z, finds = ("", "exact") if exact else (f"{one.z:.1f}", f"{100 * one.finds:.0f} %")
        yield (
            f"{one.check:{WIDTH}.{WIDTH}}{figure(one.theory):>10}{figure(one.model):>10}{z:>7}{finds:>8}"
            f"  {_verdict(one)}"
        )


def _verdict(one: Finding) -> str:
    if one.ok:
        return "ok"
    return "NOT KNOWN WELL ENOUGH" if one.half_width > one.most_half_width else "WRONG"


def words(found: Sequence[Finding]) -> Iterator[str]:
    """What it comes to, in a sentence or two."""
    wrong = [one for one in found if not one.ok]
    exact = sum(one.half_width == 0 for one in found)
    if not wrong:
        yield (
            f"All {len(found)} comparisons hold: {exact} to the last unit, {len(found) - exact} within four "
            "standard errors of theory (by chance one in sixteen thousand lies outside). `finds` is the "
            "error that would be found 95 times in 100."
        )
        return
    yield f"{len(wrong)} of {len(found)} comparisons do not hold:"
    for one in wrong:
        error = one.half_width / NORMAL_95
        off = f", {one.z:+.1f} standard errors of {error:.3g}" if error else ""
        yield f"  {one.check}: theory {figure(one.theory)}, model {figure(one.model)}{off}"


def figure(value: float) -> str:
    """Whole numbers as they are where they fit, others with four digits."""
    if float(value).is_integer():
        return f"{value:,.0f}" if abs(value) < 1e7 else f"{value / 1e6:,.1f}m"
    return f"{value:.4g}"
