from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from ibsim.evidence import load as evidence
from ibsim.scenario import ResolvedScenario
from tests.unit.scenario.conftest import Refused

Resolved = Callable[..., ResolvedScenario]


def test_without_dates_one_set_of_levers_holds_throughout(resolved: Resolved) -> None:
    timeline = resolved("calendar: {start: 2007-04-01, warm_up_years: 1}\n").timeline
    assert [day for day, _ in timeline] == [date(2006, 4, 1)]


def test_a_lever_changes_at_its_dates(resolved: Resolved) -> None:
    scenario = resolved(
        "workforce:\n"
        "  support_planners_fte: [{from: 2006-04-01, value: 2}, {from: 2008-04-01, value: 4}]\n"
        "  care_coordinators_fte: {OP: [{from: 2007-01-01, value: 60.5}]}\n"
        "  team_size: 8\n"
    )
    planners = [(day, levers.workforce.support_planners_fte) for day, levers in scenario.timeline]
    default = evidence().value("support-planners-fte")
    assert planners == [
        (date(2004, 4, 1), default),
        (date(2006, 4, 1), 2),
        (date(2007, 1, 1), 2),
        (date(2008, 4, 1), 4),
    ]
    older = [levers.workforce.care_coordinators_fte.OP for _, levers in scenario.timeline]
    before = evidence().value("care-coordinators-fte", "OP")
    assert older == [before, before, 60.5, 60.5]
    assert scenario.levers.workforce.support_planners_fte == 2
    assert scenario.levers_at(date(2008, 3, 31)).workforce.support_planners_fte == 2
    assert scenario.levers_at(date(2008, 4, 1)).workforce.support_planners_fte == 4
    assert scenario.levers_at(date(1999, 1, 1)) == scenario.timeline[0][1]


def test_a_dated_number_for_all_groups(resolved: Resolved) -> None:
    scenario = resolved("review: {hours: [{from: 2004-04-01, value: 3}, {from: 2007-04-01, value: 2}]}\n")
    assert [levers.review.hours.array().tolist() for _, levers in scenario.timeline] == [[3] * 4, [2] * 4]


def test_the_first_date_may_be_any_day_before(resolved: Resolved) -> None:
    scenario = resolved("workforce: {support_planners_fte: [{from: 1980-01-01, value: 2}]}\n")
    assert len(scenario.timeline) == 1
    assert scenario.levers.workforce.support_planners_fte == 2


def test_a_date_that_changes_nothing_is_no_change(resolved: Resolved) -> None:
    text = (
        "workforce: {support_planners_fte: [{from: 2004-04-01, value: 2}, {from: 2007-04-01, value: 2.0}]}\n"
    )
    assert len(resolved(text).timeline) == 1
    assert resolved(text).hash == resolved("workforce: {support_planners_fte: 2}\n").hash


def test_a_date_that_sets_the_default_is_no_change(resolved: Resolved) -> None:
    default = evidence().value("review-interval-weeks")
    text = f"review: {{interval_weeks: [{{from: 2007-04-01, value: {default:g}}}]}}\n"
    assert len(resolved(text).timeline) == 1


def test_too_many_days_of_change(refused: Refused) -> None:
    entries = ", ".join(
        f"{{from: {date(2006, 4, 1) + timedelta(days=n)}, value: {n % 2}}}" for n in range(1_200)
    )
    assert "1,200 days" in refused(f"review: {{hours: [{entries}]}}\n").found


def test_words_can_be_dated(resolved: Resolved) -> None:
    entries = "[{from: 2004-04-01, value: moderate}, {from: 2007-10-01, value: substantial}]"
    text = f"access: {{facs_threshold: {entries}}}\n"
    assert [levers.access.facs_threshold for _, levers in resolved(text).timeline] == [
        "moderate",
        "substantial",
    ]


def test_shares_must_add_up_at_every_date(refused: Refused) -> None:
    text = "planning: {who_plans: {coordinator_percent: [{from: 2007-04-01, value: 1}]}}\n"
    assert "add up to 100" in refused(text).rule


LEVER = "workforce:\n  support_planners_fte:\n    "


@pytest.mark.parametrize(
    ("text", "found", "line"),
    [
        (LEVER + "[{from: 2008-04-01, value: 4}, {from: 2007-04-01, value: 2}]", "2007-04-01 after", 5),
        (LEVER + "- {from: 2008-04-01, value: 4}\n    - {from: 2008-04-01, value: 2}", "2008-04-01 after", 6),
        (LEVER + "[{from: 2011-04-01, value: 4}]", "the date 2011-04-01", 5),
        (LEVER + "[{from: 1990-04-01, value: 4}, {from: 1991-04-01, value: 4}]", "the date 1991-04-01", 5),
        (LEVER + "[{from: 2008-04-01, fte: 4}]", "an entry with from, fte", 5),
        (LEVER + "[{}]", "an entry with nothing", 5),
        (LEVER + "[{from: 1/4/2008, value: 4}]", "the text '1/4/2008'", 5),
        (LEVER + "[{from: 2008-04-01, value: [4]}]", "a list of 1", 5),
        (LEVER + "[{from: 2008-04-01, value: {OP: 4}}]", "a mapping with 'OP'", 5),
        (LEVER + "[{from: 2008-04-01, value: -4}]", "-4", 5),
        (LEVER + "[{from: 2008-04-01, value: four}]", "the text 'four'", 5),
        (LEVER + "[4, 5]", "4", 5),
        (LEVER + "[]", "an empty list", 4),
        ("population:\n  clients_at_start: [{from: 2008-04-01, value: 4}]", "a list of 1", 4),
        ("workforce:\n  team_size: [{from: 2008-04-01, value: 4}]", "a list of 1", 4),
        ("calendar:\n  years: [{from: 2008-04-01, value: 4}]", "a list of 1", 4),
        ("evidence:\n  team-size: [{from: 2008-04-01, value: 4}]", "a list of 1", 4),
        ("workforce: [{from: 2008-04-01, value: {}}]", "a list of 1", 3),
        ("rollout:\n  waves: [{from: 2008-04-01, value: 1}]", "a list of 1", 4),
        ("rollout:\n  - {from: 2005-04-01, groups: [OP], to: everyone}", "the date 2005-04-01", 4),
        ("rollout:\n  - {from: 2015-04-01, groups: [OP], to: everyone}", "the date 2015-04-01", 4),
    ],
)
def test_what_is_refused(refused: Refused, text: str, found: str, line: int) -> None:
    error = refused(text + "\n")
    assert found in error.found
    assert error.where.startswith(f"council.yaml:{line}")


def test_a_wrong_value_is_placed_at_its_entry(refused: Refused) -> None:
    text = LEVER + "- from: 2006-04-01\n      value: 3\n    - from: 2007-04-01\n      value: 30000\n"
    error = refused(text)
    assert error.where == "council.yaml:8, workforce.support_planners_fte"
    assert error.found == "30000"


def test_wave_and_lever_faults_come_together(refused: Refused) -> None:
    error = refused(
        "workforce: {team_size: 0}\nrollout:\n  - {from: 2015-04-01, groups: [OP], to: everyone}\n"
    )
    assert "1 more to mend" in error.remedy
    assert "2015-04-01" in error.remedy
