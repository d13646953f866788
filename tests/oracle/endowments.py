"""What is drawn of everybody's money before the run: how a budget would be held, what streams would give."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

from ibsim.scenario.model import Levers
from tests.oracle.calendar import WEEKS_A_YEAR
from tests.oracle.draws import Draws, single
from tests.oracle.needs import Columns, Who
from tests.oracle.shares import LAST, SERVICES, table_of, threshold

WAYS = ("personal_account", "joint_account", "agent", "third_party", "council")


def by(lever: Any, who: Who) -> float:
    """A by-group lever's value for somebody."""
    return float(getattr(lever, who.group))


def holding_of(who: Who, known: Columns, levers: Levers, draws: Draws) -> Columns:
    """How somebody would hold a budget, what is left of it, what running it costs, and what it buys."""
    own = levers.deployment
    held = _way(who, levers, draws)
    out: Columns = dict.fromkeys(("underspend_share", "payroll_pence", "payment_support_pence"), 0)
    out |= {"held": held, "held_mixed": False} | _services(who, known, levers, draws)
    if WAYS[held] == "council":
        return out
    alone, both = by(own.held.council_percent, who) / 100, by(own.held.mixed_percent, who) / 100
    mixed = draws.uniform("held in two ways", who.id) < min(both / (1 - alone), 1.0)
    part = 1 - own.held.mixed_council_part_percent / 100 if mixed else 1.0
    sigma = own.underspend_sigma
    left = exp(sigma * draws.normal("underspend", who.id) - sigma * sigma / 2)
    out["held_mixed"] = mixed
    out["underspend_share"] = single(min(left * own.underspend_percent / 100, 1.0) * part)
    support = own.payment_support
    for name, column, percent, pounds in (
        ("payroll service", "payroll_pence", support.payroll_percent, support.payroll_gbp_per_year),
        (
            "payment support in budget",
            "payroll_pence",
            support.in_budget_percent,
            support.in_budget_gbp_per_year,
        ),
        ("payment support", "payment_support_pence", support.outside_percent, support.outside_gbp_per_year),
    ):
        if draws.uniform(name, who.id) < percent / 100:
            out[column] += round(pounds * 100 / WEEKS_A_YEAR)
    return out


def _way(who: Who, levers: Levers, draws: Draws) -> int:
    """The main way of holding the budget, by its number."""
    place, below = draws.uniform("held", who.id), 0.0
    for number, name in enumerate(WAYS[:-1]):
        below += by(getattr(levers.deployment.held, f"{name}_percent"), who) / 100
        if place < below:
            return number
    return len(WAYS) - 1


def _services(who: Who, known: Columns, levers: Levers, draws: Draws) -> Columns:
    """The services in either arm, by bits: inclination, and the size of the sum, lead to them."""
    own = levers.deployment
    rho, out = own.service_use_correlation, {}
    apart = sqrt(1 - rho * rho)
    for column, section, rank in (
        ("conventional_services", own.conventional_services, known["services_rank"]),
        ("ib_services", own.ib_services, known["needs_rank"]),
    ):
        use, _ = table_of(section, who.group)
        bits = 1 << LAST
        for service, name in enumerate(SERVICES[:-1]):
            inclination = draws.normal(f"uses {name}", who.id)
            if inclination > threshold(use[service]) / apart - rank * (rho / apart):
                bits |= 1 << service
        out[column] = float(bits)
    return out


def market_traits_of(who: Who, levers: Levers, draws: Draws) -> Columns:
    """Whether somebody would attend a day centre or live in supported living, and how a budget would buy."""
    own, contracts = levers.market.unlisted, levers.market.contracts
    out: Columns = {}
    for column, conventional, ib in (
        ("day_care", own.day_care_conventional_percent, own.day_care_ib_percent),
        ("supported_living", own.supported_living_conventional_percent, own.supported_living_ib_percent),
    ):
        place = draws.uniform(column.replace("_", " "), who.id) * 100
        out[column] = (place < by(conventional, who)) + 2 * (place < by(ib, who))
    funds = by(contracts.individual_service_fund_percent, who)
    out["service_fund"] = draws.uniform("service fund", who.id) * 100 < funds
    out["pooled"] = draws.uniform("pooled budget", who.id) * 100 < contracts.pooled_percent
    return out


