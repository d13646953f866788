"""The oracle is given who people are; their money, drawn before the run, is worked out a second time here.

What would be wrong if this broke: a package, a budget's holding or a stream's money would be another than
the levers and the evidence say, in the engine and (as it is handed over) in the oracle alike.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from ibsim.council import Council as EngineCouncil
from ibsim.scenario.model import ResolvedScenario
from tests.councils import Laboratory, Tree, part_of_council
from tests.counts import examples
from tests.oracle.draws import Draws
from tests.oracle.endowments import holding_of, ilf_beside_packages, market_traits_of, streams_of
from tests.oracle.needs import Columns, Laws, Who, needs_of
from tests.oracle.people import GROUPS

CLOSE = 1e-6
"""Shares and ranks have seven digits; sums are whole pence, and the same."""


def levers_of(seed: int) -> Tree:
    """A council of some 250 people with other packages, holdings and streams than the evidence's."""
    random = Random(seed)
    held = random.choice((0.0, 30.0))
    streams = {
        "sp": {"take_up_percent": 100 * random.random(), "holders_percent": random.choice((0, 40, 100))},
        "ilf": {
            "threshold_gbp_per_week": random.choice((0, 100, 320)),
            "oldest_applicant": random.choice((18, 65)),
            "conventional_gbp_per_week": random.choice((0, 5, 500)),
        },
        "atw": {"take_up_percent": 100 * random.random()},
        "ices": {"ib_percent": 100 * random.random(), "sigma": random.random()},
    }
    return part_of_council(0.01) | {
        "packages": {
            "arm_correlation": random.uniform(-1, 1),
            "needs_sigma": random.choice((0.7, 1.1)),
            "council_factor": random.uniform(0.5, 2),
        },
        "deployment": {
            "held": {
                "personal_account_percent": 20 + held,
                "joint_account_percent": 15,
                "agent_percent": 15,
                "third_party_percent": 10,
                "council_percent": 40 - held,
                "mixed_percent": 60 * random.random(),
            },
            "underspend_percent": random.choice((0, 30)),
            "payment_support": {"payroll_percent": 50, "in_budget_percent": 50, "outside_percent": 50},
        },
        "funding": streams,
        "market": {"contracts": {"individual_service_fund_percent": 40, "pooled_percent": 30}},
    }


def worked_out(scenario: ResolvedScenario, seed: int, people: list[Who]) -> list[Columns]:
    """The money columns of everybody."""
    levers, laws, draws = scenario.timeline[0][1], Laws(scenario.evidence), Draws(seed, 0)
    out = []
    for who in people:
        known = needs_of(who, levers, laws, draws) | market_traits_of(who, levers, draws)
        if who.has_package:
            known |= holding_of(who, known, levers, draws) | streams_of(who, levers, draws)
        out.append(known | {"ilf_conventional": 0})
    for group in GROUPS:
        holders = [
            (who, known)
            for who, known in zip(people, out, strict=True)
            if who.group == group and who.has_package
        ]
        beside = ilf_beside_packages(holders, levers, draws)
        for who, known in holders:
            known["ilf_conventional"] = beside.get(who.id, 0)
    return out


@pytest.mark.counted
def test_everybodys_money_is_what_levers_and_evidence_say(tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path)
    for seed in examples(6, prove=200, what="councils at birth"):
        scenario = laboratory.scenario(levers_of(seed))
        table = EngineCouncil(scenario, seed, 0).world.people
        people = [
            Who(row["id"], GROUPS[row["group"]], row["has_package"], row["age"], row["arrives_at"])
            for row in ({name: row[name].item() for name in table.dtype.names or ()} for row in table)
        ]
        assert len(people) > 100
        for row, who, known in zip(table, people, worked_out(scenario, seed, people), strict=True):
            for name, value in known.items():
                assert float(row[name]) == pytest.approx(float(value), rel=CLOSE, abs=CLOSE), (
                    seed,
                    name,
                    who,
                )
