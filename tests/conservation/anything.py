"""Whole legal scenarios at random, drawn from what the levers say of themselves.

Every lever of the catalogue can come up, with values at its bounds, near its default and anywhere between,
for all groups or for some, for the whole run or from a day on.  Where levers must fit one another (shares
that add up, a floor below a ceiling), they are drawn together.  Only what makes a run long is kept small:
people, posts and years.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st

from ibsim.evidence import load as load_evidence
from ibsim.policy.market.settings import ListedProvider
from ibsim.policy.rollout.settings import RolloutGroup, Wave
from ibsim.policy.workforce.settings import DEFAULT_PRIORITIES
from ibsim.scenario.catalogue import Lever, Path, catalogue, members, words
from ibsim.scenario.model import Levers
from ibsim.units import GROUPS
from tests.councils import Tree, merged

LEVERS = catalogue(Levers)
EVIDENCE = load_evidence()
MOST_CHANGED = 24
PRICE_YEARS = ("2005-06", "2007-08", "2010-11")

SIZES: dict[str, tuple[float, float]] = {
    "population.clients_at_start": (0, 60),
    "population.referrals_per_year": (0, 60),
    "population.contacts_per_year": (0, 1_000),
    "workforce.care_coordinators_fte": (0, 4),
    "access.access_team_fte": (0, 3),
    "workforce.support_planners_fte": (0, 3),
    "workforce.reviewing_officers_fte": (0, 3),
    "workforce.team_managers_fte": (0, 3),
    "workforce.occupational_therapists_fte": (0, 3),
    "market.providers.agency_small_hours": (5, 1_000),
    "market.providers.agency_medium_hours": (5, 1_000),
    "market.providers.agency_large_hours": (5, 2_000),
    "market.providers.day_centre_places": (2, 300),
    "market.providers.supported_living_hours": (5, 1_000),
    "market.providers.meals_per_week": (5, 2_000),
}
"""Levers that make a run long: drawn within these and not within their bounds."""
FAMILIES: dict[str, tuple[str, ...]] = {
    "access": ("critical_percent", "substantial_percent", "moderate_percent", "low_percent"),
    "assessment": ("self_percent", "supported_percent", "professional_percent"),
    "planning.who_plans": (
        "coordinator_percent", "support_planner_percent", "external_broker_percent", "user_or_family_percent",
    ),
    "deployment.held": (
        "personal_account_percent", "joint_account_percent", "agent_percent", "third_party_percent",
        "council_percent",
    ),
}  # fmt: skip
"""Shares that add up to 100."""
TIED = (
    "deployment.held.mixed_percent", "deployment.leading", "deployment.ib_services",
    "deployment.conventional_services", "allocation.ras.floor_gbp_per_year",
    "allocation.ras.ceiling_gbp_per_year", "outcomes.in_control_conventional_percent",
    "outcomes.no_control_conventional_percent", "market.unlisted.day_care_part_percent",
    "market.unlisted.supported_living_part_percent", "rollout.waves", "market.providers.listed",
    "workforce.priorities", "population.monthly_profile_percent", "population.caseload_file",
)  # fmt: skip
"""Levers that must fit others, drawn by hand below; and a file that a scenario may name."""


def dotted(path: Path) -> str:
    return ".".join(path)


@cache
def free() -> tuple[Lever, ...]:
    """The levers that stand for themselves."""
    in_family = {f"{section}.{name}" for section, names in FAMILIES.items() for name in names}
    return tuple(
        lever
        for path, lever in LEVERS.items()
        if dotted(path) not in in_family and not dotted(path).startswith(TIED)
    )


def limits(bounds: tuple[Any, ...], kind: Any) -> tuple[float, float]:
    """The least and the greatest legal value."""
    low, high = float("-inf"), float("inf")
    for bound in bounds:
        for part in getattr(bound, "metadata", [bound]):
            step = 1 if kind is int else 1e-3
            low = max(low, getattr(part, "ge", low), getattr(part, "gt", low - step) + step)
            high = min(high, getattr(part, "le", high), getattr(part, "lt", high + step) - step)
    return low, high


def numbers(low: float, high: float, usual: float | None, whole: bool) -> st.SearchStrategy[float]:
    """Bounds, values about the usual one, and any between; pounds of ten millions do come up."""
    ways = [st.just(low), st.just(high)]
    if whole:
        ways.append(st.integers(int(low), int(high)))
    else:
        ways.append(st.floats(low, high, allow_nan=False).map(lambda x: round(x, 4)))
    if usual:
        near = st.sampled_from((0.1, 0.5, 0.8, 1.0, 1.25, 2.0, 10.0)).map(
            lambda factor: min(max(usual * factor, low), high)
        )
        ways += [near.map(round)] * 6 if whole else [near] * 6
    return st.one_of(ways).map(lambda x: int(x) if whole else float(x))


@cache
def values(lever: Lever) -> st.SearchStrategy[Any]:
    """One value of a lever (of one group, where it has one for each)."""
    said = dotted(lever.path)
    if allowed := words(lever.kind):
        return st.sampled_from(allowed)
    kinds = members(lever.kind)
    if bool in kinds:
        return st.booleans()
    if date in kinds:
        return st.dates(date(2005, 1, 1), date(2010, 1, 1))
    whole = int in kinds
    usual = lever.default(EVIDENCE, "PD" if lever.by_group else "")
    if said in SIZES:
        low, high = SIZES[said]
        return st.integers(int(low), int(high)) if whole else st.floats(low, high).map(lambda x: round(x, 2))
    return numbers(*limits(lever.bounds, int if whole else float), usual, whole)


def nested(said: str, value: Any) -> Tree:
    out: Any = value
    for step in reversed(said.split(".")):
        out = {step: out}
    return dict(out)


@st.composite
def by_groups(draw: st.DrawFn, one: st.SearchStrategy[Any], by_group: bool) -> Any:
    """One value for all, or one for some of the groups."""
    if not by_group or draw(st.booleans()):
        return draw(one)
    return {group: draw(one) for group in draw(st.sets(st.sampled_from(GROUPS), min_size=1))}


@st.composite
def lever_values(draw: st.DrawFn, lever: Lever, days: st.SearchStrategy[date]) -> Any:
    """What a scenario says of a lever: a value, or values from days on."""
    one = values(lever)
    if not lever.dated or draw(st.integers(0, 2)):
        return draw(by_groups(one, lever.by_group))
    since = sorted(draw(st.sets(days, min_size=1, max_size=3)))
    series = [{"from": day, "value": draw(one)} for day in since]
    return {draw(st.sampled_from(GROUPS)): series} if lever.by_group and draw(st.booleans()) else series


@st.composite
def shares(draw: st.DrawFn, n: int) -> list[float]:
    """So many whole shares that add up to 100, some of them 0."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=n - 1, max_size=n - 1)))
    return [float(high - low) for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]


