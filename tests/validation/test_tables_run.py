"""The run in trial mode gives what its law says: nothing is lost or gained by the journey itself.

Everybody is approached and nobody waits for staff; both arms are compared with the law by their means
over replications.  What the law says of the report's tables then holds for the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as students

from ibsim.policy.deployment.room import Held
from ibsim.policy.deployment.settings import PARTIES, SERVICES
from ibsim.replication import Tables
from ibsim.units import GROUPS
from ibsim.validation.law import Law
from ibsim.words import CONVENTIONAL_SUPPORT, IB_SUPPORT
from tests.councils import START, Laboratory, Tree, merged
from tests.validation.crowd import crowd

pytestmark = pytest.mark.slow
REPLICATIONS = 15
CLIENTS = 2_500
"""In each group: with half of those who consent some 800 IB holders of each at the end of two years."""
SECOND_YEAR = 1
Floats = NDArray[np.float64]
Found = dict[tuple[str, str], list[float]]
TRIAL: Tree = merged(
    crowd(CLIENTS),
    {
        "calendar": {"years": 2},
        "population": {"localities": 1},
        # staff, managers and the panel see everybody at once
        "workforce": {
            "care_coordinators_fte": 700,
            "team_managers_fte": 100,
            "occupational_therapists_fte": 30,
        },
        "allocation": {
            "panel_cases": 100_000,
            "panel_interval_weeks": 1,
            # the price of the first day holds: the law is about one day
            "ras": {"recalibration_weeks": 0, "drift_percent_per_year": 0},
        },
        "rollout": {
            "trial": {"enabled": True, "consent_percent": 100},
            "suitable_percent": 100,
            "waves": [{"from": START, "groups": [*GROUPS], "to": "everyone", "weeks": 8}],
        },
    },
)
WAYS = {Held.PERSONAL_ACCOUNT: "personal_account", Held.COUNCIL: "council"}
LED = ("ib_holder", "la_care_manager", "independent_broker_advocate")


@pytest.fixture(scope="module")
def runs(lab: Laboratory) -> Sequence[Tables]:
    return [lab.tables(TRIAL, number=number) for number in range(REPLICATIONS)]


def found(tables: Tables) -> Iterator[tuple[str, str, float]]:
    """One replication's means: the row, the group, the value."""
    people = tables.people or {}
    budget = people["final_budget"] + people["sp_budget"] + people["ilf_budget"] + people["atw_budget"]
    ended = (people["applying"] == 0) & (people["support"] == IB_SUPPORT)
    for place, group in enumerate(GROUPS):
        holders = ended & (people["group"] == group)
        yield "budget", group, float(budget[holders].mean()) / 100
        yield "council's money", group, float(people["final_budget"][holders].mean()) / 100
        having = people["ilf_budget"][holders]
        if group in ("PD", "LD"):
            yield "ILF award", group, float(having[having > 0].mean()) / 100
        metrics = {f"take_up_percent_{stream}": stream for stream in ("sp", "ilf")}
        names = [*metrics, *(f"held_percent_{way}" for way in WAYS.values())]
        names += [f"led_percent_{party}" for party in LED]
        names += [f"services_gbp_per_week_{service}" for service in SERVICES]
        for name in names:
            yield name, group, float(tables.metrics[name][place, 1, SECOND_YEAR])
        for arm, word in enumerate(("conventional", "IB")):
            weekly = tables.metrics["social_care_gbp_per_person_week"][place, arm, SECOND_YEAR]
            yield f"weekly cost, {word}", group, float(weekly)
        service = tables.metrics["services_gbp_per_week_home_care"][place, 0, SECOND_YEAR]
        yield "home care, conventional", group, float(service)


def lawful(law: Law) -> Iterator[tuple[str, str, Floats]]:
    """The law's people for each row: their mean is what the run should give."""
    for place, group in enumerate(GROUPS):
        mine = law.people["group"] == place
        people = law.people[mine]
        yield "budget", group, law.budget[mine]
        yield "council's money", group, people["final_budget"] / 100
        award = people["ilf_budget"][people["ilf_budget"] > 0] / 100
        yield "ILF award", group, award
        for stream in ("sp", "ilf"):
            yield f"take_up_percent_{stream}", group, 100.0 * (people[f"{stream}_budget"] > 0)
        for way, name in WAYS.items():
            yield f"held_percent_{name}", group, 100.0 * (people["held"] == way)
        for party in LED:
            has = people["leads"] >> PARTIES.index(party) & 1 == 1
            yield f"led_percent_{party}", group, 100.0 * has
        for number, service in enumerate(SERVICES):
            yield f"services_gbp_per_week_{service}", group, law.services[1][mine, number]
        theirs = law.conventional["group"] == place
        yield "weekly cost, conventional", group, law.weekly(0)[theirs] + law.visits[place, 0]
        yield "weekly cost, IB", group, law.weekly(1)[mine] + law.visits[place, 1]
        yield "home care, conventional", group, law.services[0][theirs, SERVICES.index("home_care")]


MOST_OUTSIDE = 3
"""Of 74 means in their 99 percent intervals: more than three by chance once in about a hundred seeds."""


def test_the_runs_means_are_the_laws(
    runs: Sequence[Tables], law: Law, capsys: pytest.CaptureFixture[str]
) -> None:
    values: Found = {}
    for tables in runs:
        for name, group, value in found(tables):
            values.setdefault((name, group), []).append(value)
    rows = [row for row in lawful(law) if row[:2] in values]
    outside, far, lines = 0, [], [f"{'':45}{'run':>11}{'law':>11}   differs, of 99 percent"]
    for name, group, sample in rows:
        run, expected = np.array(values[name, group]), float(sample.mean())
        off = abs(float(run.mean()) - expected)
        own, all_together = (half_width(run, sample, 0.01 / rows_) for rows_ in (1, len(rows)))
        outside += off > own
        far += [(name, group)] if off > all_together else []
        lines.append(
            f"{group:4}{name:41}{run.mean():11,.1f}{expected:11,.1f}   {off:9,.1f} of {own:7,.1f}"
            f"  {'inside' if off <= own else 'OUTSIDE'}"
        )
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert len(rows) > 70 and not far
    assert outside <= MOST_OUTSIDE


def half_width(run: Floats, sample: Floats, doubt: float) -> float:
    """Half of the interval of a run's mean less the law's, from replications and from the law's sample."""
    own = run.std(ddof=1) / np.sqrt(run.size) * students.ppf(1 - doubt / 2, run.size - 1)
    others = sample.std() / np.sqrt(sample.size) * norm.ppf(1 - doubt / 2)
    # a share of none, or of all, has no spread: what is left is the rounding of its mean
    return float(np.hypot(own, others)) + 1e-9


def test_nobody_waits_in_this_run(runs: Sequence[Tables]) -> None:
    for tables in runs:
        people = tables.people or {}
        holders = int((people["support"] == IB_SUPPORT).sum())
        assert holders > 4 * 500
        assert tables.metrics["coordinator_utilisation_percent"][-1, -1, -1] < 60
        # both arms are as large but for those who refuse or withdraw
        comparison = (people["trial"] == 0) & (people["support"] == CONVENTIONAL_SUPPORT)
        assert comparison.sum() > holders
