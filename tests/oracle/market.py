"""Hooks of the market half (O2): providers, contracts, assistants, and what befalls them."""

from __future__ import annotations

from tests.oracle.council import Council
from tests.oracle.people import Person


def set_up(council: Council) -> None:
    """Once, before the levers of the start are in force: the providers of this council."""


def open_(council: Council) -> None:
    """On the first counted day, a minute past midnight: prices are set, people repriced, books opened."""


def week(council: Council, day: int) -> None:
    """On each seventh day from the first counted one, at 23:00: what is placed counts for the week."""


def month_end(council: Council, month: int, year: int, day: int) -> None:
    """Providers close a counted month; some give notice or close, and once a year prices move.

    Who is displaced goes through `journey.reviews.displaced`, who is repriced through
    `journey.steps.price_moves`, each at the moment `day * DAY`; on the run's last day nobody is.
    """


def year_end(council: Council, year: int) -> None:
    """The market's own books of a financial year (no history, no ledger: only if other rules need it)."""


def release_all(council: Council, person: Person) -> None:
    """A person's support has ended: nothing is placed with anybody, and nothing is asked for."""


def stop_asking(council: Council, person: Person) -> None:
    """Somebody does not look for a provider any more."""


def waited_for_sign_off(council: Council, person: Person, minutes: int) -> None:
    """A plan is signed off after a wait: an assistant who was lined up may have gone elsewhere."""


def recruiting_factor(council: Council, person: Person) -> float:
    """How many times longer recruiting an assistant takes than at the start.  (Draws RECRUITING_FAILS.)"""
    return 1.0


def lose(council: Council, person: Person, provider: int) -> bool:
    """A provider has closed: what somebody had there is covered; False where they had nothing there."""
    return False


def move_on(council: Council, person: Person, ib: bool) -> bool:
    """Move what is covered, or with a provider that closes, to one with room; True where all has gone."""
    return True
