"""Books that add up in every legal council, tables that promise the same every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ibsim.council import Council
from ibsim.engine.stages import check_stages
from ibsim.errors import BooksError
from ibsim.replication import Keep, Tables, run
from ibsim.results.gap_metrics import gap_metrics
from ibsim.results.metrics import DIARY_TASKS, REGISTRY
from ibsim.scenario import ResolvedScenario, load
from ibsim.units import DAY_MINUTES
from ibsim.verification.councils import differing
from ibsim.words import CONVENTIONAL, PACKAGE, PAID_TIME, SETUP, Category, Stage, Stream
from tests.councils import Laboratory, Tree, merged, part_of_council, wave, whole

SMALL = merged(
    part_of_council(0.05),
    {"calendar": {"years": 1, "warm_up_years": 1}, "population": {"demand_response_percent": 0}},
)
ROLL_OUT = wave(weeks=20)
OF_PAIRS = {metric.name for metric in gap_metrics()}
"""Measured from a replication and its twin together; no replication knows them."""
MEASURED = {name: metric for name, metric in REGISTRY.items() if name not in OF_PAIRS}
COUNTS = sorted(metric.name for metric in MEASURED.values() if metric.kind in ("count", "money"))
COUNCILS_OWN = ("contacts", "provider_entries", "provider_exits")
"""Counts that are the council's as a whole, of no group or arm."""
EVERYWHERE = [name for name in COUNTS if name not in COUNCILS_OWN]
"""Counts that are a number in every group, arm and year."""
NEVER_NEGATIVE = [name for name in EVERYWHERE if "_gain_" not in name and name != "in_house_gbp"]
"""What people gain may be a loss, and in-house hours may cover more than their overheads."""
ADDED = [n for n in EVERYWHERE if n not in ("people_supported", "overtime_hours", "recorded_extra_hours")]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("councils"))


@pytest.fixture(scope="module")
def mixed(lab: Laboratory) -> ResolvedScenario:
    """A small council in which both systems run side by side."""
    return lab.scenario(SMALL, ROLL_OUT)


@pytest.fixture(scope="module")
def tables(mixed: ResolvedScenario) -> Tables:
    return run(mixed, 1, 0, Keep(people=True))


def digest(tables: Tables) -> str:
    """One number for all metrics, series and the diary, to the last bit."""
    mixer = hashlib.sha256()
    for cubes in (tables.metrics, tables.series, {"diary": tables.diary}):
        for name in sorted(cubes):
            mixer.update(name.encode() + np.ascontiguousarray(cubes[name]).tobytes())
    return mixer.hexdigest()


# --- what the tables promise ------------------------------------------------------------------------


def test_every_metric_of_the_registry_is_measured_and_no_other(tables: Tables) -> None:
    assert set(tables.metrics) == set(MEASURED)
    assert set(tables.series) <= set(REGISTRY)


def test_tables_have_the_shapes_that_are_promised(tables: Tables) -> None:
    assert {cube.shape for cube in tables.metrics.values()} == {(5, 3, 2)}
    assert {cube.shape for cube in tables.series.values()} == {(5, 3, 12)}
    assert {cube.dtype.name for cube in (*tables.metrics.values(), *tables.series.values())} == {"float64"}
    assert tables.diary.shape == (2, len(DIARY_TASKS), 2)
    assert tables.people is not None
    assert len({column.shape for column in tables.people.values()}) == 1


def test_counts_are_numbers_everywhere_and_never_negative(tables: Tables) -> None:
    for name in NEVER_NEGATIVE:
        assert (tables.metrics[name] >= 0).all(), name
    assert (tables.metrics["contacts"][-1, -1] > 0).all()
    for name, cube in tables.series.items():
        assert not (cube < 0).any() or (name in EVERYWHERE and name not in NEVER_NEGATIVE), name


def test_groups_arms_and_years_add_up(tables: Tables) -> None:
    for name in ADDED:
        cube = tables.metrics[name]
        assert np.allclose(cube[:4].sum(axis=0), cube[4], rtol=1e-12), name
        assert np.allclose(cube[:, :2].sum(axis=1), cube[:, 2], rtol=1e-12), name
        assert np.allclose(cube[..., :-1].sum(axis=-1), cube[..., -1], rtol=1e-12), name


