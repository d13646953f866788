"""Who else pays: what each stream would give everybody, and the verbs by which it joins an IB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import DAY, chance, elapsed, minutes_of, set_timer
from ibsim.engine.world import Columns, Rules
from ibsim.policy.funding.settings import FundingSettings
from ibsim.units import GROUPS, HOUR_MINUTES, WEEKS_PER_YEAR
from ibsim.words import Decision, Stream, Timer

if TYPE_CHECKING:
    from ibsim.engine.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MODES = ("integrated", "aligned", "recharge", "excluded")
INTEGRATED, ALIGNED, RECHARGE, EXCLUDED = 0, 1, 2, 3
NO_AWARD, NEW, HELD, OUT_OF_REACH = 0, 1, 2, 3
"""How somebody stands to the ILF: nothing, would apply, holds an award, was within the old threshold."""

COLUMNS: Columns = (
    ("sp_sum", np.int32),  # pence a year that would join an IB
    ("sp_apart", np.int32),  # pence a week beside an IB
    ("sp_conventional", np.int32),  # pence a week
    ("ilf_award", np.int32),  # pence a year, if there is one
    ("ilf_place", np.float32),
    ("ilf_brings", np.bool_),
    ("ilf_conventional", np.int32),  # pence a week
    ("atw_sum", np.int32),  # pence a year
    ("ices_ib", np.int32),  # pence a week
    ("ices_conventional", np.int32),  # pence a week
    # what has joined the person's IB, pence a year
    ("sp_budget", np.int32),
    ("ilf_budget", np.int32),
    ("ilf_apart", np.int32),
    ("atw_budget", np.int32),
    ("counted_on", np.int32),  # an award that is not decided yet
    ("applying", np.int8),  # a bit for each stream with an application in hand
    ("sp_asked_at", np.int32),
    ("ilf_asked_at", np.int32),
    ("atw_asked_at", np.int32),
    ("dfg_asked_at", np.int32),
    ("ices_asked_at", np.int32),
    ("dfg_paid", np.int64),  # pence that the council has paid before a grant
)


def fill(world: World, settings: FundingSettings) -> None:
    """Fill in what each stream would give everybody: the same person in every scenario."""
    people, groups = world.people, world.groups
    sp, ilf, ices = settings.sp, settings.ilf, settings.ices
    amounts = _Amounts(world)
    joins = amounts.share("sp joins", sp.take_up_percent.array())
    people["sp_sum"] = joins * amounts.spread("sp sum", sp.gbp_per_year.array(), sp.sigma.array())
    held = np.full(len(GROUPS), sp.holders_percent)
    apart = amounts.share("sp apart", held) * amounts.spread("sp apart sum", np.ones(4), sp.sigma.array())
    for column, mean in (
        ("sp_apart", sp.ib_apart_gbp_per_week), ("sp_conventional", sp.conventional_gbp_per_week),
    ):  # fmt: skip
        people[column] = apart * _over(mean.array(), held / 100)[groups]
    award = amounts.spread("ilf award", ilf.award_gbp_per_year.array(), ilf.award_sigma.array())
    people["ilf_award"] = np.minimum(award, ilf.award_cap_gbp_per_year * 100)
    people["ilf_place"] = world.draws.uniform("ilf", world.ids)
    people["ilf_brings"] = world.draws.uniform("ilf kept", world.ids) < ilf.kept_percent / 100
    people["ilf_conventional"] = _beside_packages(world, settings)
    works = amounts.share("atw", np.full(len(GROUPS), settings.atw.take_up_percent))
    people["atw_sum"] = works * (people["age"] < ilf.oldest_applicant) * settings.atw.gbp_per_year * 100
    for arm in ("ib", "conventional"):
        share, mean = getattr(ices, f"{arm}_percent").array(), getattr(ices, f"{arm}_gbp_per_week").array()
        uses = amounts.share("equipment", share)
        cost = amounts.spread("equipment cost", _over(mean, share / 100), np.full(4, ices.sigma))
        people[f"ices_{arm}"] = uses * cost
    for asked in ("sp", "ilf", "atw", "dfg", "ices"):
        people[f"{asked}_asked_at"] = -1


def _beside_packages(world: World, settings: FundingSettings) -> Floats:
    """ILF money beside conventional packages, pence a week: of those above the threshold as many hold an
    award as make up the group's printed mean among those who are there at the start.

    Who comes later moves nobody's award, so that a person's is the same in every scenario.
    """
    people, groups, ilf = world.people, world.groups, settings.ilf
    weekly = np.minimum(people["ilf_award"] / WEEKS_PER_YEAR, ilf.award_cap_gbp_per_year * 100)
    care = people["services_pence"] * (ilf.personal_care_percent.array() / 100)[groups]
    above = people["has_package"] & (care >= ilf.threshold_gbp_per_week * 100)
    out = np.zeros(world.n)
    for group in range(len(GROUPS)):
        holders = np.flatnonzero(people["has_package"] & (groups == group))
        stock = holders[people["arrives_at"][holders] == 0]
        known = stock if stock.size else holders
        wanted = ilf.conventional_gbp_per_week.array()[group] * 100 * known.size
        # where so few are above it that the printed money cannot be theirs alone, anybody may hold one
        enough = weekly[known[above[known]]].sum() >= wanted
        eligible = above if enough else people["has_package"]
        # the chance that gives the mean over all of them; every award, and no more, at the most
        chance_of = wanted / max(float(weekly[known[eligible[known]]].sum()), 1.0)
        able = holders[eligible[holders]]
        chosen = able[people["ilf_place"][able] < chance_of]
        out[chosen] = weekly[chosen]
    return np.rint(out)


class _Amounts:
    """Draws of package holders by group: whether, and how much; for everybody else False and nought."""

    def __init__(self, world: World) -> None:
        self._draws, self._n = world.draws, world.n
        self._holders = np.flatnonzero(world.people["has_package"])
        self._ids, self._groups = world.ids[self._holders], world.groups[self._holders]

    def share(self, name: str, percent: Floats) -> NDArray[np.bool_]:
        """True with this chance (percent by group)."""
        out = np.zeros(self._n, dtype=np.bool_)
        out[self._holders] = self._draws.uniform(name, self._ids) * 100 < percent[self._groups]
        return out

    def spread(self, name: str, pounds: Floats, sigma: Floats) -> Floats:
        """Lognormal sums in pence round a mean in pounds by group."""
        own, normal = sigma[self._groups], self._draws.normal(name, self._ids)
        out = np.zeros(self._n)
        out[self._holders] = np.rint(pounds[self._groups] * 100 * np.exp(own * normal - own * own / 2))
        return out


def _over(mean: Floats, share: Floats) -> Floats:
    """The mean of those who have any, from the mean over everybody."""
    return np.divide(mean, share, out=np.zeros(mean.size), where=share > 0)


def rules(settings: FundingSettings, first_threshold: float) -> Rules:
    """The levers that compiled verbs read; `first_threshold` is the ILF's at the start, pounds a week."""
    s, sp, ilf, atw, dfg = settings, settings.sp, settings.ilf, settings.atw, settings.dfg
    return {
        "sp_mode": float(MODES.index(sp.mode)),
        "sp_cap": sp.budget_gbp_per_year * sp.cap_percent,
        "sp_granted": sp.award_percent / 100,
        "sp_minutes": sp.application_hours * HOUR_MINUTES,
        "sp_delay": sp.decision_days * DAY,
        "ilf_mode": float(MODES.index(ilf.mode)),
        "ilf_threshold": ilf.threshold_gbp_per_week * 100 * WEEKS_PER_YEAR,
        "ilf_first_threshold": first_threshold * 100 * WEEKS_PER_YEAR,
        "personal_care": ilf.personal_care_percent.array() / 100,
        "ilf_held": ilf.held_percent.array() / 100,
        "ilf_applies": ilf.application_percent.array() / 100,
        "ilf_granted": ilf.success_percent / 100,
        "ilf_oldest": float(ilf.oldest_applicant),
        "ilf_minutes": ilf.application_hours * HOUR_MINUTES,
        "ilf_days": ilf.decision_days_median,
        "ilf_sigma": ilf.decision_sigma,
        "ilf_counted_on": ilf.counted_on_percent / 100,
        "ilf_met": ilf.shortfall_met_percent / 100,
        "ilf_two_plans": ilf.two_plans_percent / 100,
        "ilf_second_plan": ilf.second_plan_factor,
        "atw_mode": float(MODES.index(atw.mode)),
        "atw_minutes": atw.application_hours * HOUR_MINUTES,
        "atw_delay": atw.decision_days * DAY,
        "dfg_rate": dfg.need_percent_per_year.array() / 100,
        "dfg_passed": dfg.means_test_passed_percent / 100,
        "dfg_award": dfg.award_gbp * 100,
        "dfg_sigma": dfg.award_sigma,
        "dfg_limit": dfg.limit_gbp * 100,
        "dfg_delay": dfg.decision_days * DAY,
        "dfg_upfront": 1.0 if dfg.mode == "recharge" else dfg.upfront_percent / 100,
        "ices_factor": s.ices.high_street_factor if s.ices.mode == "integrated" else 1.0,
        "ot_share": s.ices.ot_percent / 100,
        "ot_minutes": s.ot_hours * HOUR_MINUTES,
        "ot_wait": s.ot_wait_days * DAY,
    }


