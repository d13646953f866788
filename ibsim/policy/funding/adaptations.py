"""Adaptations (DFG) and equipment (ICES): needing one, an OT's assessment, its cost, and who pays first."""

from __future__ import annotations

from math import exp

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance, draw, hazard, minutes_of
from ibsim.normal import normal_of
from ibsim.words import Decision, Stream, Timer


@compiled
def watch_adaptation(w: Shared, p: int, at: int) -> None:
    """Draw when the person will next need a major adaptation."""
    if w.people[p].has_package:
        hazard(w, Timer.DFG_NEED, Decision.DFG_NEED, p, at, w.rules[w.people[p].group].dfg_rate)


@compiled
def ask_for_ot(w: Shared, p: int, stream: int, at: int) -> int:
    """An OT is asked for; returns the minutes that the assessment takes."""
    if stream == Stream.DFG:
        w.people[p].dfg_asked_at = at
    else:
        w.people[p].ices_asked_at = at
    return minutes_of(w.rules[w.people[p].group].ot_minutes)


@compiled
def equipment_takes_ot(w: Shared, p: int, weekly: int) -> bool:
    """Whether somebody who gets equipment has to wait for an OT's assessment."""
    return weekly > 0 and chance(w, Decision.OT_NEEDED, p, w.rules[w.people[p].group].ot_share)


@compiled
def adaptation(w: Shared, p: int) -> int:
    """What an adaptation costs, pence, up to the limit."""
    rule = w.rules[w.people[p].group]
    normal = normal_of(draw(w, Decision.DFG_COST, p))
    cost = rule.dfg_award * exp(rule.dfg_sigma * normal - rule.dfg_sigma * rule.dfg_sigma / 2)
    return minutes_of(min(cost, rule.dfg_limit))


@compiled
def adaptation_in_hand(w: Shared, p: int) -> bool:
    """Whether an adaptation has been asked for and is not paid for yet."""
    asked: bool = w.people[p].dfg_asked_at >= 0
    return asked


@compiled
def close_adaptation(w: Shared, p: int) -> None:
    """An adaptation is paid for, or will not be."""
    w.people[p].dfg_asked_at, w.people[p].dfg_paid = -1, 0


@compiled
def pay_first(w: Shared, p: int, pence: int) -> None:
    """The council has paid for an adaptation before its grant; one that is widened is paid for again."""
    w.people[p].dfg_paid += pence
