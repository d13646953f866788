"""The other streams: how each joins a budget, applications, adaptations and equipment."""

from __future__ import annotations

from ibsim.words import Decision, Desk, Event, Stream, Timer, Work
from tests.oracle import allocation, money
from tests.oracle.calendar import DAY, HOUR, WEEKS_A_YEAR
from tests.oracle.council import Council
from tests.oracle.draws import spread_factor, whole
from tests.oracle.journey.steps import coordinator_minutes, open_work, reprice, watch_adaptation
from tests.oracle.people import Person

YEARS_PENCE = 100 * WEEKS_A_YEAR
"""Pence a year of a pound a week."""


def note_award(council: Council, person: Person, at: int, stream: Stream, pence: int, granted: bool) -> None:
    council.note(Event.AWARDED, person, at, pence if granted else 0, int(stream) * 2 + int(granted))


# --- joining an IB ------------------------------------------------------------------------------------


def join_streams(council: Council, person: Person, at: int, council_sum: int) -> None:
    """The other streams join the council's sum: at once, or after an application by the co-ordinator."""
    s, born = council.levers.funding, person.born
    if born.sp_sum > 0 and s.sp.mode != "excluded":
        if s.sp.mode == "aligned":
            person.applying.add("SP")
        elif join_sp(council, person):
            note_award(council, person, at, Stream.SP, born.sp_sum, True)
            if s.sp.mode == "recharge":
                open_work(council, Work.APPLICATION, person, int(s.sp.application_hours * HOUR), at)
    join_ilf(council, person, at, council_sum)
    if born.atw_sum > 0 and s.atw.mode != "excluded":
        if s.atw.mode == "integrated":
            person.atw_budget = born.atw_sum
            note_award(council, person, at, Stream.ATW, born.atw_sum, True)
        else:
            person.applying.add("ATW")
    hours = {"SP": s.sp.application_hours, "ILF": s.ilf.application_hours, "ATW": s.atw.application_hours}
    minutes = whole(sum(each * HOUR for stream, each in hours.items() if stream in person.applying))
    if minutes > 0:
        open_work(council, Work.APPLICATION, person, minutes, at)


def join_sp(council: Council, person: Person) -> bool:
    """Put housing-related support into the IB, if the grant's cap leaves room."""
    s, pence = council.levers.funding.sp, person.born.sp_sum
    if pence <= 0 or council.sp_promised + pence > s.budget_gbp_per_year * s.cap_percent:
        return False
    council.sp_promised += pence
    person.sp_budget = pence
    return True


def ilf_sum(council: Council, person: Person, council_sum: int) -> int:
    """The award that goes into the IB: for personal care only, so no more than that part of the plan."""
    part = getattr(council.levers.funding.ilf.personal_care_percent, person.group) / 100
    if part >= 1:
        return person.born.ilf_award
    return min(person.born.ilf_award, whole(council_sum * part / (1 - part)))


def ilf_standing(council: Council, person: Person, council_sum: int) -> str:
    """How the person stands to the ILF, by the council's money for personal care."""
    s = council.levers.funding.ilf
    threshold = s.threshold_gbp_per_week * YEARS_PENCE
    at_first = council.first_levers.funding.ilf.threshold_gbp_per_week * YEARS_PENCE
    care = council_sum * (getattr(s.personal_care_percent, person.group) / 100)
    if care < min(threshold, at_first):
        return "nothing"
    if person.born.ilf_place < getattr(s.held_percent, person.group) / 100:
        return "holds an award"
    if person.born.age > s.oldest_applicant:
        return "nothing"
    applies = getattr(s.application_percent, person.group) / 100
    if not council.chance(Decision.ILF_APPLIES, person, applies):
        return "nothing"
    return "would apply" if care >= threshold else "was within reach"


def join_ilf(council: Council, person: Person, at: int, council_sum: int) -> None:
    """An award that is held comes in or stays apart; a new one is applied for, or out of reach."""
    s, excluded = council.levers.funding.ilf, council.levers.funding.ilf.mode == "excluded"
    standing = ilf_standing(council, person, council_sum)
    award = ilf_sum(council, person, council_sum)
    wins = s.success_percent / 100
    if standing == "holds an award":
        if person.born.ilf_brings and not excluded:
            person.ilf_budget = award
            note_award(council, person, at, Stream.ILF, award, True)
        else:
            person.ilf_apart = person.born.ilf_award
    elif standing == "was within reach":
        if council.chance(Decision.ILF_AWARDED, person, wins):
            allocation.raise_budget(council, person, whole(award * (s.shortfall_met_percent / 100)))
    elif standing == "would apply" and not excluded:
        if s.mode != "integrated":
            apply_to_ilf(council, person, at, award)
        elif council.chance(Decision.ILF_AWARDED, person, wins):
            person.ilf_budget = award
            note_award(council, person, at, Stream.ILF, award, True)


def apply_to_ilf(council: Council, person: Person, at: int, award: int) -> None:
    """The ILF is asked: some sums count on its award meanwhile, and some plans are written twice."""
    s = council.levers.funding.ilf
    person.applying.add("ILF")
    counted_on = council.chance(Decision.ILF_COUNTED_ON, person, s.counted_on_percent / 100)
    if counted_on or s.mode == "recharge":
        person.counted_on = award
    if council.chance(Decision.ILF_TWO_PLANS, person, s.two_plans_percent / 100):
        minutes = whole(coordinator_minutes(council, person) * s.second_plan_factor)
        open_work(council, Work.PLAN_CHANGE, person, minutes, at)


# --- applications -------------------------------------------------------------------------------------


