"""Tables 6.3 to 6.10, 7.3 and 7.4: how both arms said that they fared, and what the health service spent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import Records
from ibsim.evidence import Evidence
from ibsim.results.outcome_metrics import CASE
from ibsim.units import GROUPS
from ibsim.validation.rows import COMPARISON, FITTED, IB_ARM, PUT_IN, Row, Sample
from ibsim.validation.tables import weigh

Floats = NDArray[np.float64]
ARMS = (("comparison", COMPARISON, PUT_IN), ("ib", IB_ARM, FITTED))
"""The arms as facts name them and as rows do: levels come from the comparison arm, effects from both."""
CONTROL = {"PD": "6.6", "LD": "6.7", "MH": "6.8", "OP": "6.9"}
HALF, HUNDREDTH = 0.5, 0.005
"""Half of the last printed digit: whole percent and pounds, and hundredths of a point."""
HEALTH_NOTE = "no spread is printed: the interval is that of the assumed one"


def fared(people: Records, evidence: Evidence) -> Iterator[Row]:
    """Rows of everybody whom the evaluators saw, six months on, whatever support was in place."""
    for arm, of_arm in enumerate(ARMS):
        mine = people[people["trial"] == arm]
        yield from _all_groups(mine, evidence, of_arm)
        for place, group in enumerate(GROUPS):
            yield from _of_group(mine[mine["group"] == place], evidence, group, of_arm)
    yield from _health_by_group(people, evidence)


def _n(evidence: Evidence, fact: str, arm: str) -> list[float]:
    """How many people of each group a table is printed of."""
    return [evidence.facts[f"{fact}-{group.lower()}-{arm}-n"].value for group in GROUPS]


def _all_groups(mine: Records, evidence: Evidence, of_arm: tuple[str, str, str]) -> Iterator[Row]:
    """Tables 6.3, 6.5, 6.10 and 7.3: the groups count as in the sample of each table."""
    arm, words, basis = of_arm
    facts = evidence.facts

    def weights(fact: str) -> Floats:
        return weigh(mine["group"], _n(evidence, fact, arm))

    scores = Sample("6.3", "all", words, "points", basis)
    n = facts[f"ascot-{arm}-n"].value
    report = facts[f"ascot-{arm}-mean"].value
    yield scores.mean("ASCOT", report, mine["ascot"], n, HUNDREDTH, weights=weights("ascot"))
    report, n = facts[f"ghq12-4plus-{arm}-pct"].value, facts[f"ghq12-{arm}-n"].value
    yield scores.percent("GHQ of four or more", report, mine["ghq"] >= CASE, n, HALF, weights("ghq12"))
    sample = replace(scores, table="6.5")
    report, n = facts[f"ascot-control-no-needs-all-{arm}-pct"].value, facts[f"in-control-{arm}-n"].value
    yield sample.percent("in control of daily life", report, mine["control"] == 2, n, HALF, weights("qol"))
    sample = replace(scores, table="6.10")
    report, n = facts[f"satisfied-help-{arm}-top-two-pct"].value, facts[f"satisfaction-help-{arm}-n"].value
    has = mine["satisfied"] == 1
    yield sample.percent("extremely or very satisfied", report, has, n, HALF, weights("qol"))
    sample = replace(scores, table="7.3", unit="pounds a week")
    report, n = facts[f"health-total-weekly-cost-{arm}-mean"].value, facts[f"health-self-rated-{arm}-n"].value
    row = sample.mean("health service", report, mine["health"], n, HALF, weights=weights("health-self-rated"))
    yield replace(row, note=HEALTH_NOTE)


def _of_group(mine: Records, evidence: Evidence, group: str, of_arm: tuple[str, str, str]) -> Iterator[Row]:
    """Tables 6.4 and 6.6 to 6.9."""
    (arm, words, basis), facts, name = of_arm, evidence.facts, group.lower()
    sample = Sample("6.4", group, words, "points", basis)
    report, n = (facts[f"ascot-{name}-{arm}-{what}"].value for what in ("mean", "n"))
    yield sample.mean("ASCOT", report, mine["ascot"], n, HUNDREDTH)
    report, n = (facts[f"qol-{name}-{arm}-{what}"].value for what in ("mean", "n"))
    # printed from 1 for the best to 7 for the worst
    yield sample.mean("quality of life, 7 worst", report, 8 - mine["quality_of_life"], n, HUNDREDTH)
    report, n = facts[f"ghq12-4plus-{name}-{arm}-pct"].value, facts[f"ghq12-{name}-{arm}-n"].value
    yield sample.percent("GHQ of four or more", report, mine["ghq"] >= CASE, n, HALF)
    sample, n = replace(sample, table=CONTROL[group]), facts[f"qol-{name}-{arm}-n"].value
    for level, fact, quantity in (
        (2, "no", "in control of daily life"),
        (0, "high", "high needs for control"),
    ):
        report = facts[f"ascot-control-{fact}-needs-{name}-{arm}-pct"].value
        yield sample.percent(quantity, report, mine["control"] == level, n, HALF)


def _health_by_group(people: Records, evidence: Evidence) -> Iterator[Row]:
    """Table 7.4: both arms together."""
    facts = evidence.facts
    for place, group in enumerate(GROUPS):
        costs, name = people["health"][people["group"] == place], group.lower()
        n = sum(facts[f"health-self-rated-{name}-{arm}-n"].value for arm, _, _ in ARMS)
        sample = Sample("7.4", group, "all", "pounds a week", PUT_IN)
        report = facts[f"health-total-weekly-cost-{name}-mean"].value
        yield replace(sample.mean("health service", report, costs, n, HALF), note=HEALTH_NOTE)
