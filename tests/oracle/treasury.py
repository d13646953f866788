"""What the council's institutions bring to the ledger each month: pay, set-up and its grants, charges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibsim.words import CARE_MANAGEMENT_TIME, Category, Desk, Stream
from tests.oracle.arithmetic import split
from tests.oracle.money import post
from tests.oracle.paysheet import PaySheet
from tests.oracle.people import GROUPS
from tests.oracle.setup import SetUp

if TYPE_CHECKING:
    from tests.oracle.council import Council

PRICES = {
    Desk.COORDINATOR: "care_coordinator",
    Desk.ACCESS: "access_team",
    Desk.PLANNER: "support_planner",
    Desk.OFFICER: "reviewing_officer",
    Desk.MANAGER: "team_manager",
    Desk.OT: "occupational_therapist",
}
WHERE = [(group, ib) for group in GROUPS for ib in (False, True)]
"""Groups and arms in the order in which odd pennies go to them."""
CHARGED = [c for c in Category if c < Category.EQUIPMENT and c != Category.BRIDGING]
"""What users pay charges for: packages, without equipment and the council's own cover."""


class Treasury:
    """What has been owed and posted so far of set-up, and what has been charged for."""

    def __init__(self, council: Council) -> None:
        self.set_up = SetUp(council)
        self.spent = dict.fromkeys(WHERE, 0)


def payday(council: Council, month: int) -> None:
    """Month end (-1: the warm-up): pay, then set-up and charges, which are counted months' alone."""
    sheet = council.staff.payroll()
    for desk in Desk:
        _pay(council, month, desk, sheet)
    if month >= 0:
        council.treasury.set_up.month(council, month)
        _charge(council, month)


def _pay(council: Council, month: int, desk: Desk, sheet: PaySheet) -> None:
    """A desk's pay goes with its minutes; premiums for overtime and agency cover with all of them alike."""
    finance, hours = council.levers.finance, sheet.hours[desk]
    premiums = (finance.overtime_premium_percent / 100, finance.agency_premium_percent / 100)
    above = [part * premium for part, premium in zip(hours[1:], premiums, strict=True)]
    price = 100 * getattr(finance, f"{PRICES[desk]}_gbp_per_hour")
    pence = round((sum(hours) + sum(above)) * price)
    if pence == 0:
        return
    uses = [[minutes for group in use for minutes in group] for use in sheet.minutes[desk]]
    total = sum(map(sum, uses))
    shares = [[minutes / total for minutes in use] for use in uses]
    weights = [[share * sum(hours) for share in use] for use in shares]
    weights += [[part * sum(use[i] for use in shares) for i in range(len(WHERE))] for part in above]
    parts = iter(split(pence, [weight for use in weights for weight in use]))
    for use in CARE_MANAGEMENT_TIME:
        category = Category.SUPPORT_PLANNERS if desk == Desk.PLANNER else use
        for group, ib in WHERE:
            post(council, month, (Stream.ASC.name, category.name, group, ib), next(parts))


def _charge(council: Council, month: int) -> None:
    """Users pay a share of what the council has spent on packages since the month before; none pays more."""
    own, treasury = council.levers.charges, council.treasury
    spent = dict.fromkeys(WHERE, 0)
    charged = {category.name for category in CHARGED}
    for key, pence in council.ledger.items():
        if key.payer == Stream.ASC.name and key.category in charged and 0 <= key.month <= month:
            spent[key.group, key.in_ib_arm] += pence
    for group, ib in WHERE:
        share = getattr(own.percent_of_package, group) / 100 * (own.ib_factor if ib else 1.0)
        owed = (spent[group, ib] - treasury.spent[group, ib]) * min(share, 1.0)
        post(council, month, (Stream.ASC.name, Category.USER_CHARGES.name, group, ib), -round(owed))
    treasury.spent = spent
