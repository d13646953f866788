from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.check import describe, tell
from ibsim.scenario.diff import Difference, diff
from tests.unit.scenario.conftest import Write

Resolved = Callable[..., ResolvedScenario]


def test_a_scenario_does_not_differ_from_itself(resolved: Resolved) -> None:
    assert diff(resolved(""), resolved("")) == []


def test_levers_that_differ_throughout(resolved: Resolved) -> None:
    base = resolved("workforce: {team_size: 8}\n")
    other = resolved("workforce: {team_size: 9}\nreview: {hours: {OP: 2}}\ncalendar: {years: 4}\n")
    assert diff(base, other) == [
        Difference("calendar.years", 5, 4, "years", None),
        Difference("workforce.team_size", 8.0, 9.0, "posts", None),
        Difference("review.hours.OP", base.levers.review.hours.OP, 2.0, "hours", None),
    ]


def test_dated_changes_are_told_from_their_day(resolved: Resolved) -> None:
    base = resolved("workforce: {support_planners_fte: 3}\n")
    other = resolved(
        "workforce:\n  support_planners_fte:\n"
        "    - {from: 2004-04-01, value: 3}\n"
        "    - {from: 2006-10-01, value: 5}\n"
        "    - {from: 2007-10-01, value: 3}\n"
    )
    path = "workforce.support_planners_fte"
    assert diff(base, other) == [
        Difference(path, 3.0, 5.0, "posts", date(2006, 10, 1)),
        Difference(path, 3.0, 3.0, "posts", date(2007, 10, 1)),
    ]


def test_waves_and_evidence(resolved: Resolved) -> None:
    base = resolved("")
    other = resolved("evidence: {team-size: 9}\nrollout: [{from: 2006-04-01, groups: [OP], to: everyone}]\n")
    rows = {row.path: (row.first, row.second) for row in diff(base, other)}
    wave = {"from": "2006-04-01", "groups": ["OP"], "to": "everyone", "share_percent": 100.0}
    assert rows.keys() == {"evidence.team-size", "rollout.waves.0"}
    assert rows["evidence.team-size"] == (base.levers.workforce.team_size, 9.0)
    nothing, told = rows["rollout.waves.0"]
    assert nothing is None and wave.items() <= told.items()


def test_check_says_what_matters(write: Write) -> None:
    write("", "parent.yaml")
    path = write(
        "extends: parent\nevidence: {team-size: 900}\nworkforce: {team_size: 9}\n"
        "rollout:\n  trial: {enabled: true}\n  waves:\n"
        "    - {from: 2006-10-01, groups: [OP, PD], to: everyone}\n"
        "    - {from: 2006-04-01, groups: [transitions], to: everyone}\n"
        "review: {interval_weeks: [{from: 2007-04-01, value: 40}]}\n"
    )
    text = "\n".join(describe(load(path)))
    assert text.startswith("A council: valid\n  why        to see\n")
    assert "council.yaml extends parent.yaml" in text
    assert "5, 2006-04-01 to 2011-03-31" in text
    assert "PD, OP, transitions, in 2 waves from 2006-04-01; trial mode" in text
    default = f"{load(write('')).levers.workforce.team_size:g}"
    assert f"overridden:\n             team-size: {default} -> 900 posts\n" in text
    assert "evidence.team-size" not in text, "told once"
    assert "levers change on 2007-04-01" in text
    assert "from 2007-04-01" in text
    assert "differ from parent.yaml:" in text


def test_check_of_a_plain_scenario(write: Write) -> None:
    text = "\n".join(describe(load(write(""))))
    assert "none: conventional care management only" in text
    assert "as shipped" in text
    assert "no lever changes" in text
    write("", "parent.yaml")
    assert "as in parent.yaml" in "\n".join(describe(load(write("extends: parent\n"))))


def test_check_lists_thirty_levers_at_most(write: Write) -> None:
    write("", "parent.yaml")
    child = "extends: parent\npopulation: {clients_at_start: 9}\nbrokerage: {conventional_hours: 9}\n"
    child += "review: {hours: 9, unplanned_review_hours: 9, kept_open_percent: 9}\n"
    child += "assessment: {conventional_hours: 9, reassessment_hours: 9, ib_hours: 9}\n"
    assert "more; see `ibsim diff`" in "\n".join(describe(load(write(child))))


def test_differences_read_as_lines() -> None:
    assert tell(Difference("a.b", 1.0, 2.5, "posts", None)) == "a.b: 1 -> 2.5 posts"
    assert tell(Difference("a", "x", None, "choice", date(2007, 1, 2))) == "a: x -> none from 2007-01-02"
    assert (
        tell(Difference("a", True, [date(2007, 1, 2), {"k": 1}], "", None)) == "a: true -> [2007-01-02, k 1]"
    )


def test_an_override_is_told_with_its_default_and_once(resolved: Resolved) -> None:
    base = resolved("")
    hours = base.levers.review.hours
    other = resolved("evidence: {review-hours/OP: 9, team-size: 9}\nworkforce: {team_size: 5}\n")
    rows = [(row.path, row.first, row.second) for row in diff(base, other)]
    team = base.levers.workforce.team_size
    assert rows == [
        ("evidence.review-hours/OP", hours.OP, 9.0),
        ("evidence.team-size", team, 9.0),
        ("workforce.team_size", team, 5.0),
    ]
    assert [(row.first, row.second) for row in diff(other, base)][:2] == [(9.0, hours.OP), (9.0, team)]


def test_an_override_of_all_groups_shows_each(resolved: Resolved) -> None:
    base, other = resolved(""), resolved("evidence: {review-hours: 9}\n")
    (row,) = diff(base, other)
    assert row.path == "evidence.review-hours"
    assert "-> " in tell(row) and "9" in tell(row)


def test_check_warns_of_levers_that_change_the_warm_up(write: Write) -> None:
    write("", "parent.yaml")

    def text(child: str) -> str:
        return "\n".join(describe(load(write(f"extends: parent\n{child}"))))

    posts = text("workforce: {support_planners_fte: 9}\n")
    assert "note       workforce.support_planners_fte has no date and holds in the warm-up too" in posts
    assert "date it from 2006-04-01" in posts
    several = text("workforce: {support_planners_fte: 9, team_size: 5}\nreview: {hours: 9}\n")
    assert "and 3 more have no date and hold" in several
    for child in (
        "workforce: {support_planners_fte: [{from: 2006-04-01, value: 9}]}\n",
        "workforce: {support_planners_fte: [{from: 2004-04-01, value: 9}]}\n",
        "rollout: [{from: 2006-04-01, groups: [OP], to: everyone}]\n",
        "workforce: {ib_coordinators_percent: 9}\n",
        "population: {contacts_per_year: 9}\nworkforce: {team_size: 5}\n",
        "calendar: {warm_up_years: 0}\nworkforce: {team_size: 5}\n",
    ):
        assert "warm-up too" not in text(child), child
