"""The reference network's numbers and what every engine returns for it.

A tandem of assessment, planning and review with feedback: one pool of identical co-ordinators serves three
priority classes.  The unit of time is the working day (5 productive hours); a week is 5, a year is 260.

1. Referrals are Poisson; each asks the pool for an assessment (the highest priority).
2. Whoever has been assessed waits for the panel, which meets every 5 days, and then asks for planning.
3. A share of the plans is returned at sign-off: the person joins the end of the planning queue again.
4. Brokerage is a pure delay.  Then the person is in place: the exit is drawn once, the first review falls due
   after about a year, and each review sets the next.  An exit that falls due while a person waits or is
   served takes effect when the review ends.

A server that falls free serves the queue before the finishing person is routed; service is not interrupted,
and first come, first served within a priority.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log, sqrt

ASSESSMENT, PLANNING, REVIEW = range(3)
STAGES = ("assessment", "planning", "review")


@dataclass(frozen=True)
class Lognormal:
    """A lognormal duration by its mean (in working days) and coefficient of variation."""

    mean: float
    cv: float

    @property
    def sigma(self) -> float:
        return sqrt(log(1.0 + self.cv**2))

    @property
    def mu(self) -> float:
        return log(self.mean) - self.sigma**2 / 2.0


def _hours(hours: float, cv: float) -> Lognormal:
    """Service of so many hours, in days of five productive hours."""
    return Lognormal(hours / 5.0, cv)


@dataclass(frozen=True)
class Network:
    """Everything that defines one size of the reference network; times in working days."""

    name: str
    starting_stock: int
    coordinators: int
    referrals_per_day: float
    horizon: float = 1300.0
    window_from: float = 260.0
    # Priority 0 (assessment) to 2 (review), as in STAGES.
    service: tuple[Lognormal, Lognormal, Lognormal] = field(
        default=(_hours(10.0, 0.7), _hours(16.0, 0.9), _hours(8.8, 0.7))
    )
    panel_every: float = 5.0
    returned_share: float = 0.25
    brokerage: Lognormal = field(default=Lognormal(15.0, 0.8))
    mean_stay: float = 1300.0
    review_every: float = 260.0
    review_spread: float = 0.1  # the next review is due after review_every x U(1 - spread, 1 + spread)


SMALL = Network("SMALL", 2_500, 30, 2_500 / 1300)
COUNTY = Network("COUNTY", 25_000, 300, 25_000 / 1300)
BACKLOG = Network("BACKLOG", 25_000, 240, 25_000 / 1300)
NETWORKS = {network.name: network for network in (SMALL, COUNTY, BACKLOG)}


@dataclass(frozen=True)
class ReferenceResult:
    """What every engine says about one replication; tuples are in the order of STAGES.

    Counts are of [0, horizon); means are of the window [window_from, horizon) and NaN where nobody counts.
    """

    completions: tuple[int, int, int]
    mean_wait_days: tuple[float, float, float]  # of services that start in the window
    utilisation: float  # server-days started in the window / server-days of the window
    placed: int
    exits: int
    mean_days_to_in_place: float  # referral to in place, of those placed in the window
    waiting_at_end: tuple[int, int, int]  # in the pool's queue at the horizon

    @property
    def n_completions(self) -> int:
        """Services completed, all stages."""
        return sum(self.completions)