@st.composite
def families(draw: st.DrawFn) -> Tree:
    """Levers that must fit one another."""
    out: Tree = {}
    for section, names in FAMILIES.items():
        if draw(st.integers(0, 2)) == 0:
            drawn = dict(zip(names, draw(shares(len(names))), strict=True))
            if section == "deployment.held":
                drawn["mixed_percent"] = draw(st.sampled_from((0.0, 100 - drawn["council_percent"])))
            out = merged(out, nested(section, drawn))
    if draw(st.integers(0, 5)) == 0:
        floor, ceiling = sorted(draw(st.lists(st.integers(0, 10_000_000), min_size=2, max_size=2)))
        out = merged(
            out, {"allocation": {"ras": {"floor_gbp_per_year": floor, "ceiling_gbp_per_year": ceiling}}}
        )
    if draw(st.integers(0, 5)) == 0:
        first, second, _ = draw(shares(3))
        parts = {"day_care_part_percent": first, "supported_living_part_percent": second}
        out = merged(out, {"market": {"unlisted": parts}})
    if draw(st.integers(0, 5)) == 0:
        high, low, _ = draw(shares(3))
        control = {"in_control_conventional_percent": high, "no_control_conventional_percent": low}
        out = merged(out, {"outcomes": control})
    if draw(st.integers(0, 5)) == 0:
        out = merged(out, draw(services()))
    if draw(st.integers(0, 5)) == 0:
        out = merged(out, {"workforce": {"priorities": list(draw(st.permutations(DEFAULT_PRIORITIES)))}})
    if draw(st.integers(0, 5)) == 0:
        out = merged(out, {"population": {"monthly_profile_percent": draw(shares(12))}})
    return out


@st.composite
def services(draw: st.DrawFn) -> Tree:
    """What money buys: its users have enough money between them, and everybody has something."""
    out: Tree = {}
    for section in draw(st.sets(st.sampled_from(("ib_services", "conventional_services")), min_size=1)):
        names = [path[-1] for path in LEVERS if path[:2] == ("deployment", section)]
        bought = [name.removesuffix("_percent") for name in names if name.endswith("_percent")]
        most = 100 / len(bought)  # of all money for each, and as many people
        spent = {f"{name}_gbp_per_week": float(draw(st.integers(0, int(most)))) for name in bought}
        used = {
            f"{name}_percent": float(draw(st.integers(int(most) + 40, 100)))
            for name in bought
            if spent[f"{name}_gbp_per_week"] > 0 or draw(st.booleans())
        }
        unlisted = 100.0 + draw(st.integers(0, 5_000))
        none = {f"{name}_percent": 0.0 for name in bought if f"{name}_percent" not in used}
        out[section] = spent | used | none | {"unlisted_gbp_per_week": unlisted}
    return {"deployment": out}


