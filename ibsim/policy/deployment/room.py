"""Everybody's place in deployment, filled at the start, and the compiled verbs that read it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import Whole, compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import hazard, minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.policy.deployment.settings import (
    PARTIES,
    SERVICES,
    DeploymentSettings,
    Holding,
    Involved,
    Leading,
    OneOff,
    PaymentSupport,
)
from ibsim.units import HOUR_MINUTES, WEEKS_PER_YEAR
from ibsim.words import Decision, Timer

if TYPE_CHECKING:
    from ibsim.draws import Draws
    from ibsim.engine.world import World

Floats = NDArray[np.float64]
AT_ONCE = 16_384
"""People filled in at once: few enough for what is worked out on the way to stay in the processor's cache."""
MOST_PENCE = 2_000_000_000
"""The largest sum that a column of pence holds."""


class Held(IntEnum):
    """The main way in which a budget is held, in the order of the lever's shares."""

    PERSONAL_ACCOUNT = 0
    JOINT_ACCOUNT = 1
    AGENT = 2
    THIRD_PARTY = 3
    COUNCIL = 4


COLUMNS: Columns = (
    ("held", np.int8),
    ("held_mixed", np.bool_),  # paid out, but for the part that the council holds
    ("leads", np.int16),  # a bit for each of PARTIES
    ("helps", np.int16),  # likewise; nobody both leads and helps
    ("ib_services", np.int8),  # a bit for each of SERVICES
    ("conventional_services", np.int8),
    ("one_off_pence", np.int32),
    ("underspend_share", np.float32),  # of the whole budget
    ("payment_support_pence", np.int32),  # a week, outside the budget
    ("payroll_pence", np.int32),  # a week, within the budget: payroll and support paid from it
)


def fill(world: World, settings: DeploymentSettings, budget_rank: Floats, package_rank: Floats) -> None:
    """Fill in how everybody would plan, hold and spend an IB, and what a conventional package holds.

    `budget_rank` and `package_rank`, float64[n], are standard normal ranks of what each person's IB and
    conventional package come to: larger sums go with more services.
    """
    holders = np.flatnonzero(world.people["has_package"])  # nobody else can have an IB
    for start in range(0, holders.size, AT_ONCE):
        part = holders[start : start + AT_ONCE]
        some = _Some(world.draws, world.ids[part], world.groups[part].astype(np.intp))
        for column, values in _drawn(some, settings, (package_rank[part], budget_rank[part])).items():
            world.people[column][part] = values


class _Some(NamedTuple):
    """Some of the world's people: their draws, ids and group codes."""

    draws: Draws
    ids: NDArray[np.int64]
    groups: NDArray[np.intp]


def _drawn(
    some: _Some, settings: DeploymentSettings, ranks: tuple[Floats, Floats]
) -> dict[str, NDArray[Any]]:
    """The columns of some people; `ranks` by arm."""
    leads, helps = _parties(some, settings.leading, settings.involved)
    held, mixed = _holding(some, settings.held)
    paid_out = np.flatnonzero(held != Held.COUNCIL)
    payroll, support = _payment_support(some, settings.payment_support, paid_out)
    conventional, ib = _services(some, settings, ranks)
    return {
        "leads": leads,
        "helps": helps,
        "held": held,
        "held_mixed": mixed,
        "payroll_pence": payroll,
        "payment_support_pence": support,
        "one_off_pence": _one_offs(some, settings.one_off),
        "underspend_share": _underspends(some, settings, paid_out, mixed),
        "conventional_services": conventional,
        "ib_services": ib,
    }


def _parties(some: _Some, leading: Leading, involved: Involved) -> tuple[NDArray[np.int16], ...]:
    """Who leads each plan and who helps, as bits: one party always leads, and others may lead with it.

    The first leader comes from the draw that also says who plans in the room of planning, in the same
    order, so that the two agree as long as their shares do.
    """
    leads_share = leading.array() / 100
    first_share = leads_share / leads_share.sum()
    place = some.draws.uniform("who plans", some.ids)
    leads = np.ones(some.ids.size, dtype=np.int16)
    for below in np.cumsum(first_share)[:-1]:
        leads <<= place >= below
    helps = np.zeros(some.ids.size, dtype=np.int16)
    with_first = _chance(leads_share - first_share, 1 - first_share)
    without = _chance(involved.array() / 100, 1 - leads_share)
    for party, name in enumerate(PARTIES):
        bit = np.int16(1 << party)
        draw = some.draws.uniform(f"plans as {name}", some.ids)
        leads |= (draw < with_first[party]) * bit
        in_plan = with_first[party] + (1 - with_first[party]) * without[party]
        helps |= (draw < in_plan) * bit
    return leads, helps & ~leads


def _chance(part: Floats, whole: Floats) -> Floats:
    """A part of a whole as a chance, at most 1; 0 of nothing."""
    out = np.zeros_like(part)
    np.divide(part, whole, out=out, where=whole > 0)
    return np.minimum(out, 1.0)


def _holding(some: _Some, held: Holding) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """How each budget would be held: the main way, and whether the council holds a part of it as well."""
    ways = held.ways() / 100
    place = some.draws.uniform("held", some.ids)
    way = np.zeros(some.ids.size, dtype=np.int8)
    for below in np.cumsum(ways, axis=0)[:-1]:
        way += place >= below[some.groups]
    mixed = _chance(held.mixed_percent.array() / 100, 1 - ways[Held.COUNCIL])
    both = some.draws.uniform("held in two ways", some.ids) < mixed[some.groups]
    return way, both & (way != Held.COUNCIL)


