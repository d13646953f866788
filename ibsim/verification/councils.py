"""Shipped councils: their books, a roll-out to nobody, and the same results on any number of processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibsim.verification.finding import Finding, exactly

if TYPE_CHECKING:
    from ibsim.results.tables import Tables

SHORT = ("calendar.years=1", "calendar.warm_up_years=0")
NOBODY = (
    "rollout.suitable_percent=0",
    "population.demand_response_percent=0",
    # what the council spends on getting ready it spends even if nobody comes
    "setup.level_factor=0",
    "setup.leader_gbp_per_year=0",
    "setup.dual_administration_gbp_per_year=0",
)


def differing(one: Tables, other: Tables) -> list[str]:
    """The metrics, series and other tables that are not the same, bit for bit."""
    pairs: dict[str, tuple[NDArray[Any], NDArray[Any]]]
    pairs = {f"metric {n}": (one.metrics[n], other.metrics[n]) for n in {*one.metrics, *other.metrics}}
    pairs |= {f"series {n}": (one.series[n], other.series[n]) for n in {*one.series, *other.series}}
    pairs |= {"diary": (one.diary, other.diary), "ledger": (one.ledger, other.ledger)}
    return sorted(name for name, (a, b) in pairs.items() if not np.array_equal(a, b, equal_nan=True))


def books() -> list[Finding]:
    """The pilot's books, added up once more from outside, to the penny.

    People, hours and pounds are checked inside every replication, which ends in an error if they do not
    add up.
    """
    from ibsim.replication import run
    from ibsim.scenario import load

    tables = run(load("metropolitan-pilot"), 1, 1)

    def pence(*metrics: str) -> int:
        return sum(round(100 * float(tables.metrics[name][-1, -1, -1])) for name in metrics)

    payers = [f"funding_gbp_{payer}" for payer in ("asc", "sp", "ilf", "atw", "dfg", "ices")]
    people = tables.metrics["people_supported_31_march"]
    return [
        exactly("The ledger and the net cost, pence", int(tables.ledger.sum()), pence("net_cost_gbp")),
        exactly("The six streams and the gross cost, pence", pence(*payers), pence("gross_cost_gbp")),
        exactly(
            "People on 31 March, and by group and arm",
            float(people[-1, -1, -1]),
            float(people[:4, :2, -1].sum()),
        ),
        exactly("Books that the replication left unchecked", 0, sum(not n for n in tables.books.values())),
    ]


def zero_roll_out() -> list[Finding]:
    """A roll-out that nobody is thought suitable for is the council without one, bit for bit."""
    from ibsim.replication import run
    from ibsim.scenario import load

    baseline = run(load("metropolitan", [*SHORT, *NOBODY]), 1, 1)
    nobody = run(load("metropolitan-all-groups", [*SHORT, *NOBODY]), 1, 1)
    return [
        exactly("Tables that a roll-out to nobody changes", 0, len(differing(baseline, nobody))),
    ]


def processes() -> list[Finding]:
    """Two replications in this process and in two others: the same to the last bit."""
    from ibsim.experiment.executors import local_executor
    from ibsim.experiment.runs import replications
    from ibsim.scenario import load

    scenario = load("metropolitan-pilot", [*SHORT])
    alone = replications(scenario, 1, (1, 2))
    with local_executor(2) as workers:
        apart = replications(scenario, 1, (1, 2), executor=workers, jobs=2)
    found = sum(len(differing(one, other)) for one, other in zip(alone, apart, strict=True))
    return [
        exactly("Tables that differ between one process and two", 0, found),
        exactly("Replications with other dice that are alike", 0, int(not differing(alone[0], alone[1]))),
    ]
