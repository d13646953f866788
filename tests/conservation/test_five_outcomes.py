"""How five people fare, by results, is what `fared_by_hand` works out, for as long as support is in place.

The first tests put each outcome's law to the sums there; the others ask the model, of the same quiet council.
"""

from __future__ import annotations

from math import comb, exp
from pathlib import Path

import numpy as np
import pytest

from ibsim.compiled import entry
from ibsim.council import Council
from ibsim.draws import Draws, Floats, Ids
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import set_timer
from ibsim.replication import Keep, tables_of
from ibsim.units import GROUPS
from ibsim.words import CONVENTIONAL, IB, Timer
from tests.conservation.fared_by_hand import (
    ASCOT,
    ASCOT_IB,
    ATTRIBUTES,
    CONTROL,
    CONTROL_IB,
    GHQ,
    GHQ_IB,
    HAS,
    HAS_IB,
    LIFE,
    LIFE_IB,
    PEOPLE,
    PLEASED,
    PLEASED_IB,
    Means,
)  # fmt: skip
from tests.conservation.test_five_journeys import (
    A_POINT,
    END,
    HOLDERS,
    PACKAGE,
    QUIET,
    REFUSER,
    WEEK,
    Told,
    at,
)
from tests.councils import STEADY_MARKET, Laboratory, Tree, merged, wave

LIKE_ONE_ANOTHER: Tree = {
    "evidence": {"age-sd": 0, "adl-able-percent": 100},
    "finance": {"visits_ib_per_quarter": 4.0, "visits_conventional_per_quarter": 3.0, "visit_gbp": 120.0},
}
YEAR = 365.25 * 24 * 60
NEAR = 1e-4
"""The model rounds outcomes to four places, and so do these tables."""


def rounded(values: Means) -> Means:
    return {who: round(value, 4) for who, value in values.items()}


@pytest.mark.parametrize(("means", "has"), [(ASCOT, HAS), (ASCOT_IB, HAS_IB)])
def test_ascot_is_4_57_less_an_unmet_need_of_many_small_shares(means: Means, has: dict[str, Means]) -> None:
    """Need is beta(1, b) with the mean that is left: half have 4.57 x 0.5 to (4.57 - m) / m or more."""
    assert rounded({who: 4.57 * 0.5 ** ((4.57 - m) / m) for who, m in means.items()}) == has["ascot"]


@pytest.mark.parametrize(("means", "has"), [(GHQ, HAS), (GHQ_IB, HAS_IB)])
def test_strain_is_a_power_of_the_draw_with_its_mean(means: Means, has: dict[str, Means]) -> None:
    """The mean of u to the k is 1 / (1 + k): at 1/2 the power is (12 - m) / m."""
    assert rounded({who: 12 * 0.5 ** ((12 - m) / m) for who, m in means.items()}) == has["ghq"]


@pytest.mark.parametrize(("odds", "has"), [(CONTROL, HAS), (CONTROL_IB, HAS_IB)])
def test_control_is_had_by_those_whose_odds_are_above_evens(odds: Means, has: dict[str, Means]) -> None:
    """In control were 44, 35, 41 and 43 percent, without high needs 88, 80, 92 and 84 (Tables 6.6 to 6.9)."""
    high = {"PD": 44 / 56, "LD": 35 / 65, "MH": 41 / 59, "OP": 43 / 57, "refuser": 43 / 57}
    some = {"PD": 88 / 12, "LD": 80 / 20, "MH": 92 / 8, "OP": 84 / 16, "refuser": 84 / 16}
    # in control, with the package: 0.68, 0.51, 0.44, 0.37, 0.47 to one; with the IB: 1.58, 1.53, 0.55, 0.31
    reached = {who: (high[who] * exp(x) > 1) + (some[who] * exp(x) > 1) for who, x in odds.items()}
    assert reached == has["control"]


@pytest.mark.parametrize(("means", "has"), [(LIFE, HAS), (LIFE_IB, HAS_IB)])
def test_quality_of_life_is_one_and_six_trials(means: Means, has: dict[str, Means]) -> None:
    """At 1/2 the points are the median of 1 + binomial(6, (m - 1) / 6)."""
    for who, mean in means.items():
        p, points = (mean - 1) / 6, int(has["quality_of_life"][who])
        below = [sum(comb(6, k) * p**k * (1 - p) ** (6 - k) for k in range(n)) for n in range(8)]
        assert below[points - 1] < 0.5 < below[points], who


