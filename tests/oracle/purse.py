"""Where somebody's money stands: what support in place costs each payer, what it buys, and from whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ibsim.words import Category


class Weekly(NamedTuple):
    """What support costs each payer a week, in pence; running a budget is paid by the council."""

    asc: int = 0
    sp: int = 0
    ilf: int = 0
    atw: int = 0
    ices: int = 0
    payment_support: int = 0


@dataclass
class Place:
    """A service of somebody: which provider gives it, on what terms, how many parts of its unit a week."""

    provider: int
    terms: int
    volume: int


@dataclass
class Purse:
    """The money side of one person's support; sums are pence a week, moments minutes of the run."""

    pays: Weekly = field(default_factory=Weekly)
    since: int = 0
    """when the present spell of support, at these prices, began"""
    posted_until: int = 0
    bought: dict[Category, int] = field(default_factory=dict)
    places: dict[Category, Place] = field(default_factory=dict)
    hour_price: dict[Category, int] = field(default_factory=dict)
    """pence a unit at which a package's money stands for hours, by service"""
    asked_for_room_at: int | None = None
