"""What moves the verdict: the same council and people, with and without a roll-out, one lever apart."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.experiment.pairs import Pairing, with_verdict
from ibsim.experiment.runs import run_scenario
from ibsim.results.gap import CAUSES, Gap
from tests.councils import STEADY_MARKET, Laboratory, Tree, wave
from tests.validation.levels import SLACK

POINT: Tree = {"verdict": {"uncertainty": "point"}}
REPLICATIONS = 4
VOID = CAUSES.index("void")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("councils"))


def gaps(lab: Laboratory, *levers: Tree) -> tuple[Gap, ...]:
    scenario = lab.scenario(SLACK, POINT, {"calendar": {"years": 3}}, wave(), *levers)
    return with_verdict(run_scenario(scenario, 1, REPLICATIONS), Pairing()).gaps


def at_year_ends(found: tuple[Gap, ...]) -> NDArray[np.float64]:
    """The mean cumulative gap in pounds at the end of each year."""
    each = np.array([np.cumsum(gap.total)[11::12] for gap in found], dtype=np.float64)
    return np.asarray(each.mean(axis=0) / 100)


@pytest.mark.slow
def test_longer_blocks_raise_the_cumulative_gap_at_every_date(lab: Laboratory) -> None:
    """Hours that IB holders no longer use are paid for until the block ends."""
    terms = [gaps(lab, {"market": {"contracts": {"block_term_years": years}}}) for years in (1, 3, 8)]
    short, usual, long = (at_year_ends(found) for found in terms)
    assert (short < usual).all() and (usual < long).all()
    void = [float(np.mean([gap.by_cause[VOID] for gap in found])) for found in terms]
    assert 0 < void[0] < void[1] < void[2]


@pytest.mark.slow
def test_integrating_streams_lowers_the_councils_gap_and_not_the_publics(lab: Laboratory) -> None:
    """What Supporting People and the ILF pay into a budget, somebody pays."""

    def in_mode(mode: str) -> tuple[int, int]:
        # what the streams bring into budgets also makes assistants dear: that is another cause
        found = gaps(lab, STEADY_MARKET, {"funding": {"sp": {"mode": mode}, "ilf": {"mode": mode}}})
        council, public = (
            [int(part.sum()) for part in parts]
            for parts in ([gap.council for gap in found], [gap.total for gap in found])
        )
        return sum(council), sum(public)

    (alone, all_alone), (joined, all_joined) = in_mode("excluded"), in_mode("integrated")
    assert joined < alone and all_joined >= all_alone


@pytest.mark.slow
def test_without_a_grant_and_set_up_the_gap_is_that_of_support_alone(lab: Laboratory) -> None:
    """Set-up stands in its own cause: leaving it out of the council leaves the other causes as they are."""
    usual, none = gaps(lab), gaps(lab, {"setup": {"mode": "none"}})
    for one, other in zip(usual, none, strict=True):
        own = {CAUSES.index("set-up"), CAUSES.index("dual running")}
        rest = [cause for cause in range(len(CAUSES)) if cause not in own]
        assert one.by_cause[rest].tolist() == other.by_cause[rest].tolist()
        assert int(one.by_cause[CAUSES.index("set-up")]) > 0 == int(other.by_cause[CAUSES.index("set-up")])