def send_applications(council: Council, person: Person, at: int) -> None:
    """The applications in hand go out; each falls due for decision when its papers have been seen to."""
    s = council.levers.funding
    for stream in ("SP", "ILF", "ATW"):
        if stream not in person.applying:
            continue
        person.asked_at[stream] = at
        if stream == "SP":
            council.set_timer(Timer.SP_DECISION, person, at + whole(s.sp.decision_days * DAY))
        elif stream == "ATW":
            council.set_timer(Timer.ATW_DECISION, person, at + whole(s.atw.decision_days * DAY))
        else:
            median, sigma = s.ilf.decision_days_median, s.ilf.decision_sigma
            wait = council.delay(Decision.ILF_DELAY, person, median, sigma)
            council.set_timer(Timer.ILF_DECISION, person, at + wait)


def stream_decided(council: Council, stream: Stream, person: Person, at: int) -> None:
    """A stream's own staff have decided on an application."""
    if stream == Stream.DFG:
        adapted(council, person, at)
        return
    if stream.name not in person.applying:
        return
    s, born = council.levers.funding, person.born
    person.applying.discard(stream.name)
    council.note(Event.DECIDED, person, at, at - person.asked_at[stream.name], int(stream))
    if stream == Stream.SP:
        pence, granted = born.sp_sum, council.chance(Decision.SP_AWARDED, person, s.sp.award_percent / 100)
        granted = granted and join_sp(council, person)
    elif stream == Stream.ATW:
        pence, granted = born.atw_sum, True
        person.atw_budget = pence
    else:
        settled = person.final_budget is not None
        council_sum = person.final_budget if settled else person.indicative_budget
        granted = council.chance(Decision.ILF_AWARDED, person, s.ilf.success_percent / 100)
        pence = ilf_sum(council, person, council_sum or 0)
        if granted:
            person.ilf_budget = pence
        elif person.counted_on > 0:
            met = whole(person.counted_on * (s.ilf.shortfall_met_percent / 100))
            council.note(Event.GUESS_FAILED, person, at, met)
            allocation.raise_budget(council, person, met)
        person.counted_on = 0
    note_award(council, person, at, stream, pence, granted)
    reprice(council, person, at)


# --- adaptations and equipment ------------------------------------------------------------------------


def ask_for_ot(council: Council, work: Work, person: Person, at: int, stream: Stream) -> None:
    """An occupational therapist is asked to assess, and comes when one has a day free."""
    s = council.levers.funding
    person.asked_at[stream.name] = at
    ready = at + int(s.ot_wait_days * DAY)
    open_work(council, work, person, whole(s.ot_hours * HOUR), ready, desk=Desk.OT)


def adaptation_needed(council: Council, person: Person, at: int) -> None:
    """A major adaptation is needed: an OT assesses first, unless one is in hand that can be widened."""
    watch_adaptation(council, person, at)
    if "DFG" not in person.asked_at:
        ask_for_ot(council, Work.OT_ASSESSMENT, person, at, Stream.DFG)


def adaptation_cost(council: Council, person: Person) -> int:
    """What an adaptation costs, up to the limit."""
    s = council.levers.funding.dfg
    cost = s.award_gbp * 100 * spread_factor(council.normal(Decision.DFG_COST, person), s.award_sigma)
    return whole(min(cost, s.limit_gbp * 100))


def adaptation_assessed(council: Council, person: Person, at: int) -> None:
    """The OT has assessed: those whom the means test leaves a grant apply; the council may pay first."""
    s = council.levers.funding.dfg
    waited = at - person.asked_at["DFG"]
    council.note(Event.OT_ASSESSED, person, at, waited, int(Stream.DFG))
    if not council.chance(Decision.DFG_PASSED, person, s.means_test_passed_percent / 100):
        close_adaptation(person)
        return
    upfront = 1.0 if s.mode == "recharge" else s.upfront_percent / 100
    if council.chance(Decision.DFG_PAID_FIRST, person, upfront):
        cost = adaptation_cost(council, person)
        person.dfg_paid += cost
        money.pay(council, person, at, "ASC", "ADAPTATION", cost)
    council.set_timer(Timer.DFG_DECISION, person, at + int(s.decision_days * DAY))


def close_adaptation(person: Person) -> None:
    """An adaptation is paid for, or will not be."""
    del person.asked_at["DFG"]
    person.dfg_paid = 0


def adapted(council: Council, person: Person, at: int) -> None:
    """The grant is made: what the council has paid is charged on."""
    council.note(Event.DECIDED, person, at, at - person.asked_at["DFG"], int(Stream.DFG))
    cost = person.dfg_paid
    if cost > 0:
        money.pay(council, person, at, "ASC", "ADAPTATION", -cost)
    else:
        cost = adaptation_cost(council, person)
    close_adaptation(person)
    money.pay(council, person, at, "DFG", "ADAPTATION", cost)
    note_award(council, person, at, Stream.DFG, cost, True)


def equipment_a_week(council: Council, person: Person) -> int:
    """Pence a week; in a budget equipment is bought at the shops' price."""
    if not person.in_ib_arm:
        return person.born.ices_conventional
    s = council.levers.funding.ices
    return whole(person.born.ices_ib * (s.high_street_factor if s.mode == "integrated" else 1.0))


def equipped(council: Council, person: Person, at: int) -> None:
    """Support has started: some of its equipment takes an OT's assessment."""
    share = council.levers.funding.ices.ot_percent / 100
    if equipment_a_week(council, person) > 0 and council.chance(Decision.OT_NEEDED, person, share):
        ask_for_ot(council, Work.OT_EQUIPMENT, person, at, Stream.ICES)


def equipment_assessed(council: Council, person: Person, at: int) -> None:
    """The OT has assessed for equipment."""
    waited = at - person.asked_at["ICES"]
    council.note(Event.OT_ASSESSED, person, at, waited, int(Stream.ICES))
