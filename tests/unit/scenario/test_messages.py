from __future__ import annotations

import pytest

from ibsim.scenario.catalogue import catalogue, item_model, keys_at, type_at
from ibsim.scenario.hints import allowed, nearest, unknown_key
from ibsim.scenario.model import Levers
from ibsim.scenario.problems import Problem, path_text, refuse_all, show
from tests.unit.scenario.conftest import Refused


@pytest.mark.parametrize(
    ("text", "where", "found", "rule", "remedy"),
    [
        ("workforce: {team_size: 0}", "workforce.team_size", "0", "a number from 1 to 100 (posts)", "allows"),
        ("workforce: {team_size: '8'}", "workforce.team_size", "the text '8'", "a number from", "write 8"),
        ("workforce: {team_size: 8 posts}", "workforce.team_size", "'8 posts'", "a number", "write 8"),
        ("workforce: {team_size: x}", "workforce.team_size", "'x'", "a number", "in digits"),
        ("workforce: {team_size: true}", "workforce.team_size", "true", "a number", "allows"),
        ("workforce: {team_size: }", "workforce.team_size", "nothing", "a number", "write a value"),
        ("workforce: {team_size: 2006-04-01}", "workforce.team_size", "2006-04-01", "a number", "allows"),
        (
            "rollout: [{from: 2006-04-01, groups: [OP], to: everyone, weeks: 0}]",
            "rollout.waves.0.weeks",
            "0",
            "above 0 to 520",
            "allows",
        ),
        ("review: {hours: '1,000'}", "review.hours", "'1,000'", "for all groups or", "write 1000"),
        ("review: {hours: {OP: -1}}", "review.hours.OP", "-1", "from 0 to 1,000 (hours)", "allows"),
        ("review: {hours: -1}", "review.hours", "-1", "from 0 to 1,000 (hours)", "allows"),
        ("review: {hours: {XX: 1}}", "review.hours.XX", "'XX'", "ibsim knows", "PD, LD, MH, OP"),
        ("population: {localities: 1.6}", "population.localities", "1.6", "a whole number", "write 2"),
        ("rollout: {trial: {enabled: no}}", "rollout.trial.enabled", "'no'", "true or false", "write false"),
        ("rollout: {trial: {enabled: 3}}", "rollout.trial.enabled", "3", "true or false", "true or false"),
        ("access: {facs_threshold: moderat}", "access.facs_threshold", "'moderat'", "one of", "`moderate`"),
        ("access: {facs_threshold: qqq}", "access.facs_threshold", "'qqq'", "one of", "critical, subst"),
        ("access:", "access", "nothing", "a mapping with", "indented"),
        ("calendar: 5", "calendar", "5", "a mapping with start", "indented"),
        (
            "calendar: {start: 1/4/2006}",
            "calendar.start",
            "'1/4/2006'",
            "a date from 1990",
            "like 2006-04-01",
        ),
        ("calendar: {start: 1950-01-01}", "calendar.start", "1950-01-01", "a date from 1990", "like"),
        ("calendar: {years: 41}", "calendar.years", "41", "a whole number from 1 to 40", "allows"),
        (
            "calendar: {price_base: 2007-09}",
            "calendar.price_base",
            "2007-09",
            "did you mean 2007-08",
            "change",
        ),
        ("calendar: {price_base: x}", "calendar.price_base", "'x'", "text", "allows"),
        ("calendar: {yeers: 4}", "calendar.yeers", "'yeers'", "ibsim knows", "`years`"),
        ("calender: {years: 4}", "calender", "'calender'", "ibsim knows", "`calendar`"),
        ("years: 4", "years", "'years'", "ibsim knows", "`years` belongs under `calendar`"),
        ("enabled: true", "enabled", "'enabled'", "ibsim knows", "belongs under `rollout.trial`"),
        (
            "review: {review: {}}",
            "review.review",
            "'review'",
            "knows",
            "`review` belongs at the top of the file",
        ),
        ("qqqq: 4", "qqqq", "'qqqq'", "ibsim knows", "the keys here are extends, name, why"),
        ("review: {team_sise: 4}", "review.team_sise", "'team_sise'", "knows", "`team_size`, which belongs"),
        ("review: {first_review_days: 42}", "review.first_review_days", "days", "unit", "in that unit: 6"),
        (
            "review: {first_review: 42}",
            "review.first_review",
            "'first_review'",
            "unit",
            "`first_review_weeks`",
        ),
        ("population: {monthly_profile_percent: [1]}", "population", "fit together", "twelve", "change"),
        (
            "population: {monthly_profile_percent: 5}",
            "population.monthly_profile_percent",
            "5",
            "a list, each",
            "allows",
        ),
        ("evidence: {team-sise: 4}", "evidence.team-sise", "team-sise", "row", "team-size"),
        ("evidence: {team-size: true}", "evidence.team-size", "true", "id/GROUP", "one number"),
        ("evidence: 5", "evidence", "5", "mapping of row ids", "below `evidence:`"),
        (
            "evidence: {team-size: 500}",
            "evidence.team-size (the default of workforce.team_size)",
            "500",
            "from 1 to 100",
            "allows",
        ),
    ],
)
def test_each_message_has_its_four_parts(
    refused: Refused, text: str, where: str, found: str, rule: str, remedy: str
) -> None:
    error = refused(text + "\n")
    assert error.where == f"council.yaml:3, {where}"
    assert found in error.found
    assert rule in error.rule
    assert remedy in error.remedy


