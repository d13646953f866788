"""The engine and the oracle agree on random small councils: every event, minute and penny.

What would be wrong if this broke: one of the two does not do what the rules say.  The message names the first
line in which they differ, with the person, the moment and what both say; the design, the docstrings and plain
sense decide which of them is right.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.scenario import load
from ibsim.words import Category, Event, Stream, Work
from tests.councils import Laboratory, Tree, merged
from tests.counts import examples
from tests.oracle.books import first_provider_difference
from tests.oracle.compare import Both, first_difference, run_both
from tests.oracle.councils import random_council

PARTS, AT_PUSH, TO_PROVE = 4, 200, 2_000
RARE = 6
"""Kinds of events, work, sums and payers that a part of the councils may miss by chance."""


def kinds_met(both: Both) -> set[str]:
    """What has come up in a council."""
    met = {f"event {noted.event.name}" for noted in both.oracle.history}
    met |= {f"work {done.work.name}" for done in both.oracle_done}
    met |= {f"payer {place.payer}" for place in both.oracle.ledger}
    return met | {f"category {place.category}" for place in both.oracle.ledger}


@pytest.mark.counted
@pytest.mark.parametrize("part", range(PARTS))
def test_engine_and_oracle_agree(part: int, tmp_path: Path) -> None:
    lab, evidence = Laboratory(tmp_path), load("metropolitan").evidence
    met: set[str] = set()
    many = AT_PUSH // PARTS
    tried = 0
    for seed in examples(many, prove=TO_PROVE // PARTS, what="councils", start=part * TO_PROVE // PARTS):
        both = run_both(lab.scenario(random_council(seed, evidence)), seed)
        difference = first_difference(both)
        difference = difference or first_provider_difference(both.oracle, both.engine.market.table())
        assert difference is None, f"council {seed}: {difference}"
        met |= kinds_met(both)
        tried += 1
    # a comparison in which little happens would prove little
    wanted = {f"event {event.name}" for event in Event} | {f"work {work.name}" for work in Work}
    wanted |= {f"category {category.name}" for category in Category}
    wanted |= {f"payer {payer.name}" for payer in Stream}
    missed = wanted - met
    assert tried < many or len(missed) <= RARE, f"{tried} councils never met {', '.join(sorted(missed))}"


TRAPS: dict[str, tuple[Tree, str]] = {
    "ten minutes between reviews": ({"review": {"interval_weeks": 20.001}}, "line of the history"),
    "a minute of work": ({"assessment": {"screening_hours": 0.5}}, "piece of work"),
    "a penny an hour": ({"finance": {"team_manager_gbp_per_hour": 50.01}}, "pence of"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_small_difference_is_told(trap: str, tmp_path: Path) -> None:
    lab, evidence = Laboratory(tmp_path), load("metropolitan").evidence
    tree = random_council(2, evidence)
    usual: Tree = {
        "review": {"interval_weeks": 20.0},
        "assessment": {"screening_hours": 0.49},
        "finance": {"team_manager_gbp_per_hour": 50.0},
    }
    change, where = TRAPS[trap]
    right = lab.scenario(merged(tree, usual))
    told = first_difference(run_both(right, 1, to_oracle=lab.scenario(merged(tree, usual, change))))
    assert told is not None and told.startswith(where), told
