"""The pay sheet: every paid minute has a use, a group and an arm, and none is paid twice."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.policy.workforce.paysheet import pay_sheet
from ibsim.policy.workforce.week import N_BESIDE, ORGANISATIONAL, SUPPORT
from ibsim.words import PAID_TIME, Activity, Category, Desk

USE = {category: place for place, category in enumerate(PAID_TIME)}


def empty() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.zeros((len(Desk), 3)),
        np.zeros((len(Desk), len(Activity), 4, 2)),
        np.zeros((len(Desk), N_BESIDE, 4, 2)),
    )


def test_a_desk_is_paid_for_its_hours_whatever_it_did() -> None:
    hours, tasks, beside = empty()
    dice = np.random.default_rng(1)
    hours[:] = dice.random(hours.shape) * 400
    tasks[:] = dice.random(tasks.shape) * 3_000
    beside[:] = dice.random(beside.shape) * 200
    sheet = pay_sheet(hours, tasks, beside)
    assert sheet.sum(axis=(1, 2, 3)) == pytest.approx(hours.sum(axis=1) * 60)
    assert (sheet >= 0).all()


def test_tasks_and_the_rest_keep_their_group_and_arm_and_what_is_left_is_spare() -> None:
    hours, tasks, beside = empty()
    hours[Desk.COORDINATOR] = 9.0, 1.0, 0.0
    tasks[Desk.COORDINATOR, Activity.REVIEW - 1, 2, 0] = 240.0
    beside[Desk.COORDINATOR, SUPPORT, 3, 1] = 60.0
    sheet = pay_sheet(hours, tasks, beside)[Desk.COORDINATOR]
    assert sheet[USE[Category.REVIEW_TIME], 2, 0] == 240
    assert sheet[USE[Category.CASE_SUPPORT_TIME], 3, 1] == 60
    spare = sheet[USE[Category.SPARE_TIME]]
    assert spare[2, 0] == pytest.approx(240) and spare[3, 1] == pytest.approx(60)
    assert sheet.sum() == pytest.approx(600)


def test_work_that_ends_together_is_not_paid_for_beyond_the_months_hours() -> None:
    hours, tasks, beside = empty()
    hours[Desk.ACCESS, 0] = 5.0
    tasks[Desk.ACCESS, Activity.ASSESSMENT - 1, 0, 0] = 400.0
    tasks[Desk.ACCESS, Activity.ASSESSMENT - 1, 3, 0] = 400.0
    beside[Desk.ACCESS, ORGANISATIONAL, 0, 0] = 100.0
    sheet = pay_sheet(hours, tasks, beside)[Desk.ACCESS]
    assert sheet[USE[Category.ASSESSMENT_TIME], :, 0].tolist() == [100, 0, 0, 100]
    assert sheet[USE[Category.ORGANISATIONAL_TIME], :, 0].tolist() == [50, 0, 0, 50]
    assert not sheet[USE[Category.SPARE_TIME]].any()


def test_an_idle_desk_is_the_conventional_systems_and_idle_planners_the_other_ones() -> None:
    hours, tasks, beside = empty()
    hours[:, 0] = 8.0
    sheet = pay_sheet(hours, tasks, beside)
    for desk in Desk:
        paid = sheet[desk].sum(axis=(0, 1))
        assert paid.tolist() == ([0, 480] if desk == Desk.PLANNER else [480, 0])
