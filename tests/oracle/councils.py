"""Random small councils: a few dozen people, a few workers, a year or two, and any legal levers."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from ibsim.evidence import Evidence
from ibsim.policy.workforce.settings import DEFAULT_PRIORITIES
from ibsim.scenario.catalogue import Lever, catalogue, words
from ibsim.scenario.model import Levers
from tests.councils import Tree, merged
from tests.oracle.people import GROUPS
from tests.oracle.random_money import market_of_its_size, money_levers

SHARE_VARIED, SHARE_DATED = 0.2, 0.1
"""Of all levers, those that a council sets; of those that can change, those that do during its run."""
GIVEN = (
    "population.clients_at_start", "population.referrals_per_year", "population.contacts_per_year",
    "population.localities", "workforce.care_coordinators_fte", "workforce.team_size",
    "allocation.ras.floor_gbp_per_year", "allocation.ras.ceiling_gbp_per_year",
)  # fmt: skip
"""Levers that every council draws in a way of its own, below."""
TOGETHER = (
    ("planning.who_plans", ("coordinator", "support_planner", "external_broker", "user_or_family"), False),
    ("assessment", ("self", "supported", "professional"), False),
    ("access", ("critical", "substantial", "moderate", "low"), True),
)
"""Percentages that add up to 100: where, their names, and whether each group has its own."""
HELD_OFF = (
    "outcomes",  # nothing of how people fare reaches the history, the diary or the ledger
    "verdict",  # nor does the verdict
    "deployment.leading", "deployment.involved", "deployment.held",
    "deployment.ib_services", "deployment.conventional_services", "deployment.service_use_correlation",
    "market.unlisted",
    "packages",
)  # fmt: skip
"""At their defaults, or as `money_levers` has them: what is not compared, and what many rules bind."""


SHARE_BRISK, SHARE_OWN_MARKET = 0.6, 0.5
"""Of all councils, those in which much happens, and those with a market and prices of their own."""
HOURS_A_WEEK = 12.0
"""Hours kept for an activity, or at most given to it: levers without a row of evidence."""


def planted(tree: Tree, path: str, value: Any) -> None:
    *above, last = path.split(".")
    for key in above:
        tree = tree.setdefault(key, {})
    tree[last] = value


def split_of_hundred(dice: Random, names: tuple[str, ...]) -> dict[str, float]:
    """Percentages that add up to 100; some are 0."""
    weights = [dice.choice([0.0, 1.0]) * dice.random() for _ in names]
    if sum(weights) == 0:
        weights[dice.randrange(len(names))] = 1.0
    parts = [round(100 * weight / sum(weights), 3) for weight in weights]
    parts[parts.index(max(parts))] += 100 - sum(parts)
    return {f"{name}_percent": part for name, part in zip(names, parts, strict=True)}


def value_of(dice: Random, lever: Lever, default: Any) -> Any:
    """A legal value: a word of a choice, any share of a percentage, or some times the default."""
    if choices := words(lever.kind):
        return dice.choice(choices)
    low, high, above = -1e12, 1e12, -1e12
    for bound in lever.bounds:
        low, high = max(low, getattr(bound, "ge", low)), min(high, getattr(bound, "le", high))
        above = max(above, getattr(bound, "gt", above))
    if (low, high) == (0, 100) and lever.unit.startswith("percent"):
        value = dice.choice([0.0, 100.0, 100 * dice.random(), 100 * dice.random()])
    else:
        value = default * dice.choice([0.0, 1.0, 3 * dice.random(), 3 * dice.random()])
    value = max(min(value, high), low)
    if value <= above:
        value = default
    return round(value) if lever.kind is int else float(value)


def random_levers(dice: Random, evidence: Evidence, changes_from: date) -> Tree:
    """Some levers at other values than the evidence's, some from a date on."""
    tree: Tree = {}
    grouped = {f"{where}.{name}_percent" for where, names, _ in TOGETHER for name in names}
    for path, lever in catalogue(Levers).items():
        name = ".".join(path)
        plain = bool(words(lever.kind)) or lever.kind in (int, float)
        if not plain or name in grouped or name in GIVEN or name.startswith((*HELD_OFF, "rollout")):
            continue
        if dice.random() >= SHARE_VARIED:
            continue
        default = lever.default(evidence, "OP" if lever.by_group else "")
        default = HOURS_A_WEEK if default is None else default
        if lever.by_group and dice.random() < 0.5:
            value: Any = {
                group: value_of(dice, lever, lever.default(evidence, group) if lever.evidence else default)
                for group in GROUPS
            }
        elif lever.dated and dice.random() < SHARE_DATED / SHARE_VARIED:
            value = [{"from": changes_from, "value": value_of(dice, lever, default)}]
        else:
            value = value_of(dice, lever, default)
        planted(tree, name, value)
    for where, names, by_group in TOGETHER:
        if dice.random() < SHARE_VARIED * 2:
            groups = {group: split_of_hundred(dice, names) for group in GROUPS}
            for name in groups["OP"]:
                each = {group: groups[group][name] for group in GROUPS}
                planted(tree, f"{where}.{name}", each if by_group else each["OP"])
    return tree


