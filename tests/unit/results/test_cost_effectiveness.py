"""Cost-effectiveness: intervals as theory has them, what replications differ by, quadrants, files, words."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.results.cost_effectiveness import DRAWS, WILLINGNESS, Effect, effects, trial_effects
from ibsim.results.gain_files import (
    acceptability_csv,
    cost_effectiveness_csv,
    gain_sentences,
    has_winners,
    plane_csv,
    winners_csv,
)
from ibsim.results.tables import Tables

Columns = dict[str, NDArray[Any]]
COST, ASCOT, GHQ = 0, 2, 4
Z = 1.96


@dataclass
class Kept:
    """The part of a replication's tables that cost-effectiveness reads."""

    gains: Columns
    trial: Columns | None = None
    metrics: Columns = field(default_factory=dict)


def holders(dice: np.random.Generator, shift: float = 0.0, n: int = 150, people: int = 150) -> Kept:
    """Holders of one group: costs -20, ASCOT 0.2 and `shift`, with spreads of 100 and 0.5."""
    difference = np.zeros((n, 7))
    difference[:, COST] = -20 + 100 * dice.standard_normal(n)
    difference[:, ASCOT] = 0.2 + shift + 0.5 * dice.standard_normal(n)
    every = np.full((4, 7), np.nan)
    every[0] = difference.mean(axis=0)
    return Kept(
        {
            "group": np.zeros(n, dtype=np.int8),
            "weight": np.ones(n, dtype=np.float32),
            "difference": difference.astype(np.float32),
            "all_people": np.array([people, 0, 0, 0]),
            "all_weeks": np.array([float(people), 0, 0, 0]),
            "all_difference": every,
            "visits": np.zeros((4, 2)),
        }
    )


def found(kept: list[Kept], group: str = "PD", outcome: str = "ascot") -> Effect:
    every = effects(cast("list[Tables]", kept), 1)
    return next(effect for effect in every if (effect.group, effect.outcome) == (group, outcome))


def half(effect: Effect) -> float:
    return (effect.gain.high - effect.gain.low) / 2


def test_the_interval_is_that_of_a_mean() -> None:
    effect = found([holders(np.random.default_rng(1))])
    assert effect.gain.low < effect.gain.value < effect.gain.high
    assert half(effect) == pytest.approx(Z * 0.5 / np.sqrt(150), rel=0.15)
    assert (effect.cost.high - effect.cost.low) / 2 == pytest.approx(Z * 100 / np.sqrt(150), rel=0.15)


def test_a_sample_of_few_stands_for_many() -> None:
    few, many = (found([holders(np.random.default_rng(1), people=n)]) for n in (150, 15_000))
    assert half(many) == pytest.approx(half(few) / 10, rel=0.02)


def test_chance_is_not_counted_twice() -> None:
    dice = np.random.default_rng(2)
    effect = found([holders(dice) for _ in range(40)])
    # one council's people, however many replications say what its mean is
    assert half(effect) == pytest.approx(Z * 0.5 / np.sqrt(150), rel=0.25)


def test_what_evidence_differs_by_is_kept() -> None:
    dice = np.random.default_rng(3)
    shifts = 0.2 * dice.standard_normal(60)
    effect = found([holders(dice, shift) for shift in shifts])
    expected = Z * np.hypot(shifts.std(ddof=1), 0.5 / np.sqrt(150))
    assert half(effect) == pytest.approx(expected, rel=0.15)


def test_an_outcome_heard_of_in_one_replication_alone_has_no_spread_between_them() -> None:
    dice = np.random.default_rng(4)
    heard, unheard = holders(dice), holders(dice)
    unheard.gains["difference"][:, ASCOT] = unheard.gains["all_difference"][:, ASCOT] = np.nan
    effect = found([heard, unheard])
    assert effect.gain.value == pytest.approx(heard.gains["all_difference"][0, ASCOT])
    assert effect.gain.low < effect.gain.value < effect.gain.high


def test_quadrants_and_acceptability_follow_the_draws() -> None:
    effect = found([holders(np.random.default_rng(4))])
    cost, gain = effect.points.T
    assert effect.points.shape == (DRAWS, 2)
    assert effect.quadrant == "nw" and sum(effect.quadrants) == pytest.approx(1)
    assert effect.quadrants[1] == np.mean((gain > 0) & (cost <= 0))
    assert effect.ratio.value == pytest.approx(effect.cost.value / effect.gain.value)
    assert effect.acceptable[0] == np.mean(cost < 0)
    # the more a point may cost, the nearer to the chance that there is a gain at all
    assert effect.acceptable[-1] == pytest.approx(np.mean(gain > 0), abs=0.01)
    assert len(effect.acceptable) == len(WILLINGNESS) and list(effect.acceptable) == sorted(effect.acceptable)