# --- joining an IB -----------------------------------------------------------------------------------


@compiled
def ilf_standing(w: Shared, p: int, council_pence_a_year: int) -> int:
    """How the person stands to the ILF, by the council's money for personal care; see the names above."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    care = council_pence_a_year * rule.personal_care
    if care < min(rule.ilf_first_threshold, rule.ilf_threshold):
        return NO_AWARD
    if person.ilf_place < rule.ilf_held:
        return HELD
    if person.age > rule.ilf_oldest or not chance(w, Decision.ILF_APPLIES, p, rule.ilf_applies):
        return NO_AWARD
    return NEW if care >= rule.ilf_threshold else OUT_OF_REACH


@compiled
def ilf_sum(w: Shared, p: int, council_pence_a_year: int) -> int:
    """The award that goes into the IB: for personal care only, so no more than that part of the plan."""
    part = w.rules[w.people[p].group].personal_care
    if part >= 1.0:
        return w.people[p].ilf_award
    return min(w.people[p].ilf_award, minutes_of(council_pence_a_year * part / (1 - part)))


@compiled
def join_sp(w: Shared, p: int) -> bool:
    """Put housing-related support into the IB, if the grant's cap leaves room."""
    person = w.people[p]
    if person.sp_sum <= 0 or w.committed[Stream.SP] + person.sp_sum > w.rules[person.group].sp_cap:
        return False
    w.committed[Stream.SP] += person.sp_sum
    person.sp_budget = person.sp_sum
    return True