@pytest.mark.parametrize(("points", "has"), [(PLEASED, HAS), (PLEASED_IB, HAS_IB)])
def test_satisfied_are_those_moved_beyond_the_43_percent(points: Means, has: dict[str, Means]) -> None:
    """A normal stands at 0.17637 where 43 percent are above it; 1.56 points are one standard deviation."""
    assert {who: x / 1.56 > 0.17637 for who, x in points.items()} == has["satisfied"]


# --- and what the model says ------------------------------------------------------------------------------


class Middle(Draws):
    """Draws of which each is 1/2."""

    def uniform(self, decision: str, ids: Ids, occurrence: int | Ids = 0) -> Floats:
        return np.full(ids.size, 0.5)


def the_five(folder: Path) -> Council:
    """The quiet council before its first day, with these people in it."""
    tree = merged(QUIET, STEADY_MARKET, LIKE_ONE_ANOTHER)
    council = Council(Laboratory(folder).scenario(tree, wave(weeks=0.1)), 1, 0)
    people = council.world.people
    people["needs"], people["services_pence"] = 1.0, PACKAGE
    people["direct_payment"][REFUSER] = True
    for name, values in ATTRIBUTES.items():
        people[name] = values
    council.prices.prices[:] = A_POINT
    council.set_rules()
    return council


def year_of(council: Council) -> Told:
    """Their year, and how they fare by the middle of each law."""
    council.run()
    council.world.draws = Middle(1, 0)
    return Told(council, tables_of(council, Keep(people=True)))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return year_of(the_five(tmp_path_factory.mktemp("fare")))


def minutes(told: Told) -> tuple[Means, Means]:
    """How long each has the package and the IB: the year, split where support from the IB starts."""
    before: Means = {PEOPLE[person]: told.started(person) for person in HOLDERS}
    return before | {"refuser": END}, {who: END - start for who, start in before.items()}


def check(told: Told, metric: str, usual: Means, held: Means) -> None:
    """Means by group and arm, weighted by minutes; the refuser is of OP."""
    cube, (before, after) = told.tables.metrics[metric][:, :, 0], minutes(told)
    for row, group in enumerate(GROUPS[:3]):
        assert cube[row, CONVENTIONAL] == pytest.approx(usual[group], abs=NEAR), group
        assert cube[row, IB] == pytest.approx(held[group], abs=NEAR), group
    own, other = before["OP"], before["refuser"]
    both = (own * usual["OP"] + other * usual["refuser"]) / (own + other)
    assert cube[3, CONVENTIONAL] == pytest.approx(both, abs=NEAR)
    assert cube[3, IB] == pytest.approx(held["OP"], abs=NEAR)
    everything = sum(before[who] * usual[who] for who in PEOPLE) + sum(
        after[who] * held[who] for who in after
    )
    assert cube[-1, -1] == pytest.approx(everything / (5 * END), abs=NEAR)


@pytest.mark.parametrize("outcome", ["ascot", "control", "ghq", "quality_of_life"])
def test_each_fares_as_the_tables_say_for_as_long_as_support_is_in_place(told: Told, outcome: str) -> None:
    check(told, f"{outcome}_mean", HAS[outcome], HAS_IB[outcome])


def test_shares_are_those_of_whole_people(told: Told) -> None:
    nobody: Means = dict.fromkeys(PEOPLE, 0.0)
    check(told, "in_control_percent", nobody, nobody | {"PD": 100.0, "LD": 100.0})
    # four points or more of the GHQ: MH's 6.77 with the package, OP's 5.94 with the IB
    check(told, "ghq_case_percent", nobody | {"MH": 100.0}, nobody | {"OP": 100.0})
    check(told, "satisfied_percent", nobody, nobody | {"PD": 100.0, "OP": 100.0})


def test_days_in_hospital_are_two_half_years_of_the_printed_ones(told: Told) -> None:
    """Tables 7.3 and 7.4: 2.03 and 3.47 days in six months, times the group's own factor."""
    factors = {"PD": 0.84378, "LD": 0.11021, "MH": 1.3053, "OP": 1.8356, "refuser": 1.8356}
    usual, held = ({who: 2 * days * f for who, f in factors.items()} for days in (2.03, 3.47))
    check(told, "hospital_days_per_person_year", usual, held)


def test_the_health_service_spends_weeks_times_60_or_80_pounds(told: Told) -> None:
    before, after = minutes(told)
    due = (60 * sum(before.values()) + 80 * sum(after.values())) / WEEK
    assert told.tables.metrics["health_gbp"][-1, -1, 0] == pytest.approx(due)