def random_waves(dice: Random, start: date, last: date, localities: int) -> list[Tree]:
    """Up to three waves; a late one may come too late to reach anybody."""
    waves = []
    for _ in range(dice.choice([0, 1, 1, 2, 3])):
        since = start + timedelta(days=dice.randrange((last - start).days - 60))
        wave: Tree = {
            "from": since,
            "groups": dice.sample([*GROUPS, "transitions"], dice.randint(1, 5)),
            "to": dice.choice(["new_referrals", "at_review", "everyone"]),
            "share_percent": dice.choice([100.0, 60.0]),
            "weeks": dice.choice([8.0, 26.0, 52.0]),
        }
        if dice.random() < 0.3:
            wave |= {"quota": dice.randint(1, 12), "deadline": since + timedelta(days=dice.randint(1, 200))}
        if dice.random() < 0.2:
            wave["until"] = since + timedelta(days=dice.randint(1, 300))
        if dice.random() < 0.2:
            wave["localities"] = [dice.randint(1, localities)]
        if dice.random() < 0.2:
            wave["teams"] = [1]
        waves.append(wave)
    return waves


def brisk(dice: Random) -> Tree:
    """A council where most things happen within weeks, and what is rare elsewhere comes up often."""

    def days() -> float:
        return round(4 * dice.random(), 2)

    return {
        "assessment": {
            "appointment_days_median": days(), "ib_forms_days_median": days(), "pause_days_mean": days(),
            "visit_gap_days": float(dice.randint(0, 3)),
        },
        "allocation": {
            "panel_interval_weeks": 1, "panel_cases": dice.choice([1, 20]), "dispute_days": days(),
            "refusal_if_lower_percent": dice.choice([0.0, 30.0]),
        },
        "planning": {"choosing_days_median": days(), "broker_days_median": days()},
        "signoff": {"rework_days": days(), "returned_percent": dice.choice([0.0, 40.0])},
        "brokerage": {
            "start_days_median": days(), "recruiting_days_median": days(),
            "criminal_record_check_days": days(),
        },
        "review": {"first_review_weeks": 4 * dice.random(), "interval_weeks": 1 + 12 * dice.random()},
        "rollout": {
            "consent_days_median": days(), "refusal_percent": dice.choice([0.0, 20.0]),
            "return_percent": dice.choice([0.0, 100.0]),
        },
        "funding": {
            "sp": {"take_up_percent": 60.0, "decisions_per_week": dice.choice([0.4, 5.0])},
            "ilf": {
                "threshold_gbp_per_week": 20.0, "held_percent": dice.choice([0.0, 40.0]),
                "application_percent": 80.0, "counted_on_percent": dice.choice([0.0, 100.0]),
                "success_percent": dice.choice([0.0, 60.0]), "decision_days_median": days(),
            },
            "atw": {"take_up_percent": 40.0, "decision_days": days()},
        },
        "deployment": {
            "underspend_percent": 40.0, "clawback_percent": 100.0, "clawback_kept_weeks": days(),
            "plan_changes": {"per_year": 3.0, "agreed_by": dice.choice(["panel", "notice"])},
        },
        "workforce": {
            "care_coordinators_fte": {group: round(1 + dice.random(), 2) for group in GROUPS},
            "support_planners_fte": 0.8, "team_managers_fte": 1.0,
            "overtime_hours_per_week_max": dice.choice([0.0, 6.0]),
        },
    }  # fmt: skip