@compiled
def join_ilf(w: Shared, p: int, pence_a_year: int) -> None:
    """Put an award into the IB."""
    w.people[p].ilf_budget = pence_a_year


@compiled
def keep_ilf_apart(w: Shared, p: int) -> None:
    """The holder of an award keeps it apart from the IB."""
    w.people[p].ilf_apart = w.people[p].ilf_award


@compiled
def join_atw(w: Shared, p: int) -> None:
    """Put an award into the IB."""
    w.people[p].atw_budget = w.people[p].atw_sum


@compiled
def count_on(w: Shared, p: int, pence_a_year: int) -> None:
    """Put an award into the sum before it is decided: until then the council pays; 0 ends it."""
    w.people[p].counted_on = pence_a_year


@compiled
def end(w: Shared, p: int) -> None:
    """The person leaves: what the budget held is promised to nobody any more; results still see it."""
    w.committed[Stream.SP] -= w.people[p].sp_budget
    w.people[p].applying = 0


@compiled
def joined(w: Shared, p: int) -> int:
    """Pence a year of other streams in the IB."""
    person = w.people[p]
    pence: int = np.int64(person.sp_budget) + person.ilf_budget + person.atw_budget + person.counted_on
    return pence


@compiled
def release(w: Shared, p: int) -> None:
    """The IB ends: what had joined it is free again, and nothing is applied for."""
    person = w.people[p]
    w.committed[Stream.SP] -= person.sp_budget
    person.sp_budget = person.ilf_budget = person.ilf_apart = person.atw_budget = person.counted_on = 0
    person.applying = 0


