"""The bridge from budgets (Table 5.1) to weekly cost (Table 7.1), which the report itself does not build.

The two do not correspond (its footnote 36): budgets are what councils allocated, weekly costs are what
plans hold at the unit costs of both arms.  Each step is a row of the evidence or a printed figure; what
they leave is shown as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.evidence import Evidence
from ibsim.policy.finance import QUARTER_WEEKS
from ibsim.units import GROUPS, WEEKS_PER_YEAR

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Bridge:
    """Steps in whole pence a week by group, int64[4]: they add up to `end` exactly."""

    steps: dict[str, Ints]
    remainder: str
    end: Ints

    def lines(self) -> Iterator[str]:
        """The bridge as text, in pounds a week."""
        yield f"{'pounds a week':60}" + "".join(f"{group:>9}" for group in GROUPS)
        for place, (name, pence) in enumerate(self.steps.items()):
            signed = "9.1f" if place == 0 else "+9.1f"
            yield f"{name:60}" + "".join(f"{value / 100:{signed}}" for value in pence)
        yield f"{'= Table 7.1, IB arm':60}" + "".join(f"{value / 100:9.1f}" for value in self.end)
        left = 100 * self.steps[self.remainder] / self.end
        yield f"{'remainder, percent of Table 7.1':60}" + "".join(f"{share:+9.1f}" for share in left)


def bridge(evidence: Evidence) -> Bridge:
    """Table 5.1's mean budgets on their way to Table 7.1's weekly costs of the IB arm."""

    def by_group(fact: str) -> NDArray[np.float64]:
        return np.array([evidence.facts[fact.format(group.lower())].value for group in GROUPS])

    fact = {name: evidence.facts[name].value for name in _SUPPORT}
    printed = by_group("ib-total-budget-{}-mean")
    people = evidence.facts["plan-role-records-n"].value
    payroll = fact["payroll-support-in-ib-n"] * fact["payroll-support-in-ib-mean"]
    helped = fact["dp-support-in-ib-n"] * fact["dp-support-in-ib-mean"]
    visits = evidence.by_group("care-management-visits-ib-per-quarter")
    pounds = {
        "budget of Table 5.1": printed / WEEKS_PER_YEAR,
        "the law's mean (Table 5.2's streams) less Table 5.1": (
            evidence.by_group("total-budget-gbp-per-year") - printed
        )
        / WEEKS_PER_YEAR,
        "payroll and direct-payment support, left out in C.4": np.full(
            len(GROUPS), -(payroll + helped) / people / WEEKS_PER_YEAR
        ),
        "SP added (Table 7.2)": evidence.by_group("sp-ib-gbp-per-week"),
        "ICES added (Table 7.2)": evidence.by_group("ices-ib-gbp-per-week"),
        "ILF added (Table 7.2)": evidence.by_group("ilf-ib-gbp-per-week"),
        "care management (Table 7.2)": visits * evidence.value("care-management-visit-gbp") / QUARTER_WEEKS,
    }
    steps = {name: _pence(values) for name, values in pounds.items()}
    end = _pence(by_group("ib-weekly-cost-{}-mean"))
    left = "unexplained remainder"
    return Bridge(steps | {left: end - sum(steps.values(), np.zeros(len(GROUPS), np.int64))}, left, end)


_SUPPORT = (
    "payroll-support-in-ib-n", "payroll-support-in-ib-mean", "dp-support-in-ib-n", "dp-support-in-ib-mean",
)  # fmt: skip


def _pence(pounds: NDArray[np.float64]) -> Ints:
    return np.rint(pounds * 100).astype(np.int64)