def test_the_same_tables_give_the_same_draws_and_groups_do_not_disturb_each_other() -> None:
    kept = holders(np.random.default_rng(5))
    one, again = found([kept]), found([kept])
    assert np.array_equal(one.points, again.points)
    both = {name: values.copy() for name, values in kept.gains.items()}
    both["group"] = np.concatenate([both["group"], np.full(150, 3, dtype=np.int8)])
    both["weight"] = np.tile(both["weight"], 2)
    both["difference"] = np.concatenate([both["difference"], -both["difference"]])
    both["all_people"][3], both["all_weeks"][3] = 150, 150.0
    both["all_difference"][3] = -both["all_difference"][0]
    assert np.array_equal(found([Kept(both)]).points, one.points)
    assert found([Kept(both)], "all").gain.value == pytest.approx(0, abs=1e-6)


def test_nobody_with_an_ib_has_no_effects() -> None:
    assert effects(cast("list[Tables]", [Kept({})]), 1) == ()
    assert trial_effects(cast("list[Tables]", [holders(np.random.default_rng(1))]), 1) == ()


def trial(dice: np.random.Generator, n: int = 400) -> Kept:
    """Both arms of one group, half of the IB arm without a plan, so that their costs are not known."""
    arm = np.repeat([1, 0], n)
    cost = np.where(arm == 1, 279.0, 296.0) + 10 * dice.standard_normal(2 * n)
    cost[: n // 2] = np.nan
    columns: Columns = {
        "trial": arm,
        "group": np.zeros(2 * n, dtype=np.int8),
        "support_gbp_per_week": cost,
        "health": np.where(arm == 1, 83.0, 59.0),
        "ascot": np.where(arm == 1, 3.55, 3.48) + 0.8 * dice.standard_normal(2 * n),
        "control": np.where(np.arange(2 * n) % 2 == 0, 2, 1),
        "ghq": np.where(arm == 1, 3.0, 3.2),
        "quality_of_life": np.full(2 * n, 4.0),
        "satisfied": np.full(2 * n, 0.5),
    }
    kept = holders(dice)
    kept.gains["visits"] = np.array([[11.0, 18.0]] * 4)
    return Kept(kept.gains, columns)


def test_the_trials_arms_are_compared_as_they_were_drawn() -> None:
    every = trial_effects(cast("list[Tables]", [trial(np.random.default_rng(6))]), 1)
    by_outcome = {effect.outcome: effect for effect in every if effect.group == "PD"}
    ascot = by_outcome["ascot"]
    assert ascot.cost.value == pytest.approx(-17 + 7, abs=1.5)  # plans known of half the arm, and visits
    assert ascot.health.value == pytest.approx(24)
    assert by_outcome["ghq"].gain.value == pytest.approx(0.2)  # less strain is a gain
    assert half(ascot) == pytest.approx(Z * 0.8 * np.sqrt(2 / 400), rel=0.15)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_files_say_what_the_effects_say() -> None:
    every = effects(cast("list[Tables]", [holders(np.random.default_rng(7))]), 1)
    table = rows(cost_effectiveness_csv(every))
    assert [(row["group"], row["outcome"]) for row in table] == [(e.group, e.outcome) for e in every]
    first = table[0]
    assert float(first["cost_difference_gbp_per_week"]) == pytest.approx(every[0].cost.value, abs=0.01)
    assert float(first["outcome_ci_low"]) == pytest.approx(every[0].gain.low, abs=1e-4)
    assert first["quadrant"] == "nw" and first["draws"] == "3000"
    # an outcome that does not differ has no ratio
    assert next(row for row in table if row["outcome"] == "ghq")["icer_gbp"] == ""
    assert len(rows(acceptability_csv(every))) == len(every) * len(WILLINGNESS)
    assert len(rows(plane_csv(every))) == 100 * len(every)
    sentences = list(gain_sentences(every))
    assert len(sentences) == 2 and sentences[0].startswith("People with a physical disability: ")
    assert "better and cheaper in " in sentences[0]


def test_winners_and_losers_over_replications() -> None:
    sizes = {"all": 1, "group": 4, "age": 5, "ethnicity": 2, "old_package": 5, "direct_payment": 2}
    counts: Columns = {f"winners_{by}": np.zeros((n, 4)) for by, n in sizes.items()}
    for by, value in (("all", 0), ("group", 3), ("age", 4), ("old_package", 2)):
        counts[f"winners_{by}"][value] = [4, 1, 3, -40]
    kept = cast("list[Tables]", [Kept(counts), Kept(counts)])
    assert has_winners(kept) and not has_winners(cast("list[Tables]", [Kept({})]))
    table = rows(winners_csv(kept))
    assert [(row["by"], row["value"]) for row in table] == [
        ("all", "all"), ("group", "OP"), ("age", "85 and over"),
        ("old_package", "100 to under 200 pounds a week"),
    ]  # fmt: skip
    told = {row["winners_percent"] + "/" + row["losers_percent"] for row in table}
    assert told == {"25/75"} and {row["people"] for row in table} == {"4"}
    assert {row["mean_change_gbp_per_week"] for row in table} == {"-10"}