@pytest.mark.parametrize(
    ("wave", "where", "found", "remedy"),
    [
        ("{groups: [OP], to: everyone}", "rollout.waves.0.from", "no such key", "write the key"),
        ("{from: 2006-04-01, groups: [OPP], to: everyone}", "rollout.waves.0.groups.0", "'OPP'", "`OP`"),
        ("{from: 2006-04-01, groups: [], to: everyone}", "rollout.waves.0.groups", "an empty list", "allows"),
        ("{from: 2006-04-01, groups: OP, to: everyone}", "rollout.waves.0.groups", "'OP'", "allows"),
        ("{from: 2006-04-01, groups: [OP], to: evryone}", "rollout.waves.0.to", "'evryone'", "`everyone`"),
        (
            "{from: 2006-04-01, groups: [OP], to: everyone, qota: 4}",
            "rollout.waves.0.qota",
            "'qota'",
            "`quota`",
        ),
        ("{from: 2006-04-01, groups: [OP], to: everyone, quota: 4}", "rollout.waves.0", "fit", "change"),
        (
            "{from: 2006-04-01, groups: [OP], to: everyone, localities: [0]}",
            "rollout.waves.0.localities.0",
            "0",
            "",
        ),
        ("5", "rollout.waves.0", "5", "`key: value`"),
    ],
)
def test_waves_are_told_item_by_item(
    refused: Refused, wave: str, where: str, found: str, remedy: str
) -> None:
    error = refused(f"rollout:\n  - {wave}\n")
    assert error.where == f"council.yaml:4, {where}"
    assert found in error.found
    assert remedy in error.remedy


def test_a_rule_between_rooms_names_both(refused: Refused) -> None:
    error = refused("rollout: [{from: 2006-04-01, groups: [OP], to: everyone, localities: [2]}]\n")
    assert "rollout.waves.0 names locality 2, and population.localities is 1" in error.rule


def test_a_fault_that_a_set_brings_is_placed_there(refused: Refused) -> None:
    assert refused("", ["access.critical_percent.PD=99"]).rule.startswith("the four FACS shares of PD")


def test_an_override_that_breaks_a_rule_between_levers(refused: Refused) -> None:
    error = refused("evidence: {facs-critical-percent/PD: 99}\n")
    assert error.where == "council.yaml:1, access"
    assert "with the defaults" in error.found


def test_ten_problems_at_most_are_listed(refused: Refused) -> None:
    text = "workforce:\n" + "".join(f"  wrong_{number}: 1\n" for number in range(15))
    remedy = refused(text).remedy
    assert "14 more to mend" in remedy
    assert remedy.count("\n  - ") == 10
    assert remedy.endswith("and 5 others")