def _payment_support(
    some: _Some, support: PaymentSupport, paid_out: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Pence a week that a paid-out budget spends on being run, and what others spend on it."""
    ids, draws = some.ids[paid_out], some.draws
    inside, outside = (np.zeros(some.ids.size, dtype=np.int32) for _ in range(2))
    payroll = draws.uniform("payroll service", ids) < support.payroll_percent / 100
    inside[paid_out] = payroll * _a_week(support.payroll_gbp_per_year)
    bought = draws.uniform("payment support in budget", ids) < support.in_budget_percent / 100
    inside[paid_out] += bought * _a_week(support.in_budget_gbp_per_year)
    helped = draws.uniform("payment support", ids) < support.outside_percent / 100
    outside[paid_out] = helped * _a_week(support.outside_gbp_per_year)
    return inside, outside


def _a_week(gbp_per_year: float) -> np.int32:
    """Pounds a year in whole pence a week."""
    return np.int32(round(gbp_per_year * 100 / WEEKS_PER_YEAR))


def _one_offs(some: _Some, one_off: OneOff) -> NDArray[np.int32]:
    """Pence of everybody's one-off payment; 0 for most."""
    share = one_off.percent.array()[some.groups] / 100
    paid = np.flatnonzero(some.draws.uniform("one-off payment", some.ids) < share)
    groups = some.groups[paid]
    mean, sigma = one_off.gbp.array()[groups] * 100, one_off.sigma.array()[groups]
    size = np.exp(sigma * some.draws.normal("one-off amount", some.ids[paid]) - sigma * sigma / 2)
    out = np.zeros(some.ids.size, dtype=np.int32)
    out[paid] = np.rint(np.minimum(mean * size, MOST_PENCE))
    return out


def _underspends(
    some: _Some, settings: DeploymentSettings, paid_out: NDArray[np.int64], mixed: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Share of each budget that is left at the end of a year, of the part that is paid out."""
    sigma = settings.underspend_sigma
    left = np.exp(sigma * some.draws.normal("underspend", some.ids[paid_out]) - sigma * sigma / 2)
    part = np.where(mixed[paid_out], 1 - settings.held.mixed_council_part_percent / 100, 1.0)
    out = np.zeros(some.ids.size, dtype=np.float32)
    out[paid_out] = np.minimum(left * settings.underspend_percent / 100, 1.0) * part
    return out


def _services(
    some: _Some, settings: DeploymentSettings, ranks: tuple[Floats, Floats]
) -> tuple[NDArray[np.int8], ...]:
    """Everybody's services in either arm, as bits: those to which inclination and the size of the sum lead.

    A person's inclination to a service is the same in both arms.
    """
    from scipy.special import ndtri

    rho = settings.service_use_correlation
    own = np.sqrt(1 - rho * rho)
    leanings = [rank * (rho / own) for rank in ranks]
    # a threshold is infinite where nobody, or everybody, uses the service
    sections = (settings.conventional_services, settings.ib_services)
    thresholds = [-ndtri(section.table()[0]) / own for section in sections]
    used = [np.full(some.ids.size, 1 << len(SERVICES) - 1, dtype=np.int8) for _ in sections]
    for service, name in enumerate(SERVICES[:-1]):
        inclination = some.draws.normal(f"uses {name}", some.ids)
        for arm, leaning in enumerate(leanings):
            threshold = thresholds[arm][service]
            if threshold.min() < np.inf:
                used[arm] |= (inclination > threshold[some.groups] - leaning) * np.int8(1 << service)
    return tuple(used)


def rules(settings: DeploymentSettings) -> Rules:
    """The levers that compiled verbs read."""
    changes = settings.plan_changes
    return {
        "plan_change_rate": changes.per_year,
        "plan_change_minutes": changes.hours * HOUR_MINUTES,
        "plan_change_by_panel": float(changes.agreed_by == "panel"),
        "clawback_share": settings.clawback_percent / 100,
        "kept_weeks": settings.clawback_kept_weeks,
        "mixed_paid_share": 1 - settings.held.mixed_council_part_percent / 100,
    }


@compiled
def part(w: Shared, p: int, ib: bool, pence: Whole, service: int) -> int:
    """Pence of a week's sum that go to one of SERVICES; those of all of them add up to it exactly."""
    person = w.people[p]
    bits = person.ib_services if ib else person.conventional_services
    arm = 1 if ib else 0
    up_to = minutes_of(pence * w.splits[arm, person.group, bits, service])
    before = minutes_of(pence * w.splits[arm, person.group, bits, service - 1]) if service > 0 else 0
    return up_to - before


@compiled
def set_plan_change(w: Shared, p: int, at: int) -> None:
    """Draw the next change of a plan in use."""
    rate = w.rules[w.people[p].group].plan_change_rate
    hazard(w, Timer.PLAN_CHANGE, Decision.PLAN_CHANGE, p, at, rate)


@compiled
def paid_out(w: Shared, p: int) -> bool:
    """Whether the person's budget is paid out, all of it or a part."""
    return w.people[p].held != Held.COUNCIL


@compiled
def underspend(w: Shared, p: int, pence_a_year: int) -> int:
    """Pence a year that are left of a budget."""
    return minutes_of(pence_a_year * w.people[p].underspend_share)


@compiled
def run_from_within(w: Shared, p: int) -> int:
    """Pence a week that a budget paid out spends on being run: a payroll service, or help with it."""
    return w.people[p].payroll_pence


@compiled
def clawed_back(w: Shared, p: int, pence_a_year: int) -> int:
    """Pence a year that the council takes back: its share of what is left beyond some weeks' money."""
    rule = w.rules[w.people[p].group]
    paid = pence_a_year * (rule.mixed_paid_share if w.people[p].held_mixed else 1.0)
    beyond = underspend(w, p, pence_a_year) - paid * rule.kept_weeks / WEEKS_PER_YEAR
    return minutes_of(max(beyond, 0.0) * rule.clawback_share)
