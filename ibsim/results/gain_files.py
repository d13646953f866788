"""What people gain and lose, as files and in words: cost-effectiveness, acceptability, winners and losers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.results.cost_effectiveness import DRAWS, QUADRANTS, WILLINGNESS, Effect, Interval, trial_effects
from ibsim.results.measure.gained import AGES, PACKAGES
from ibsim.results.textfiles import csv_text, number
from ibsim.units import GROUPS

if TYPE_CHECKING:
    from ibsim.results.summary import RunResult
    from ibsim.results.tables import Tables

Floats = NDArray[np.float64]
EFFECT_COLUMNS = (
    "group", "outcome", "cost_difference_gbp_per_week", "cost_ci_low", "cost_ci_high", "outcome_difference",
    "outcome_ci_low", "outcome_ci_high", "icer_gbp", "icer_ci_low", "icer_ci_high", "quadrant",
    *(f"quadrant_{quadrant}" for quadrant in QUADRANTS), "health_difference_gbp_per_week", "health_ci_low",
    "health_ci_high", "people", "draws",
)  # fmt: skip
POINTS = 100
"""Draws of each group and outcome that the plane shows."""
WINNER_COLUMNS = (
    "by", "value", "people", "winners_percent", "losers_percent", "mean_change_gbp_per_week",
)  # fmt: skip
NAMES = {"PD": "People with a physical disability", "LD": "People with a learning disability",
         "MH": "People with mental health problems", "OP": "Older people", "all": "All groups"}  # fmt: skip
WORTH = {"nw": "better and cheaper", "ne": "better and dearer",
         "sw": "worse and cheaper", "se": "worse and dearer"}  # fmt: skip


def gain_texts(result: RunResult) -> Iterator[tuple[str, str]]:
    """The files of a run by name; none for a run in which nobody has an IB."""
    if result.effects:
        yield "cost_effectiveness.csv", cost_effectiveness_csv(result.effects)
        yield "acceptability.csv", acceptability_csv(result.effects)
        yield "plane.csv", plane_csv(result.effects)
    if found := trial_effects(result.tables, result.seed):
        yield "cost_effectiveness_trial.csv", cost_effectiveness_csv(found)
    if has_winners(result.tables):
        yield "winners.csv", winners_csv(result.tables)


def cost_effectiveness_csv(effects: Sequence[Effect]) -> str:
    """`cost_effectiveness.csv`: a row a group and outcome; quadrants are shares of the draws."""
    return csv_text(EFFECT_COLUMNS, (_effect_row(effect) for effect in effects))


def _effect_row(effect: Effect) -> list[str]:
    intervals = (effect.cost, effect.gain, effect.ratio)
    decimals = (2, 4, 0)
    cells = [cell for found, n in zip(intervals, decimals, strict=True) for cell in _cells(found, n)]
    quadrants = [number(share, 4) for share in effect.quadrants]
    last = [*_cells(effect.health, 2), number(effect.people, 1), str(DRAWS)]
    return [effect.group, effect.outcome, *cells, effect.quadrant, *quadrants, *last]


def _cells(found: Interval, decimals: int) -> list[str]:
    return [number(value, decimals) for value in (found.value, found.low, found.high)]


def acceptability_csv(effects: Sequence[Effect]) -> str:
    """`acceptability.csv`: how likely the gain is worth its cost, by what a point may cost a week."""
    rows = (
        [effect.group, effect.outcome, str(pounds), number(probability, 4)]
        for effect in effects
        for pounds, probability in zip(WILLINGNESS, effect.acceptable, strict=True)
    )
    return csv_text(("group", "outcome", "willingness_gbp", "probability"), rows)


def plane_csv(effects: Sequence[Effect]) -> str:
    """`plane.csv`: the first draws of each group and outcome, as points of the plane."""
    rows = (
        [effect.group, effect.outcome, str(draw), number(cost, 2), number(gain, 4)]
        for effect in effects
        for draw, (cost, gain) in enumerate(effect.points[:POINTS], start=1)
    )
    return csv_text(("group", "outcome", "draw", "cost_difference_gbp_per_week", "outcome_difference"), rows)


def winners_csv(tables: Sequence[Tables]) -> str:
    """`winners.csv`: who has more and who has less than the package that their IB took the place of."""
    return csv_text(WINNER_COLUMNS, _winner_rows(tables))


def _winner_rows(tables: Sequence[Tables]) -> Iterator[list[str]]:
    for by, values in _values().items():
        counts: Floats = np.sum([t.gains[f"winners_{by}"] for t in tables], axis=0)
        for value, (people, more, less, change) in zip(values, counts.tolist(), strict=True):
            if people:
                parts = [100 * more / people, 100 * less / people, change / people]
                yield [by, value, number(people / len(tables), 1), *(number(part, 2) for part in parts)]


def _values() -> dict[str, Sequence[str]]:
    """What people are told apart by, and what each code says."""
    ages = (f"{low} to {high - 1}" for low, high in pairwise(AGES[1:]))
    pounds = (f"{low} to under {high}" for low, high in pairwise(PACKAGES[1:]))
    packages = (f"under {PACKAGES[1]}", *pounds, f"at least {PACKAGES[-1]}")
    return {
        "all": ("all",),
        "group": GROUPS,
        "age": (f"under {AGES[1]}", *ages, f"{AGES[-1]} and over"),
        "ethnicity": ("other", "white"),
        "old_package": tuple(f"{band} pounds a week" for band in packages),
        "direct_payment": ("services before", "direct payment before"),
    }


def has_winners(tables: Sequence[Tables]) -> bool:
    """Whether an IB took the place of anybody's package."""
    return any(t.gains and t.gains["winners_all"][0, 0] > 0 for t in tables)


def gain_sentences(effects: Sequence[Effect]) -> Iterator[str]:
    """One plain sentence a group: what people gained by an IB, with its interval, and what it cost."""
    found: dict[str, dict[str, Effect]] = {}
    for effect in effects:
        found.setdefault(effect.group, {})[effect.outcome] = effect
    for group, outcomes in found.items():
        ascot, control, strain = (outcomes[name] for name in ("ascot", "control", "ghq"))
        in_100, strained = _times(control.gain, 100), _times(strain.gain, -1)
        yield (
            f"{NAMES[group]}: social care outcome {_signed(ascot.gain, 2)}, in control "
            f"{_signed(in_100, 0)} in 100, strain {_signed(strained, 1)} (less is better), "
            f"£ a week {_signed(ascot.cost, 0)}; by the social care outcome {_worth(ascot)}."
        )


def _worth(effect: Effect) -> str:
    """The quadrant with the most draws, in words."""
    share, quadrant = max(zip(effect.quadrants, QUADRANTS, strict=True))
    return f"{WORTH[quadrant]} in {100 * share:.0f} percent of draws"


def _times(found: Interval, factor: float) -> Interval:
    ends = sorted((factor * found.low, factor * found.high))
    return Interval(factor * found.value, *ends)


def _signed(found: Interval, decimals: int) -> str:
    """A difference with its interval: `+0.16 (0.02 to 0.30)`."""
    low, high = (f"{end:,.{decimals}f}" for end in (found.low, found.high))
    return f"{found.value:+,.{decimals}f} ({low} to {high})"