def test_four_groups_that_share_a_fault_are_one_problem() -> None:
    problems = [Problem(f"f:1, a.{group}.0", "x", "y", "z") for group in ("PD", "LD", "MH", "OP")]
    with pytest.raises(Exception, match=r"^f:1, a\.0\n"):
        refuse_all(problems)
    with pytest.raises(Exception, match="1 more"):
        refuse_all(problems[:2])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        ("a\nb\u202e", "the text 'a\\nb\\u202e'"),
        ("x" * 200, f"the text '{'x' * 77}...'"),
        ({}, "an empty mapping"),
        ({str(n): n for n in range(6)}, "a mapping with '0', '1', '2', '3' and more"),
        ([], "an empty list"),
        (1.5, "1.5"),
    ],
)
def test_values_are_quoted_briefly(value: object, shown: str) -> None:
    assert show(value) == shown


def test_every_lever_can_say_what_it_allows() -> None:
    levers = catalogue(Levers)
    assert len(levers) > 100
    for path, lever in levers.items():
        known = type_at(Levers, path)
        assert known is not None
        assert allowed(*known)
        assert allowed(lever.kind, lever.bounds, lever.unit)
        assert lever.help
        assert lever.unit or lever.evidence == ""


def test_paths_that_lead_nowhere() -> None:
    assert type_at(Levers, ("workforce", "nothing")) is None
    assert type_at(Levers, ("workforce", "team_size", "x")) is None
    assert type_at(Levers, ("workforce", 0)) is None
    assert keys_at(Levers, ("workforce", "team_size")) == ()
    assert keys_at(Levers, ("rollout", "waves", 0))[0] == "from"
    assert item_model(int) is None
    assert unknown_key(Levers, ("workforce", "team_size", "x"), 1)[1] == "no keys stand here: take it out"
    assert path_text(("a", 0, "b")) == "a.0.b"


def test_slips_in_keys_get_the_right_hint() -> None:
    """One letter lost, doubled or swapped: the hint names the key in 95 of 100."""
    tried = right = 0
    for path in catalogue(Levers):
        key = path[-1]
        middle = len(key) // 2
        swapped = key[: middle - 1] + key[middle] + key[middle - 1] + key[middle + 1 :]
        for slip in {key[:middle] + key[middle + 1 :], key[:middle] + key[middle] + key[middle:], swapped} - {
            key
        }:
            tried += 1
            right += f"`{key}`" in unknown_key(Levers, (*path[:-1], slip), 1)[1]
    assert right / tried >= 0.95


def test_a_key_in_the_wrong_section_is_sent_home() -> None:
    keys = [path for path in catalogue(Levers) if len(path) == 2]
    names = [path[-1] for path in keys]
    for section, key in keys:
        if names.count(key) == 1 and section != "safeguarding":
            remedy = unknown_key(Levers, ("safeguarding", key), 1)[1]
            assert f"`{key}`" in remedy


def test_nothing_like_it() -> None:
    assert nearest("zzzz", ["abc"]) == ""
    assert nearest("Team-Size", ["team_size"]) == "team_size"


def test_of_levers_with_one_stem_the_unit_of_the_same_kind_is_meant(refused: Refused) -> None:
    error = refused("allocation: {dispute_share: 0.1}")
    assert error.remedy == "write `dispute_percent` with the value in that unit: 10"


def test_money_that_its_users_do_not_have_is_told_before_any_run(refused: Refused) -> None:
    error = refused("deployment: {ib_services: {meals_gbp_per_week: {OP: 90}}}")
    assert error.where.endswith(":3, deployment.ib_services.meals_gbp_per_week.OP")
    assert "the people who use a service must have enough money between them" in error.rule


def test_a_rule_over_several_rooms_names_its_place(refused: Refused) -> None:
    wave = "{from: 2006-04-01, groups: [OP], to: everyone, localities: [2]}"
    assert refused(f"rollout: [{wave}]").where.endswith(", rollout.waves.0.localities")
