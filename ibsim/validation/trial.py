"""The trial's cohorts of many replications put together, and the funnel that they went through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import Records
from ibsim.evidence import Evidence
from ibsim.units import DAY_MINUTES, DAYS_PER_MONTH, GROUPS
from ibsim.validation.law import Law
from ibsim.validation.rows import FITTED, PREDICTED, PUT_IN, Row, Sample
from ibsim.validation.tables import weigh
from ibsim.words import CONVENTIONAL_SUPPORT, IB_SUPPORT

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
STEPS = (
    ("agreed to an IB", "agreed-to-ib", PUT_IN),
    ("assessed", "completed-assessment", FITTED),
    ("support plan in place", "support-plan-in-place", FITTED),
    ("services in place", "ib-services-in-place", FITTED),
)
"""Table 4.4: the step, the end of its fact's name, and how the model comes by it."""
LENGTHS = (
    ("under 1 month", "under-1-month", 0.0, 1.0),
    ("1 to 3 months", "1-to-3-months", 1.0, 3.0),
    ("over 3 months", "over-3-months", 3.0, np.inf),
)
"""Table 4.5: words, fact, and months from and to."""


@dataclass(frozen=True)
class Cohorts:
    """Everybody whom the evaluators saw: `people` a row each, `services` float64[n, service] pounds a week.

    `visits` are the report's care-management visits, pounds a week by group and arm.
    """

    people: Records
    services: Floats
    visits: Floats

    @staticmethod
    def of(tables: Iterable[Mapping[str, NDArray[Any]] | None], visits: Floats) -> Cohorts:
        """From the trial tables of replications; those of councils that randomised nobody are None."""
        found = [table for table in tables if table is not None]
        services = np.concatenate([table["services"] for table in found])
        names = [name for name in found[0] if name != "services"]
        people = np.zeros(services.shape[0], [(name, found[0][name].dtype) for name in names])
        for name in names:
            people[name] = np.concatenate([table[name] for table in found])
        return Cohorts(people, services, visits)

    @cached_property
    def offered(self) -> Bools:
        """Who was randomised to an IB."""
        return np.asarray(self.people["trial"] == 1)

    @cached_property
    def plans(self) -> Law:
        """The people whose support plan was signed off by the interview: those behind Tables 5.1 to 5.4."""
        return self._law(self.offered & (self.people["signed_at"] >= 0))

    @cached_property
    def holders(self) -> Law:
        """The people whose IB was in place, and the comparison arm with conventional packages."""
        placed = self.people["placed_at"] >= 0
        return self._law(self.offered & placed & (self.people["support"] == IB_SUPPORT))

    def _law(self, has: Bools) -> Law:
        people = self.people
        compared = (people["trial"] == 0) & (people["support"] == CONVENTIONAL_SUPPORT)
        compared &= people["has_package"]
        services = self.services[compared], self.services[has]
        return Law(people[has], people[compared], services, self.visits)

    def funnel(self, evidence: Evidence) -> Iterator[Row]:
        """Tables 4.4 and 4.5: the groups count as in the report's sample (Table 4.1)."""
        sizes = [evidence.facts[f"sample-{group.lower()}-n"].value for group in GROUPS]
        offered = self.people[self.offered]
        reached = {
            "agreed-to-ib": (offered["consented_at"] >= 0) & (offered["refused_at"] < 0),
            "completed-assessment": offered["assessed_at"] >= 0,
            "support-plan-in-place": offered["signed_at"] >= 0,
            "ib-services-in-place": offered["placed_at"] >= 0,
        }
        n, weights = evidence.facts["funnel-randomised-to-ib-n"].value, weigh(offered["group"], sizes)
        for words, step, basis in STEPS:
            report = 100 * evidence.facts[f"funnel-{step}-n"].value / n
            sample = Sample("4.4", "all", basis=basis)
            yield sample.percent(words, report, reached[step], n, weights=weights)
        placed = reached["ib-services-in-place"]
        months = (offered["due_at"] - offered["placed_at"])[placed] / DAY_MINUTES / DAYS_PER_MONTH
        known = {step: evidence.facts[f"ib-time-in-place-{step}-n"].value for _, step, _, _ in LENGTHS}
        n, weights = sum(known.values()), weights[placed]
        sample = Sample("4.5", "all", basis=PREDICTED)
        for words, step, low, high in LENGTHS:
            has = (months >= low) & (months < high)
            yield sample.percent(f"in place for {words}", 100 * known[step] / n, has, n, weights=weights)