@st.composite
def waves(draw: st.DrawFn, start: date, end: date, localities: int) -> list[Tree]:
    """A roll-out of some waves."""
    days = st.dates(start, end - timedelta(days=1))
    out: list[Tree] = []
    for _ in range(draw(st.integers(0, 3))):
        since = draw(days)
        wave: Tree = {
            "from": since,
            "groups": draw(st.lists(st.sampled_from(get_args(RolloutGroup)), min_size=1, unique=True)),
            "to": draw(st.sampled_from(words(Wave.model_fields["to"].annotation))),
            "share_percent": float(draw(st.sampled_from((0, 1, 50, 100)))),
        }
        later = st.dates(since + timedelta(days=1), since + timedelta(days=500))
        if draw(st.integers(0, 2)) == 0:
            wave |= {"quota": draw(st.integers(1, 200)), "deadline": draw(later)}
        if draw(st.integers(0, 3)) == 0:
            wave["until"] = draw(later)
        if draw(st.integers(0, 3)) == 0:
            wave["localities"] = [draw(st.integers(1, localities))]
        if draw(st.integers(0, 3)) == 0:
            wave["teams"] = [draw(st.integers(1, 3))]
        if draw(st.booleans()):
            wave["weeks"] = draw(st.sampled_from((0.1, 1.0, 20.0, 520.0)))
        out.append(wave)
    return out


@st.composite
def listed(draw: st.DrawFn, localities: int) -> list[Tree]:
    """A list of providers of the council's own."""
    sold = words(ListedProvider.model_fields["service"].annotation)
    out: list[Tree] = []
    for number in range(draw(st.integers(0, 6))):
        most = draw(st.sampled_from((1.0, 30.0, 1_000.0, 1_000_000.0)))
        out.append(
            {
                "name": f"provider {number}",
                "service": draw(st.sampled_from(sold)),
                "capacity_per_week": most,
                "price_gbp": draw(st.sampled_from((0.01, 10.0, 10_000.0))),
                "block_per_week": most * draw(st.sampled_from((0.0, 0.5, 1.0))),
                "block_ends_months": float(draw(st.integers(0, 40))),
                "private_percent": float(draw(st.sampled_from((0, 20, 100)))),
                "reserves_gbp": draw(st.sampled_from((None, 0.0, 1_000.0, 1e9))),
                "fixed_cost_percent": draw(st.sampled_from((None, 0.0, 100.0))),
                "locality": draw(st.one_of(st.none(), st.integers(1, localities))),
                "in_house": draw(st.booleans()),
                "preferred": draw(st.booleans()),
            }
        )
    return out


@st.composite
def scenarios(draw: st.DrawFn) -> Tree:
    """The tree of a whole scenario."""
    start = draw(st.one_of(st.just(date(2006, 4, 1)), st.dates(date(1990, 1, 1), date(2100, 12, 31))))
    years, warm_up = draw(st.sampled_from((1, 1, 1, 2))), draw(st.sampled_from((0, 0, 1)))
    first, end = (date(start.year + by, start.month, min(start.day, 28)) for by in (-warm_up, years))
    days = st.dates(first + timedelta(days=1), end - timedelta(days=1))
    tree: Tree = {
        "name": "anything", "why": "a test",
        "calendar": {
            "start": start, "years": years, "warm_up_years": warm_up,
            "price_base": draw(st.sampled_from(PRICE_YEARS)),
        },
    }  # fmt: skip
    for said in SIZES:
        lever = LEVERS[tuple(said.split("."))]
        if draw(st.booleans()) or said.startswith(("population", "workforce.care")):
            tree = merged(tree, nested(said, draw(by_groups_all(values(lever), lever.by_group))))
    chosen = draw(st.lists(st.sampled_from(free()), max_size=MOST_CHANGED, unique=True))
    for lever in chosen:
        if dotted(lever.path) not in SIZES:
            tree = merged(tree, nested(dotted(lever.path), draw(lever_values(lever, days))))
    localities = tree.get("population", {}).get("localities", 1)
    tree = merged(tree, draw(families()), {"rollout": {"waves": draw(waves(start, end, localities))}})
    if draw(st.integers(0, 2)) == 0:
        tree = merged(tree, {"market": {"providers": {"listed": draw(listed(localities))}}})
    return tree


@st.composite
def by_groups_all(draw: st.DrawFn, one: st.SearchStrategy[Any], by_group: bool) -> Any:
    """A value for each group."""
    return {group: draw(one) for group in GROUPS} if by_group else draw(one)
