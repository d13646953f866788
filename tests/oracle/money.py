"""Hooks of the money half (O2): what support costs each payer, and when that is posted."""

from __future__ import annotations

from tests.oracle.council import Council
from tests.oracle.people import Person


def fee(council: Council, person: Person, at: int, category: str, pence: int) -> None:
    """A fee that the council (ASC) pays on one person's way, in the arm of that way (`person.in_ib_arm`).

    `category` is a name of `words.Category`: PANEL, PLANNING_FEE.
    """


def pay(council: Council, person: Person, at: int, payer: str, category: str, pence: int) -> None:
    """A sum that `payer` (a name of `words.Stream`) pays for one person, in the arm of the support in place.

    Called for adaptations (DFG, ASC) and clawback.
    """


def accrue(council: Council, person: Person, at: int) -> None:
    """Post what has become due for the person's support since it was last posted, up to a moment."""


def accrue_all(council: Council, at: int) -> None:
    """The same for `council.here`, at a month's end: in the warm-up only at its end, all together."""


def payday(council: Council, month: int) -> None:
    """Month end (-1: the warm-up): payroll from `council.staff.payroll()`, then set-up and charges.

    After `accrue_all`; set-up and charges only in counted months.
    """


def settle_accounts(council: Council, person: Person, at: int) -> None:
    """Once a year, at the review of an IB: the council takes back what it may of what is not spent."""