# --- the other streams --------------------------------------------------------------------------------


def streams_of(who: Who, levers: Levers, draws: Draws) -> Columns:
    """What the other streams would give somebody with a package, but for ILF money beside packages."""
    ilf, atw, ices, id = levers.funding.ilf, levers.funding.atw, levers.funding.ices, who.id
    out = _supporting_people(who, levers, draws)
    award = _amount("ilf award", who, by(ilf.award_gbp_per_year, who), by(ilf.award_sigma, who), draws)
    out["ilf_award"] = int(min(award, ilf.award_cap_gbp_per_year * 100))
    works = draws.uniform("atw", id) * 100 < atw.take_up_percent and who.age < ilf.oldest_applicant
    out["atw_sum"] = int(atw.gbp_per_year * 100) if works else 0
    place = draws.uniform("equipment", id) * 100
    for column, percent, mean in (
        ("ices_ib", by(ices.ib_percent, who), by(ices.ib_gbp_per_week, who)),
        ("ices_conventional", by(ices.conventional_percent, who), by(ices.conventional_gbp_per_week, who)),
    ):
        each = _of_those(mean, percent / 100)
        out[column] = _amount("equipment cost", who, each, ices.sigma, draws) if place < percent else 0
    return out


def _supporting_people(who: Who, levers: Levers, draws: Draws) -> Columns:
    """Sums that would join an IB (a year), and those that stay beside one or a package (a week)."""
    sp, id = levers.funding.sp, who.id
    out: Columns = dict.fromkeys(("sp_sum", "sp_apart", "sp_conventional"), 0)
    if draws.uniform("sp joins", id) * 100 < by(sp.take_up_percent, who):
        out["sp_sum"] = _amount("sp sum", who, by(sp.gbp_per_year, who), by(sp.sigma, who), draws)
    if draws.uniform("sp apart", id) * 100 < sp.holders_percent:
        size, share = _amount("sp apart sum", who, 1.0, by(sp.sigma, who), draws), sp.holders_percent / 100
        out["sp_apart"] = int(size * _of_those(by(sp.ib_apart_gbp_per_week, who), share))
        out["sp_conventional"] = int(size * _of_those(by(sp.conventional_gbp_per_week, who), share))
    return out


def _amount(name: str, who: Who, pounds: float, sigma: float, draws: Draws) -> int:
    """A lognormal sum round a mean in pounds, in whole pence."""
    return round(pounds * 100 * exp(sigma * draws.normal(name, who.id) - sigma * sigma / 2))


def _of_those(mean: float, share: float) -> float:
    """The mean over those who have any, from the mean over everybody."""
    return mean / share if share > 0 else 0.0


def ilf_beside_packages(holders: list[tuple[Who, Columns]], levers: Levers, draws: Draws) -> dict[int, int]:
    """ILF money beside a group's packages, pence a week by id.

    Of those above the threshold so many have an award as make up the printed mean over who is there at
    the start; where too few are above it anybody may have one.
    """
    ilf = levers.funding.ilf
    if not holders:
        return {}
    weekly = {who.id: known["ilf_award"] / WEEKS_A_YEAR for who, known in holders}
    stock = {who.id for who, _ in holders if who.arrives_at == 0} or set(weekly)
    wanted = by(ilf.conventional_gbp_per_week, holders[0][0]) * 100 * len(stock)
    above = [
        who
        for who, known in holders
        if known["services_pence"] * (by(ilf.personal_care_percent, who) / 100)
        >= ilf.threshold_gbp_per_week * 100
    ]
    able = above
    if sum(weekly[who.id] for who in above if who.id in stock) < wanted:
        able = [who for who, _ in holders]
    chance = wanted / max(sum(weekly[who.id] for who in able if who.id in stock), 1.0)
    return {who.id: round(weekly[who.id]) for who in able if draws.uniform("ilf", who.id) < chance}