def test_gains_run_while_the_ib_is_in_place(told: Told) -> None:
    metrics, (_, after) = told.tables.metrics, minutes(told)
    gain = {"PD": 0.2616, "LD": -0.0171, "MH": 0.4044, "OP": -0.0878}  # HAS_IB less HAS
    for row, group in enumerate(GROUPS):
        years = after[group] / YEAR
        assert 0.8637 < years < 0.8666  # from the 20th or the 19th of May on: 454,308 or 455,748 minutes
        points = metrics["ascot_gain_point_years"][row]
        assert points[IB, 0] == pytest.approx(gain[group] * years, abs=2 * NEAR)
        assert points[CONVENTIONAL, 0] == 0
        in_control = metrics["in_control_gain_person_years"][row, IB, 0]
        assert in_control == pytest.approx(years if group in ("PD", "LD") else 0.0)


def test_cost_effectiveness_sets_the_same_gains_beside_the_cost(told: Told) -> None:
    """153.32 less 200 pounds, and 4 visits of 120 pounds a quarter of 12 weeks less 3: - 46.68 + 10."""
    found = told.tables.gains["all_difference"]
    expected = {  # cost, health, ASCOT, in control, GHQ (lower is a gain), quality of life, satisfied
        "PD": (-36.6804, 20, 0.2616, 1, 0.9397, -1, 1),
        "LD": (-36.6804, 20, -0.0171, 1, -0.0651, 0, 0),
        "MH": (-36.6804, 20, 0.4044, 0, 4.7215, 1, 0),
        "OP": (-36.6804, 20, -0.0878, 0, -2.1675, 0, 1),
    }
    for row, group in enumerate(GROUPS):
        assert found[row] == pytest.approx(expected[group], abs=2 * NEAR), group
    assert told.tables.gains["all_people"].tolist() == [1, 1, 1, 1]


@entry
def _falls_due(w: Shared, timer: int, p: int, at: int) -> None:
    set_timer(w, timer, p, at)


def test_outcomes_end_with_support_and_an_ib_s_with_the_ib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PD's person goes back to the package on Monday 4 September at 10:00, LD's leaves on 2 October at 10:00.

    What PD's person had with the IB was had with its pounds, though the IB is given up.
    """
    council = the_five(tmp_path)
    back, gone = at("4 Sep 2006", "10:00"), at("2 Oct 2006", "10:00")
    opens, friday = council.rollout.open, at("1 Sep 2006") // (24 * 60)

    def open_and_set_both(day: int) -> None:
        opens(day)
        if day == friday:
            for timer, person, moment in ((Timer.RETURN, 0, back), (Timer.EXIT, 1, gone)):
                _falls_due(council.machine.ready(1), int(timer), person, moment)

    monkeypatch.setattr(council.rollout, "open", open_and_set_both)
    told = year_of(council)
    metrics, pd, ld = told.tables.metrics, told.started(0), told.started(1)
    # PD: 2 with the IB, else 1; the whole year has 525,600 minutes, up to 4 September 10:00 are 225,240
    assert (back, gone, END) == (225_240, 265_560, 525_600)
    held = back - pd
    assert metrics["control_mean"][0, -1, 0] == pytest.approx((2 * held + (END - held)) / END)
    assert metrics["in_control_gain_person_years"][0, IB, 0] == pytest.approx(held / YEAR)
    ascot = (HAS["ascot"]["PD"] * (END - held) + HAS_IB["ascot"]["PD"] * held) / END
    assert metrics["ascot_mean"][0, -1, 0] == pytest.approx(ascot, abs=NEAR)
    assert metrics["ascot_mean"][0, IB, 0] == pytest.approx(HAS_IB["ascot"]["PD"], abs=NEAR)
    assert told.tables.gains["all_difference"][0, 0] == pytest.approx(-36.6804, abs=2 * NEAR)
    # LD: of the time until 2 October alone
    ascot = (HAS["ascot"]["LD"] * ld + HAS_IB["ascot"]["LD"] * (gone - ld)) / gone
    assert metrics["ascot_mean"][1, -1, 0] == pytest.approx(ascot, abs=NEAR)
    gain = (HAS_IB["ascot"]["LD"] - HAS["ascot"]["LD"]) * (gone - ld) / YEAR
    assert metrics["ascot_gain_point_years"][1, IB, 0] == pytest.approx(gain, abs=2 * NEAR)
    # all the health service spends on them: 60 pounds a week with the package, 80 with the IB, then nothing
    due = 60 * (END - held + ld) + 80 * (held + gone - ld)
    assert metrics["health_gbp"][:2, -1, 0].sum() == pytest.approx(due / WEEK)
