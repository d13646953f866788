"""`validate` on small councils in trial mode: what it pools, what it weighs, what it says."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.policy.finance import visits_weekly
from ibsim.validation.rows import FITTED, PREDICTED, Row, Sample
from ibsim.validation.tables import weigh
from ibsim.validation.telling import COLUMNS, figure, tables, tree, validation_csv, words
from ibsim.validation.whole import Round, Setting, jackknife, validate
from tests.councils import START, Laboratory, merged, part_of_council, wave

SPECIFIED = {
    "4.4", "4.5", "5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "6.3", "6.4", "6.5", "6.6", "6.7", "6.8", "6.9",
    "6.10", "7.1", "7.2", "7.3", "7.4", "7.5", "12.1", "12.2", "12.3",
    "12.4", "C.5", "D.1", "returns",
}  # fmt: skip
"""Every table that validation promises to speak of."""


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Round], Setting]:
    """Two replications of one site, its people approached at once, and of a council without roll-out."""
    lab = Laboratory(tmp_path_factory.mktemp("councils"))
    offer = merged(wave(weeks=12), {"rollout": {"trial": {"enabled": True}}})
    calendar = {"calendar": {"start": START, "years": 1, "warm_up_years": 0}}
    site = lab.scenario(part_of_council(staffing=1.5), calendar, offer)
    council = part_of_council(), calendar
    trees = part_of_council(staffing=1.5), calendar, offer
    rounds = [Round((lab.tables(*trees, number=n),), lab.tables(*council, number=n)) for n in (1, 2, 3)]
    visits = visits_weekly(site.levers.finance)
    return rounds, Setting(site.calendar, visits, site.evidence)


@pytest.fixture(scope="module")
def rows(found: tuple[list[Round], Setting]) -> list[Row]:
    return validate(*found)


def test_every_table_is_there_and_every_figure_has_a_model(rows: list[Row]) -> None:
    assert {row.table for row in rows} >= SPECIFIED
    assert len({(row.table, row.group, row.arm, row.name) for row in rows}) == len(rows)
    counted = [row for row in rows if not np.isnan(row.model)]
    assert len(counted) > 0.95 * len(rows)


def test_what_is_put_in_comes_out(rows: list[Row]) -> None:
    """Nobody gets ahead in the funnel, and the visits are those of Table 7.5, group by group."""
    by_name = {row.name: row for row in rows if row.table == "4.4"}
    steps = [row.model for row in by_name.values()]
    assert steps == sorted(steps, reverse=True) and steps[0] > 80
    visits = {row.arm: row for row in rows if row.table == "7.5" and row.name == "visits"}
    assert visits["IB"].model == pytest.approx(1.66, abs=0.05)
    assert visits["conventional"].model == pytest.approx(0.98, abs=0.08)


def test_own_errors_come_from_other_dice(found: tuple[list[Round], Setting], rows: list[Row]) -> None:
    own = {(row.table, row.group, row.arm, row.name): row.own for row in rows}
    assert own["4.4", "all", "IB", "services in place"] > 0
    assert own["7.5", "all", "IB", "visits"] == 0, "what is put in has no error"
    rounds, setting = found
    same = validate([rounds[0]] * 3, setting)
    assert max(row.own for row in same if not np.isnan(row.own)) < 1e-9


def test_a_mean_is_pooled_over_people_not_over_councils(found: tuple[list[Round], Setting]) -> None:
    rounds, setting = found
    trial = [one.sites[0].trial or {} for one in rounds]
    budgets = [t["final_budget"][(t["signed_at"] >= 0) & (t["group"] == 3)] / 100 for t in trial]
    row = next(r for r in validate(rounds, setting) if r.key == ("5.2", "OP", "council, mean"))
    assert row.model == pytest.approx(np.concatenate(budgets).mean())


def test_the_jackknife_is_the_error_of_a_mean() -> None:
    """For a mean the jackknife is the usual standard error."""
    values = np.array([[3.0, 1.0], [5.0, 1.0], [10.0, 1.0]])
    means = np.array([np.delete(values, i, axis=0).mean(axis=0) for i in range(3)])
    assert jackknife(means) == pytest.approx(values.std(axis=0, ddof=1) / np.sqrt(3))


def test_groups_count_as_in_the_sample() -> None:
    groups = np.array([0, 0, 0, 1, 3])
    weights = weigh(groups, [30, 10, 0, 60])
    assert weights.tolist() == [10, 10, 10, 10, 60]
    row = Sample("4.4", "all").percent("x", 0, groups == 3, 100, weights=weights)
    assert row.model == pytest.approx(60)


def test_a_sample_of_nobody_is_inside_nothing() -> None:
    sample, nobody = Sample("5.2", "MH"), np.zeros(0)
    for row in (
        sample.mean("a", 1, nobody, 5),
        sample.median("b", 1, nobody, 5, None),
        sample.spread("c", 1, nobody, 5, None),
        sample.percent("d", 1, nobody > 0, 5),
    ):
        assert np.isnan(row.model) and not row.inside


def test_the_models_own_error_widens_the_interval() -> None:
    row = Row("4.4", "all", "x", report=50, model=60, n=100, error=3.0)
    assert not row.inside and replace(row, own=4.0).inside
    assert replace(row, model=1.0).interval[0] == 0, "nothing printed is below nought"


def test_the_table_and_the_words_say_the_same(rows: list[Row], evidence: Evidence) -> None:
    text = validation_csv(rows, evidence)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert tuple(lines[0]) == COLUMNS and len(lines) == len(rows)
    outside = [line for line in lines if line["inside"] == "no"]
    assert all(line["note"] for line in outside), "a misfit is always spoken of"
    assert {line["fitted"] for line in lines} <= {"fitted", "put in", "predicted", "derived"}
    program = tree(rows, evidence)
    assert program["figures"] - program["inside"] == len(outside)
    told = "\n".join(words(rows))
    for line in outside:
        assert line["quantity"] in told
    printed = list(tables(rows, evidence))
    assert sum(line.endswith("OUTSIDE") for line in printed) == len(outside)
    assert max(map(len, printed)) <= 106


def test_all_that_fits_is_said_in_one_sentence() -> None:
    good = Row("4.4", "all", "x", report=50, model=50, n=100, error=3.0)
    told = list(words([good, replace(good, basis=PREDICTED)]))
    assert len(told) == 1 and told[0].startswith("2 of 2 figures lie inside")
    assert good.basis == FITTED


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.456, "0.46"), (45.6, "45.6"), (4567.8, "4,568"), (1_770_000, "1.77m"), (float("nan"), "-")],
)
def test_figures_have_about_three_digits(value: float, text: str) -> None:
    assert figure(value) == text