def random_council(seed: int, evidence: Evidence) -> Tree:
    """The levers of one small council."""
    dice = Random(seed)
    start = dice.choice([date(2006, 4, 1), date(2007, 1, 1), date(2008, 2, 29), date(2006, 7, 17)])
    warm_up = dice.choice([0, 0, 0, 1])
    years = 1 if warm_up else dice.choice([1, 1, 1, 2])
    last = start + timedelta(days=365 * years)
    middle = start + timedelta(days=dice.choice([0, 0, dice.randrange(-30, 300)]))
    tree = random_levers(dice, evidence, middle)
    localities = dice.choice([1, 1, 2, 3])
    for path, many in (("clients_at_start", 14), ("referrals_per_year", 8)):
        planted(tree, f"population.{path}", {group: dice.randint(0, many) for group in GROUPS})
    planted(tree, "population.contacts_per_year", dice.randint(0, 300))
    planted(tree, "population.localities", localities)
    posts = {group: round(dice.choice([0.0, 0.5, 1.0, 2.0]) * dice.random(), 2) for group in GROUPS}
    planted(tree, "workforce.care_coordinators_fte", posts)
    planted(tree, "workforce.team_size", dice.choice([1.0, 2.0, 5.0]))
    planted(tree, "access.access_team_fte", round(dice.random(), 2))
    for desk in ("support_planners", "reviewing_officers", "team_managers", "occupational_therapists"):
        fte = round(dice.choice([0.0, 1.0, 1.5]) * dice.random(), 2)
        if dice.random() < 0.2:
            planted(tree, f"workforce.{desk}_fte", [{"from": middle, "value": fte}])
        else:
            planted(tree, f"workforce.{desk}_fte", fte)
    if dice.random() < 0.2:
        months = [round(100 * dice.random() / 12, 2) for _ in range(11)]
        planted(tree, "population.monthly_profile_percent", [*months, 100 - sum(months)])
    if dice.random() < 0.2:
        planted(tree, "workforce.priorities", dice.sample(DEFAULT_PRIORITIES, len(DEFAULT_PRIORITIES)))
    if dice.random() < 0.3:
        planted(tree, "allocation.ras.floor_gbp_per_year", 2000.0 * dice.random())
        planted(tree, "allocation.ras.ceiling_gbp_per_year", 2000 + 20_000 * dice.random())
    if dice.random() < 0.2:
        planted(tree, "allocation.ras_usable_from", middle + timedelta(days=dice.randrange(100)))
    planted(tree, "rollout.waves", random_waves(dice, start, last, localities))
    if dice.random() < 0.3:
        planted(tree, "rollout.trial.enabled", True)
        planted(tree, "rollout.trial.consent_percent", dice.choice([100.0, 60.0]))
    planted(tree, "calendar", {"start": start, "years": years, "warm_up_years": warm_up})
    tree = merged(tree, market_of_its_size(dice))
    if dice.random() < SHARE_OWN_MARKET:
        tree = merged(tree, money_levers(dice, localities))
    if dice.random() < SHARE_BRISK:
        tree = merged(tree, brisk(dice))
    return tree
