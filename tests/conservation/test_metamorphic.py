"""What must not change, or must change in proportion, when a council is changed in one way only."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ibsim.errors import ScenarioError
from ibsim.policy import population
from ibsim.replication import Keep, run
from ibsim.results.metrics import REGISTRY
from ibsim.scenario import load
from ibsim.units import GROUPS
from ibsim.verification import pools
from ibsim.verification.councils import differing
from ibsim.verification.pools import SERVICE, Floats, Stream
from tests.conservation.anything import scenarios
from tests.councils import Laboratory, Plain, Tree, merged, part_of_council, wave, whole
from tests.unit.engine.office import ASSESS, DAY, LEARNT, PLAN, REVIEW, TRAINED_ONLY, Office

SMALL = merged(part_of_council(0.06), {"calendar": {"years": 1, "warm_up_years": 0}})
ROLL_OUT = wave(weeks=20)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("councils"))


# --- twice as much of everything --------------------------------------------------------------------

REPLICATIONS, PART = 40, 0.15
MOST_Z, POWER_Z = 4.0, 1.28
"""A difference of more than so many standard errors fails; with the second on top 9 in 10 would be found."""
PER_HEAD = {
    "ib_share_percent": 3.5, "assessed_within_4_weeks_percent": 2.0, "services_within_4_weeks_percent": 2.0,
    "coordinator_utilisation_percent": 2.0, "wait_days_referral_to_in_place": 3.0,
    "package_gbp_per_person_week": 20.0, "care_management_gbp_per_person_week": 2.0,
}  # fmt: skip
"""Shares and figures a head, and what difference in each is found nine times in ten."""


def part(times: int, panel: int) -> Tree:
    """A council of so many parts: people, posts, contracts (as demand goes), the panel and all budgets.

    Streams' own staff are fixed pools like the panel.
    """
    bodies = {"sp": 50.0, "ilf": 20.0, "atw": 20.0, "dfg": 20.0}
    streams: Tree = {name: {"decisions_per_week": number * times} for name, number in bodies.items()}
    return merged(
        part_of_council(PART * times, staffing=1.5),
        {"review": {"kept_open_percent": 20}, "allocation": {"panel_cases": 25 * panel}, "funding": streams},
        wave(weeks=52),
    )


def difference(lab: Laboratory, one: Tree, other: Tree, metric: str) -> tuple[float, float]:
    """How far the second lies above the first, with its standard error."""
    first, second = (
        np.array([whole(lab.tables(tree, number=number), metric) for number in range(REPLICATIONS)])
        for tree in (one, other)
    )
    error = np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / REPLICATIONS)
    return float(second.mean() - first.mean()), float(error)


@pytest.mark.slow
def test_twice_of_everything_is_the_same_a_head(lab: Laboratory) -> None:
    for metric, found in PER_HEAD.items():
        above, error = difference(lab, part(1, panel=1), part(2, panel=2), metric)
        assert (MOST_Z + POWER_Z) * error <= found, f"{metric}: too few replications, error {error:g}"
        assert abs(above) <= MOST_Z * error, metric


@pytest.mark.slow
def test_what_is_not_doubled_is_felt(lab: Laboratory) -> None:
    # 25 cases a fortnight are enough for the small council's panel, and not for twice as many budgets
    above, error = difference(lab, part(1, panel=1), part(2, panel=1), "ib_share_percent")
    assert above < -MOST_Z * error < 0


@pytest.mark.parametrize("metric", ["people_supported", "referrals", "reviews_completed", "package_gbp"])
def test_twice_the_people_are_twice_the_volume(lab: Laboratory, metric: str) -> None:
    one, two = (whole(lab.tables(part(times, panel=times)), metric) for times in (1, 2))
    assert 1.8 < two / one < 2.2


# --- more staff -------------------------------------------------------------------------------------


def tray(at: list[int], minutes: list[int]) -> Stream:
    order = np.sort(np.array(at, dtype=np.int64))
    return Stream(1, np.zeros(order.size, np.int64), order, np.array(minutes), np.ones(order.size, bool))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(0, 3_000), min_size=n, max_size=n),
            st.lists(st.integers(1, 900), min_size=n, max_size=n),
        )
    ),
    st.integers(1, 4),
    st.sampled_from((100, 480)),
)
def test_one_more_worker_lengthens_nobodys_wait(
    work: tuple[list[int], list[int]], servers: int, length: int
) -> None:
    stream = tray(*work)
    fewer, more = (stream.wait(pools.run([stream], 1, n, length)[0]) for n in (servers, servers + 1))
    assert (more <= fewer).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lever", "levels", "metric"),
    [
        (("workforce", "care_coordinators_fte"), (0.7, 1.0, 1.5, 3.0), "wait_days_referral_to_assessment"),
        (("access", "access_team_fte"), (0.5, 1.0, 2.0), "wait_days_referral_to_assessment"),
        (("workforce", "reviewing_officers_fte"), (0.0, 1.0, 4.0), "reviews_overdue"),
        (("workforce", "team_managers_fte"), (0.3, 1.0, 2.0), "wait_days_assessment_to_indicative"),
    ],
)
def test_more_staff_do_not_lengthen_the_wait_for_them(
    lab: Laboratory, lever: tuple[str, str], levels: tuple[float, ...], metric: str
) -> None:
    base = merged(part_of_council(0.1), {"calendar": {"years": 1, "warm_up_years": 0}}, wave(weeks=20))
    # no learning, the manager agrees budgets, and nobody's work hangs on how late a review is
    same_work: Tree = {
        "workforce": {"learning_first_case_factor": 1.0, "turnover_percent_per_year": 0.0},
        "allocation": {"agreed_by": "manager"},
        "review": {"crisis_factor_overdue": 1.0},
    }
    room, name = lever
    given_ = base[room].get(name, 1.0)

    def waits(level: float) -> Floats:
        posts: Any = level
        if room != "workforce" or name != "reviewing_officers_fte":
            posts = {g: n * level for g, n in given_.items()} if isinstance(given_, dict) else given_ * level
        tree = merged(base, same_work, {room: {name: posts}})
        return np.array([whole(lab.tables(tree, number=number), metric) for number in range(12)])

    found = [waits(level) for level in levels]
    for fewer, more in itertools.pairwise(found):
        gap = more - fewer  # the same dice: only the posts differ
        assert gap.mean() <= MOST_Z * gap.std(ddof=1) / np.sqrt(gap.size), metric
    assert found[-1].mean() < found[0].mean(), "the levels are far enough apart to be felt"


# --- another price base -----------------------------------------------------------------------------


def test_another_price_base_rescales_pounds_and_moves_no_date(lab: Laboratory) -> None:
    """What a pound is called changes nothing but the pounds, up to what rounding to pence can move."""
    bases = ("2007-08", "2005-06")
    one, other = (lab.tables(SMALL, {"calendar": {"price_base": base}}) for base in bases)
    factor = 1 / 1.036**2
    assert one.people is not None and other.people is not None
    for name, column in one.people.items():
        if name.endswith("_at") or name in ("stage", "support", "arm"):
            assert np.array_equal(column, other.people[name]), name
    for name, cube in one.metrics.items():
        unit = REGISTRY[name].unit
        if unit in ("people", "reviews", "assessments", "days", "hours"):
            assert np.array_equal(cube, other.metrics[name], equal_nan=True), name
    for name in ("package_gbp", "care_management_gbp", "gross_cost_gbp", "funding_gbp_ices", "income_gbp"):
        assert whole(other, name) == pytest.approx(whole(one, name) * factor, rel=1e-3), name


# --- a roll-out to nobody ---------------------------------------------------------------------------

NO_COST_OF_ITS_OWN: Tree = {
    "setup": {
        "level_factor": 0.0, "leader_gbp_per_year": 0.0, "dual_administration_gbp_per_year": 0.0,
        "grant_year_one_gbp": 0.0, "grant_year_two_gbp": 0.0,
    },
    "population": {"demand_response_percent": 0.0},
    "workforce": {"support_planners_fte": 0.0},
}  # fmt: skip
"""What a council spends, or takes on, for a roll-out whether or not anybody comes."""


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_in_any_council_a_roll_out_to_nobody_is_none_bit_for_bit(tree: Tree) -> None:
    start = tree["calendar"]["start"]
    nobody = wave("at_review", since=start, share_percent=0)["rollout"]["waves"]
    nobody += wave(since=start, share_percent=0)["rollout"]["waves"]
    found = []
    with TemporaryDirectory() as folder:
        for number, waves in enumerate(([], nobody)):
            path = Path(folder) / f"{number}.yaml"
            levers = merged(tree, NO_COST_OF_ITS_OWN, {"rollout": {"waves": waves}})
            path.write_text(yaml.dump(levers, Dumper=Plain), encoding="utf-8")
            try:
                found.append(run(load(path), 1, 0))
            except ScenarioError:
                return
    assert differing(*found) == []


# --- in another order -------------------------------------------------------------------------------


def test_people_in_another_order_have_the_same_lives(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit: no row decides who comes first, nor who has whose case at the start."""
    tables = lab.tables(SMALL, ROLL_OUT)
    enrol = population.enrol
    shuffle = np.random.default_rng(8)

    def shuffled(*arguments: Any) -> population.Roll:
        roll = enrol(*arguments)
        # newcomers stand in the order in which they come; the others in any
        order, there = np.arange(roll.ids.size), np.flatnonzero(roll.stock)
        order[there] = shuffle.permutation(there)
        return population.Roll(roll.ids[order], roll.groups[order], roll.arrives_at[order],
                               roll.extra[order], roll.row[order])  # fmt: skip

    monkeypatch.setattr(population, "enrol", shuffled)
    again = Laboratory(lab.scenario(SMALL, ROLL_OUT).path.parent / "again")
    again._folder.mkdir()
    other = again.tables(SMALL, ROLL_OUT)
    assert tables.people is not None and other.people is not None
    assert not np.array_equal(tables.people["id"], other.people["id"])
    mine, theirs = np.argsort(tables.people["id"]), np.argsort(other.people["id"])
    for name, column in tables.people.items():
        assert np.array_equal(column[mine], other.people[name][theirs]), name
    assert np.array_equal(tables.ledger, other.ledger)


