"""Hooks of the money half (O2): what support in place buys, and from whom."""

from __future__ import annotations

from tests.oracle.council import Council
from tests.oracle.people import Person


def start_price(council: Council, person: Person, at: int, keep: bool) -> None:
    """What is in place (`person.support`) has its price from now on, and what it buys its providers.

    With `keep` people stay with their providers.  Whoever has no package has a price, but buys nothing.
    """


def room_for_all(council: Council, person: Person, at: int, ib: bool) -> bool:
    """Whether every service of a package or an IB finds a provider.

    In vain: when it was first asked for is kept.  At last: ROOM_FOUND is noted (minutes since; arm).
    """
    return True