def test_months_make_the_year(tables: Tables) -> None:
    for name in sorted(set(tables.series) & set(EVERYWHERE)):
        year = tables.metrics[name][..., 0]
        assert np.allclose(tables.series[name].sum(axis=-1), year, rtol=1e-9), name


def test_money_metrics_are_the_ledgers_own_pence(tables: Tables) -> None:
    metrics = tables.metrics
    assert np.allclose(
        metrics["net_cost_gbp"][:4, :2, 0], tables.ledger.sum(axis=(0, 1, 2)) / 100, rtol=1e-12
    )
    assert np.allclose(metrics["gross_cost_gbp"] - metrics["income_gbp"], metrics["net_cost_gbp"], rtol=1e-12)
    payers = [cube for name, cube in metrics.items() if name.startswith("funding_gbp_")]
    assert np.allclose(np.sum(payers, axis=0), metrics["gross_cost_gbp"], rtol=1e-12)
    parts = [cube for name, cube in tables.metrics.items() if name.startswith("care_management_gbp_")]
    apart = [cube for cube in parts if cube is not tables.metrics["care_management_gbp_per_person_week"]]
    assert np.allclose(np.sum(apart, axis=0), tables.metrics["care_management_gbp"], rtol=1e-12)
    pay = tables.ledger[:, Stream.ASC, list(PAID_TIME)].sum(axis=(0, 2, 3))
    assert (pay > 0).all(), "each use of paid time occurs"
    assert not tables.ledger[:, :, Category.OVERTIME_PREMIUM].any(), "this council pays no overtime"


def test_without_a_roll_out_nothing_is_paid_for_the_other_system(lab: Laboratory) -> None:
    ledger = lab.tables(SMALL).ledger
    assert ledger[..., 0].any() and not ledger[..., 1].any()


def test_planners_have_posts_from_the_first_wave_on_and_only_then(lab: Laboratory) -> None:
    planners: Tree = {"workforce": {"support_planners_fte": 2}}
    start = date(2006, 7, 1)
    ledger = lab.tables(SMALL, planners, wave(since=start, weeks=20)).ledger
    pay = ledger[:, Stream.ASC, Category.SUPPORT_PLANNERS].sum(axis=(1, 2))
    assert not pay[:3].any() and (pay[3:] > 0).all()
    assert differing(lab.tables(SMALL, planners), lab.tables(SMALL)) == []


def test_set_up_begins_with_the_first_wave_and_charges_are_a_share_of_packages(lab: Laboratory) -> None:
    ledger = lab.tables(SMALL, wave(since=date(2006, 7, 1), weeks=20)).ledger.sum(axis=(1, 3))
    by_month = ledger[:, list(SETUP)].sum(axis=(1, 2))
    assert not by_month[:3].any() and (by_month[3:] > 0).all()
    assert not ledger[:, list(SETUP), CONVENTIONAL].any()
    shares = -ledger[:, Category.USER_CHARGES].sum() / ledger[:, list(PACKAGE)].sum()
    assert 0.02 < shares < 0.12, "between the shares of the groups"


def test_people_and_flows_agree(tables: Tables) -> None:
    people = tables.people or {}
    assert whole(tables, "offers_made") == (people["offered_at"] >= 0).sum() > 10
    assert whole(tables, "referrals") == (people["arrives_at"] >= 365 * DAY_MINUTES).sum()
    assert whole(tables, "ib_holders") == (people["support"] == 2).sum() > 0


# --- the same thing twice ---------------------------------------------------------------------------


def test_the_same_three_give_the_same_tables_whatever_ran_before(
    mixed: ResolvedScenario, tables: Tables, lab: Laboratory
) -> None:
    lab.tables(SMALL, number=3, seed=9)
    run(mixed, 1, 1)
    assert differing(run(mixed, 1, 0), tables) == []