def test_groups_in_another_order_have_the_same_results(tmp_path: Path) -> None:
    """The order in which a file names the groups, and lists those of a wave, is no lever."""
    tree = merged(SMALL, ROLL_OUT)
    found = []
    for number, groups in enumerate(itertools.islice(itertools.permutations(GROUPS), 0, 24, 11)):
        path = tmp_path / f"{number}.yaml"
        text = yaml.dump(
            {"extends": "metropolitan", "name": "n", "why": "w"} | listed(tree, groups),
            Dumper=Plain,
            sort_keys=False,
        )
        path.write_text(text, encoding="utf-8")
        found.append(run(load(path), 1, 0, Keep(people=True)))
    assert len(found) == 3
    assert differing(found[0], found[1]) == differing(found[0], found[2]) == []


def listed(value: Any, groups: Sequence[str]) -> Any:
    """The same levers, with the four groups named in this order wherever they stand."""
    if isinstance(value, list) and set(map(str, value)) == set(GROUPS):
        return [*groups]
    if isinstance(value, list):
        return [listed(one, groups) for one in value]
    if isinstance(value, dict):
        keys = groups if set(value) == set(GROUPS) else tuple(value)
        return {key: listed(value[key], groups) for key in keys}
    return value


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 6), st.integers(1, 30), st.booleans())
def test_workers_in_another_order_do_the_same_work(
    dice: random.Random, size: int, tasks: int, limited: bool
) -> None:
    """Who does what, and when it is done, hangs on what workers are like and never on their rows."""
    hours = [dice.randint(20, DAY) for _ in range(size)]
    trained = [dice.random() < 0.5 for _ in range(size)]
    ties = dice.sample(range(1_000), size)
    work = [
        (dice.choice((ASSESS, PLAN, REVIEW, TRAINED_ONLY, LEARNT)), dice.randint(1, 150), dice.randint(0, 5))
        for _ in range(tasks)
    ]

    def days(rows: Sequence[int]) -> list[tuple[int, int, int]]:
        """What is finished, with this worker in each row: whose it is, by whom, and when."""
        office = Office(size, entities=tasks)
        for row, worker in enumerate(rows):
            office.workers["capacity"][row] = hours[worker]
            office.workers["may_flagged"][row] = trained[worker]
            office.workers["tie"][row] = ties[worker]
        if limited:
            office.engine.caseload_limit = 2
        for person, (kind, minutes, day) in enumerate(work):
            office.open(kind, person, minutes=minutes, at=day * DAY)
        return sorted((person, rows[row], at) for person, row, at in office.days(0, 25))

    straight = range(size)
    assert days(straight) == days(dice.sample(straight, size))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 5), st.integers(2, 60))
def test_tasks_in_another_order_end_at_the_same_minutes(seed: int, servers: int, tasks: int) -> None:
    rng = np.random.default_rng(seed)
    at = rng.choice(10 * SERVICE, tasks, replace=False)  # of one minute there is one: no ties
    minutes = rng.integers(1, SERVICE, tasks)
    nobody = np.zeros(tasks, np.int64)
    order = rng.permutation(tasks)
    straight = Stream(1, nobody, at, minutes, nobody == 0)
    permuted = Stream(1, nobody, at[order], minutes[order], nobody == 0)
    (ends,), (others,) = (pools.run([one], 1, servers, SERVICE // 2) for one in (straight, permuted))
    assert np.array_equal(ends[order], others)
