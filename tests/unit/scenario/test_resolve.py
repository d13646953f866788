from __future__ import annotations

import copy
import pickle
import time
from collections.abc import Callable
from datetime import date

import pytest

from ibsim.evidence import load as evidence
from ibsim.scenario import ResolvedScenario, load
from tests.unit.scenario.conftest import Refused, Write

Resolved = Callable[..., ResolvedScenario]
WAVES = (
    "rollout:\n"
    "  - {from: 2006-04-01, groups: [OP], to: new_referrals, share_percent: 40}\n"
    "  - {from: 2007-04-01, groups: [PD], to: at_review}\n"
)


def test_a_scenario_of_two_lines_is_complete(resolved: Resolved) -> None:
    scenario = resolved("")
    assert scenario.name == "A council"
    assert scenario.why == "to see"
    assert scenario.calendar.start == date(2006, 4, 1)
    assert scenario.calendar.first_day == date(2004, 4, 1)
    assert scenario.calendar.end == date(2011, 4, 1)
    assert scenario.levers.workforce.team_size == evidence().value("team-size")
    assert scenario.tree == {"name": "A council", "why": "to see"}
    assert scenario.evidence == evidence()


def test_levers_and_calendar_are_read(resolved: Resolved) -> None:
    scenario = resolved("calendar: {start: 2006-01-15, years: 5, price_base: 2007-08}\n" + WAVES)
    assert scenario.calendar.end == date(2011, 1, 15)
    assert scenario.tree["rollout"]["waves"][0]["share_percent"] == 40
    assert [wave.share_percent for wave in scenario.levers.rollout.waves] == [40, 100]


def test_an_override_reaches_the_lever(resolved: Resolved) -> None:
    scenario = resolved("evidence: {team-size: 8, review-hours/OP: 2.5}\n")
    assert scenario.levers.workforce.team_size == 8
    assert scenario.levers.review.hours.OP == 2.5
    younger = scenario.levers.review.hours.PD
    assert younger == evidence().value("review-hours", "PD")
    assert scenario.evidence.overrides == {"team-size": 8, "review-hours/OP": 2.5}


def test_a_part_of_a_section_with_its_own_defaults(resolved: Resolved) -> None:
    capped = resolved(
        "workforce: {capped_hours_per_week: {review: 5}}\n"
    ).levers.workforce.capped_hours_per_week
    untouched = resolved("").levers.workforce.capped_hours_per_week
    assert capped == untouched.model_copy(update={"review": 5})


# --- the hash ------------------------------------------------------------------------------------------


def test_the_hash_is_that_of_the_content(write: Write) -> None:
    one = load(write("workforce: {team_size: 8, support_planners_fte: 2}\ncalendar: {years: 4}\n"))
    text = "# a comment\ncalendar: {years: 4}\nworkforce:\n  support_planners_fte: 2.0\n  team_size: 8\n"
    other = load(write(text, "other.yaml", head="why: else\nname: B\n"))
    assert one.hash == other.hash
    write("workforce: {team_size: 8}\n", "parent.yaml")
    child = load(write("extends: parent\nworkforce: {support_planners_fte: 2}\ncalendar: {years: 4}\n"))
    assert child.hash == one.hash


@pytest.mark.parametrize(
    "change",
    [
        "calendar.years=4",
        "calendar.warm_up_years=1",
        "workforce.team_size=8",
        "review.hours.OP=2",
        "rollout.0.share_percent=41",
        "evidence.team-size=8",
        "workforce.support_planners_fte=[{from: 2008-04-01, value: 5}]",
        "workforce.support_planners_fte=[{from: 2008-04-02, value: 5}]",
    ],
)
def test_every_change_changes_the_hash(resolved: Resolved, change: str) -> None:
    assert resolved(WAVES).hash != resolved(WAVES, [change]).hash


def test_an_explicit_default_changes_nothing(resolved: Resolved) -> None:
    number = evidence().value("team-size")
    assert resolved("").hash == resolved(f"workforce: {{team_size: {number:g}}}\n").hash


