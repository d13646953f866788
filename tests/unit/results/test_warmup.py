"""The check of the warm-up against series whose start-up is known."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.results.statistics import Floats
from ibsim.results.warmup import Settling, moving_average, mser, picture, settled_after, verdict, warmup_csv

MONTHS = 120


def council(start_up_months: float, trend: float = 0.0, replications: int = 10) -> Floats:
    """Months that begin at nought and close in on 100, with noise of 3."""
    dice = np.random.default_rng(5)
    month = np.arange(MONTHS)
    level = 100 * (1 - np.exp(-3 * (month + 1) / start_up_months)) + trend * month
    return np.asarray(level + dice.normal(0, 3, (replications, MONTHS)), dtype=np.float64)


def test_mser_cuts_off_just_what_differs() -> None:
    values = np.array([0.0, 0.0, 0.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0])
    assert mser(values) == 3
    errors = [values[cut:].var() / (12 - cut) for cut in range(7)]
    assert np.argmin(errors) == 3, "by its definition"


@pytest.mark.parametrize(("start_up", "suffices"), [(6, True), (18, True), (60, False)])
def test_a_short_start_up_passes_and_a_long_one_does_not(start_up: float, suffices: bool) -> None:
    found = Settling.of("people_waiting", council(start_up), 24)
    assert found.suffices == suffices
    assert (verdict([found]) == "The warm-up of 2 years suffices.") == suffices
    if not suffices:
        assert "people_waiting" in verdict([found]) and "TOO SHORT" in found.sentence()


def test_a_series_that_never_settles_is_said_to_go_on_changing() -> None:
    found = Settling.of("people_waiting", council(3, trend=2.0), 24)
    assert found.settled_months is None and not found.suffices
    assert "goes on changing through 10 years" in found.sentence() and "below" in found.sentence()


def test_a_settled_series_needs_no_warm_up() -> None:
    assert settled_after(np.full(MONTHS, 7.0)) == 0
    assert "from the start" in Settling.of("people_waiting", np.full((3, MONTHS), 7.0), 24).sentence()


def test_the_moving_average_takes_out_the_seasons_and_keeps_a_line() -> None:
    month = np.arange(MONTHS, dtype=np.float64)
    np.testing.assert_allclose(moving_average(month), month)
    seasons = 100 + 10 * np.sin(2 * np.pi * month / 12)
    assert np.ptp(moving_average(seasons)[6:-6]) < 2 < np.ptp(seasons)


def test_the_picture_needs_nothing_else_and_the_same_months_give_the_same_bytes() -> None:
    found = [Settling.of("people_waiting", council(6), 24)]
    page = picture(found, "A <b>council</b>")
    assert page == picture(found, "A <b>council</b>")
    assert 'src="http' not in page and "<b>council" not in page
    rows = warmup_csv(found).splitlines()
    assert len(rows) == MONTHS + 1 and rows[1].startswith("people_waiting,people,1,")
