"""Everybody as they are born, worked out a second time: who comes when, what each is like, and has.

What would be wrong if this broke: a person, a package, a budget's holding or a stream's money would be
another than the levers and the evidence say, whatever the council then does.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from ibsim.council import Council as EngineCouncil
from tests.councils import Laboratory, Tree, part_of_council
from tests.counts import examples
from tests.oracle.births import columns_at_birth


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


@pytest.mark.counted
def test_everybody_is_what_levers_and_evidence_say(tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path)
    for seed in examples(6, prove=200, what="councils at birth"):
        scenario = laboratory.scenario(levers_of(seed))
        table = EngineCouncil(scenario, seed, 0).world.people
        people = columns_at_birth(scenario, seed, 0)
        assert len(people) == len(table) > 100
        for row, known in zip(table, people, strict=True):
            assert {name: row[name].item() for name in known} == known, seed