# --- --set ---------------------------------------------------------------------------------------------


def test_sets_change_levers_last(resolved: Resolved) -> None:
    scenario = resolved(
        WAVES + "workforce: {team_size: 9}\n",
        [
            "workforce.team_size=8",
            "workforce.team_size=7",
            "review.hours=3",
            "review.hours.OP=2",
            "rollout.waves.0.share_percent=50",
            "rollout.1.groups=[PD, LD]",
            "access.facs_threshold=critical",
            "rollout.trial.enabled=true",
            "evidence.visit-gap-days=9",
            "name=Other",
        ],
    )
    levers = scenario.levers
    assert levers.workforce.team_size == 7
    assert levers.review.hours.array().tolist() == [3, 3, 3, 2]
    assert levers.rollout.waves[0].share_percent == 50
    assert levers.rollout.waves[1].groups == ["PD", "LD"]
    assert levers.access.facs_threshold == "critical"
    assert levers.rollout.trial.enabled
    assert levers.assessment.visit_gap_days == 9
    assert scenario.name == "Other"
    assert scenario.sources["workforce.team_size"] == "--set workforce.team_size=7"


def test_a_set_takes_the_roll_out_away(resolved: Resolved) -> None:
    assert resolved(WAVES, ["rollout.waves=[]"]).hash == resolved("").hash


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        ("team_size", "'team_size'", "path=value"),
        ("", "''", "path=value"),
        ("=3", "'=3'", "path=value"),
        ("a..b=3", "'a..b=3'", "path=value"),
        ("extends=x", "`extends`", "path=value"),
        ("evidence=3", "3", "id: value"),
        ("workforce.teem_size=3", "'teem_size'", "did you mean `team_size`?"),
        ("team_size=3", "'team_size'", "`team_size` belongs under `workforce`"),
        ("rollout.waves.2.share_percent=3", "'2'", "name an item"),
        ("rollout.waves.share_percent=3", "'share_percent'", "name an item"),
        ("rollout.waves.٣.share_percent=3", "'٣'", "name an item"),
        ("workforce.team_size=[1", "not YAML", "mend"),
        ("workforce.team_size=.nan", ".nan", "finite"),
        ("workforce.team_size=", "nothing", "write a value"),
        ("workforce.team_size.x=3", "a mapping with 'x'", "write a value"),
        ("workforce=3", "3", "`key: value` lines"),
        ("why=", "nothing", "words"),
        ("calendar.years=0", "0", "write a value"),
    ],
)
def test_sets_that_are_refused(refused: Refused, text: str, found: str, remedy: str) -> None:
    error = refused(WAVES, [text])
    assert error.where.startswith(f"--set {text}"[:20])
    assert found in error.found
    assert remedy in error.remedy


def test_an_empty_list_has_no_items(refused: Refused) -> None:
    assert "no items" in refused("rollout: []\n", ["rollout.0.share_percent=3"]).rule


# --- as an object --------------------------------------------------------------------------------------


def test_a_scenario_travels_between_processes(resolved: Resolved) -> None:
    scenario = resolved(WAVES + "review: {hours: [{from: 2007-04-01, value: 2}]}\n")
    again = pickle.loads(pickle.dumps(scenario))  # noqa: S301  # our own bytes, as the process pool does it
    assert again.timeline == scenario.timeline
    assert again.hash == scenario.hash
    assert copy.deepcopy(scenario).timeline == scenario.timeline
    assert again.timeline[-1][1].review.hours.array().tolist() == [2.0] * 4


def test_loading_is_fast(write: Write) -> None:
    write(WAVES, "parent.yaml")
    path = write("extends: parent\nworkforce: {support_planners_fte: [{from: 2007-04-01, value: 2}]}\n")
    load(path)
    times = []
    for _ in range(5):
        start = time.process_time()  # others may be at work on the machine
        load(path)
        times.append(time.process_time() - start)
    assert min(times) < 0.06