def test_the_order_of_replications_changes_nothing(mixed: ResolvedScenario) -> None:
    forth = [digest(run(mixed, 2, number)) for number in (0, 1, 2)]
    back = [digest(run(mixed, 2, number)) for number in (2, 1, 0)]
    assert forth == back[::-1]
    assert len(set(forth)) == 3


def test_seeds_differ(mixed: ResolvedScenario, tables: Tables) -> None:
    assert digest(run(mixed, 2, 0)) != digest(tables)


_PRINT_DIGEST = """
import sys
from ibsim.replication import run
from ibsim.scenario import load
from tests.conservation.test_books import digest
print(digest(run(load(sys.argv[1]), 1, 0)))
"""


def test_the_order_of_hashes_changes_nothing(mixed: ResolvedScenario, tables: Tables) -> None:
    for seed in ("0", "4711"):
        here = Path(__file__).parents[2]
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(here)}
        found = subprocess.run(
            [sys.executable, "-c", _PRINT_DIGEST, str(mixed.path)],
            env=env, cwd=here, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert found.stdout.strip() == digest(tables)


def test_a_roll_out_to_nobody_is_the_baseline_bit_for_bit(lab: Laboratory) -> None:
    baseline = lab.tables(SMALL)
    unsuitable: Tree = {"rollout": {"suitable_percent": 0}}
    nobodies: list[Tree] = [
        {"rollout": {"waves": []}},
        wave(share_percent=0),
        wave("new_referrals", share_percent=0),
        wave("at_review", share_percent=0),
        merged(wave(), unsuitable),
    ]
    for nobody in nobodies:
        assert differing(lab.tables(SMALL, nobody), baseline) == []


def test_the_shipped_council_without_waves_is_itself(lab: Laboratory) -> None:
    year: Tree = {"calendar": {"years": 1, "warm_up_years": 0}}
    plain = lab.tables(year)
    assert differing(lab.tables(year, {"rollout": {"waves": []}}), plain) == []
    assert load("metropolitan").levers.rollout.waves == []


def test_people_are_the_same_in_every_scenario(lab: Laboratory, tables: Tables) -> None:
    baseline, mixed = lab.tables(SMALL).people or {}, tables.people or {}
    own = ("id", "group", "arrives_at", "has_package", "direct_payment", "age", "female", "minority",
           "locality", "simple", "urgent", "band", "services_pence", "needs", "points_normal", "sp_sum",
           "ilf_award", "ilf_place", "atw_sum", "ices_ib", "held", "leads", "one_off_pence")  # fmt: skip
    for name in own:
        assert np.array_equal(baseline[name], mixed[name]), name


# --- the books themselves ---------------------------------------------------------------------------


def test_books_are_checked_and_say_what_was_checked(tables: Tables) -> None:
    assert tables.books and all(number > 0 for number in tables.books.values())


def test_a_person_who_is_in_two_places_is_found(mixed: ResolvedScenario) -> None:
    council = Council(mixed, 1, 0)
    council.run()
    end, flows = council.clock.n_days * DAY_MINUTES, council.machine.flows
    stage, since = (council.world.people[name].copy() for name in ("stage", "stage_since"))
    assert check_stages(flows, stage, since, end) == len(Stage)
    stage[0] = (stage[0] + 1) % len(Stage)
    with pytest.raises(BooksError, match="people came in"):
        check_stages(flows, stage, since, end)
    stage[0] = council.world.people["stage"][0]
    since[0] -= 1
    with pytest.raises(BooksError, match="Little's law"):
        check_stages(flows, stage, since, end)


def test_a_penny_too_many_is_found(mixed: ResolvedScenario) -> None:
    council = Council(mixed, 1, 0)
    council.world.people["spent_pence"][0] += 1
    with pytest.raises(BooksError, match="pence"):
        council.run()


def test_a_minute_too_many_is_found(mixed: ResolvedScenario) -> None:
    council = Council(mixed, 1, 0)
    council.workforce.work.tables.worked[0, 0] += 1
    with pytest.raises(BooksError, match="minutes were worked"):
        council.run()


# --- legal extremes ---------------------------------------------------------------------------------

NOBODY: Tree = {"clients_at_start": 0, "referrals_per_year": 0}
EXTREMES: dict[str, Tree] = {
    "no referrals": {"population": {"referrals_per_year": 0, "contacts_per_year": 0}},
    "nobody at the start": {"population": {"clients_at_start": 0}},
    "nobody at all": {"population": NOBODY | {"contacts_per_year": 0}},
    "one person": {"population": NOBODY | {"clients_at_start": {"PD": 0, "LD": 1, "MH": 0, "OP": 0}}},
    "no co-ordinators": {"workforce": {"care_coordinators_fte": 0}},
    "no staff at all": {
        "access": {"access_team_fte": 0},
        "workforce": {"care_coordinators_fte": 0, "team_managers_fte": 0},
    },
    "no hours": {"workforce": {"hours_per_week": 0, "desk_hours_per_week": 0}},
    "all urgent": {"access": {"urgent_percent": 100, "simple_assessment_percent": 0}},
    "all simple": {"access": {"simple_assessment_percent": 100}},
    "all shares 0": {
        "assessment": {"self_percent": 0, "supported_percent": 0, "professional_percent": 100,
                       "carer_assessment_percent": 0, "paused_percent": 0},
        "planning": {"paused_percent": 0},
        "signoff": {"returned_percent": 0},
        "review": {"kept_open_percent": 0, "reassessment_percent": 0},
        "rollout": {"refusal_percent": 0, "return_percent": 0, "refusal_factor_direct_payment": 0},
        "population": {"package_at_start_percent": 0, "package_new_percent": 0},
    },
    "all shares 100": {
        "assessment": {"self_percent": 100, "supported_percent": 0, "professional_percent": 0,
                       "carer_assessment_percent": 100, "paused_percent": 100},
        "allocation": {"returned_percent": 100, "refusal_if_lower_percent": 100},
        "planning": {"paused_percent": 100},
        "signoff": {"returned_percent": 100},
        "review": {"kept_open_percent": 100, "reassessment_percent": 100},
        "rollout": {"return_percent": 100},
        "population": {"package_at_start_percent": 100, "package_new_percent": 100},
    },
    "everybody refuses": {"rollout": {"refusal_percent": 100}},
    "nobody eligible": {
        "access": {"facs_threshold": "critical", "critical_percent": 0, "substantial_percent": 0,
                   "moderate_percent": 0, "low_percent": 100},
    },
    "no warm-up": {"calendar": {"warm_up_years": 0}},
    "three localities": {"population": {"localities": 3}},
    "nobody leaves": {
        "population": {"exit_rate_package_per_year": 0, "exit_rate_other_per_year": 0,
                       "withdrawal_rate_per_year": 0, "needs_change_rate_per_year": 0},
        "review": {"crisis_rate_per_year": 0},
        "safeguarding": {"referrals_per_1000_per_year": 0},
    },
    "everybody leaves soon": {
        "population": {"exit_rate_package_per_year": 50, "withdrawal_rate_per_year": 50}
    },
    "a panel that decides nothing": {
        "allocation": {"panel_cases": 0},
        "signoff": {"support_plan_by": "panel", "care_plan_by": "panel"},
    },
    "reviews without end": {"review": {"interval_weeks": 0, "first_review_weeks": 0, "grace_days": 0}},
    "staff come and go": {
        "workforce": {"turnover_percent_per_year": 300, "weeks_to_fill_a_post": 0, "leave_days_per_year": 200}
    },
    "a caseload of one": {"workforce": {"caseload_limit": 1}},
}  # fmt: skip


@pytest.mark.parametrize("extreme", EXTREMES.values(), ids=EXTREMES.keys())
def test_legal_extremes_finish_with_balanced_books(lab: Laboratory, extreme: Tree) -> None:
    tables = lab.tables(SMALL, ROLL_OUT, extreme)
    assert tables.books["stages"] > 0
    for name in NEVER_NEGATIVE:
        assert (tables.metrics[name] >= 0).all(), name


def test_a_start_in_a_leap_year_finishes(lab: Laboratory) -> None:
    leap: Tree = {"calendar": {"start": date(2008, 2, 29)}, "rollout": {"waves": []}}
    assert whole(lab.tables(SMALL, leap), "reviews_completed") > 0