# --- applications ------------------------------------------------------------------------------------


@compiled
def apply(w: Shared, p: int, stream: int) -> None:
    """An application to a stream is in hand."""
    w.people[p].applying |= 1 << stream


@compiled
def has_applied(w: Shared, p: int, stream: int) -> bool:
    """Whether an application to a stream is in hand."""
    return (w.people[p].applying >> stream) & 1 == 1


@compiled
def application_minutes(w: Shared, p: int) -> int:
    """Co-ordinator's minutes for all applications in hand."""
    rule, minutes = w.rules[w.people[p].group], 0.0
    if has_applied(w, p, Stream.SP):
        minutes += rule.sp_minutes
    if has_applied(w, p, Stream.ILF):
        minutes += rule.ilf_minutes
    if has_applied(w, p, Stream.ATW):
        minutes += rule.atw_minutes
    return minutes_of(minutes)


@compiled
def send(w: Shared, p: int, at: int) -> None:
    """The applications in hand go out; each falls due for decision when its papers have been seen to."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    if has_applied(w, p, Stream.SP):
        person.sp_asked_at = at
        set_timer(w, Timer.SP_DECISION, p, at + minutes_of(rule.sp_delay))
    if has_applied(w, p, Stream.ILF):
        person.ilf_asked_at = at
        delay = elapsed(w, Decision.ILF_DELAY, p, rule.ilf_days, rule.ilf_sigma)
        set_timer(w, Timer.ILF_DECISION, p, at + delay)
    if has_applied(w, p, Stream.ATW):
        person.atw_asked_at = at
        set_timer(w, Timer.ATW_DECISION, p, at + minutes_of(rule.atw_delay))


@compiled
def close_application(w: Shared, p: int, stream: int) -> None:
    """An application has been decided."""
    w.people[p].applying &= ~(1 << stream)


@compiled
def asked_at(w: Shared, p: int, stream: int) -> int:
    """When the application to a stream went out, or an OT was asked for it."""
    person = w.people[p]
    if stream == Stream.SP:
        return person.sp_asked_at
    if stream == Stream.ILF:
        return person.ilf_asked_at
    if stream == Stream.ATW:
        return person.atw_asked_at
    return person.dfg_asked_at if stream == Stream.DFG else person.ices_asked_at


# --- what each stream pays a week ---------------------------------------------------------------------


@compiled
def sp_weekly(w: Shared, p: int, ib: bool) -> int:
    """SP money that stays apart, pence a week."""
    return w.people[p].sp_apart if ib else w.people[p].sp_conventional


@compiled
def sp_outside(w: Shared, p: int) -> int:
    """Housing-related support that might have joined an IB and has not, pence a year: it goes on apart."""
    return w.people[p].sp_sum if w.people[p].sp_budget == 0 else 0


@compiled
def ilf_weekly(w: Shared, p: int, ib: bool) -> int:
    """ILF money that stays apart, pence a week."""
    if not ib:
        return w.people[p].ilf_conventional
    return minutes_of(w.people[p].ilf_apart / WEEKS_PER_YEAR)


@compiled
def ices_weekly(w: Shared, p: int, ib: bool) -> int:
    """Equipment, pence a week; in a budget it is bought at the shops' price."""
    if not ib:
        return w.people[p].ices_conventional
    return minutes_of(w.people[p].ices_ib * w.rules[w.people[p].group].ices_factor)
