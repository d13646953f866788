"""Who needs care: the stock at the start, the people referred, their attributes, and when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ibsim.caseload import NOTHING_KNOWN, UNSAID, Caseload, Known
from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import hazard, lasting, set_timer
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import ByGroup, Count, Percent, RatePerYear, Settings, lever
from ibsim.units import DAY_MINUTES, DAYS_PER_YEAR, GROUPS
from ibsim.words import Decision, Timer

if TYPE_CHECKING:
    from ibsim.draws import Draws
    from ibsim.engine.clock import Clock
    from ibsim.engine.world import World
    from ibsim.evidence import Evidence


class PopulationSettings(Settings):
    """The council's people.  None of it can change during a run: the same people are in every scenario."""

    clients_at_start: ByGroup[Count] = lever(
        "clients-at-start", "people", "service users with support at the start of the run", dated=False
    )
    contacts_per_year: Count = lever(
        "contacts-per-year", "contacts a year", "new contacts that reach the access team", dated=False
    )
    contacts_going_further_percent: Percent = lever(
        "contacts-going-further-percent",
        "percent",
        "contacts that lead to further work beyond the access team",
        dated=False,
    )
    referrals_per_year: ByGroup[Count] = lever(
        "referrals-per-year", "people a year", "new people referred for a first assessment", dated=False
    )
    referral_growth_percent_per_year: ByGroup[Annotated[float, Field(ge=-50, le=50)]] = lever(
        "referral-growth-percent-per-year",
        "percent a year",
        "growth of referrals from year to year",
        dated=False,
    )
    monthly_profile_percent: list[Percent] | None = Field(
        default=None,
        description="share of a year's referrals in each month, April first; "
        "twelve numbers that add up to 100",
        json_schema_extra={"unit": "percent", "dated": False},
    )
    package_at_start_percent: ByGroup[Percent] = lever(
        "package-at-start-percent",
        "percent",
        "clients at the start with an ongoing community package",
        dated=False,
    )
    package_new_percent: ByGroup[Percent] = lever(
        "package-new-percent", "percent", "new clients who get an ongoing community package", dated=False
    )
    exit_rate_package_per_year: ByGroup[RatePerYear] = lever(
        "exit-rate-package-per-year", "a year", "exits of people with an ongoing package", dated=False
    )
    exit_rate_other_per_year: ByGroup[RatePerYear] = lever(
        "exit-rate-other-per-year", "a year", "exits of clients without an ongoing package", dated=False
    )
    withdrawal_rate_per_year: RatePerYear = lever(
        "withdrawal-rate-per-year", "a year", "people who withdraw while they wait for support", dated=False
    )
    direct_payment_at_start_percent: ByGroup[Percent] = lever(
        "direct-payment-at-start-percent",
        "percent",
        "package holders on a direct payment at the start",
        dated=False,
    )
    needs_change_rate_per_year: ByGroup[RatePerYear] = lever(
        "needs-change-rate-per-year",
        "a year",
        "changes of need that call for an unplanned review",
        dated=False,
    )
    demand_response_percent: ByGroup[Percent] = lever(
        "demand-response-percent",
        "percent",
        "further referrals that come forward only where IBs are on offer",
        dated=False,
    )
    localities: Annotated[int, Field(ge=1, le=50)] = lever(
        "localities", "localities", "areas with teams of their own", dated=False
    )
    caseload_file: Annotated[str, Field(min_length=5, max_length=500)] | None = Field(
        default=None,
        description="the council's own caseload and backlog, a .csv or .xlsx beside the scenario; its people "
        "take the place of clients_at_start",
        json_schema_extra={"unit": "file", "dated": False},
    )

    @model_validator(mode="after")
    def _profile_adds_up(self) -> PopulationSettings:
        profile = self.monthly_profile_percent
        if profile is not None and (len(profile) != 12 or abs(sum(profile) - 100) > 0.01):
            raise ValueError(
                f"monthly_profile_percent needs twelve numbers that add up to 100; "
                f"these {len(profile)} add up to {sum(profile):g}"
            )
        return self


@dataclass(frozen=True)
class Roll:
    """Everybody who will ever be known to the council, before the clock starts.

    `ids` int64[n] for draws; `groups` int8[n]; `arrives_at` int64[n] in minutes (0 for the stock, below it
    for a backlog); `extra` bool[n]: comes forward only where IBs are on offer; `row` int32[n] in the
    council's own file, UNSAID for who is in none.
    """

    ids: NDArray[np.int64]
    groups: NDArray[np.int8]
    arrives_at: NDArray[np.int64]
    extra: NDArray[np.bool_]
    row: NDArray[np.int32]

    @property
    def stock(self) -> NDArray[np.bool_]:
        """True for service users who have support when the run starts."""
        return self.ids >> 40 < STOCK + len(GROUPS)

    @property
    def backlog(self) -> NDArray[np.bool_]:
        """True for those who wait for their assessment when the run starts."""
        return self.ids >> 40 >= BACKLOG


STOCK, REFERRED, BACKLOG = 0, len(GROUPS), 2 * len(GROUPS)
"""Kinds of permanent ids: one of each a group."""


def enrol(settings: PopulationSettings, clock: Clock, draws: Draws, caseload: Caseload | None = None) -> Roll:
    """List who is known at the start and all referrals; the k-th of a group is always the same person.

    With a `caseload` its people are the stock and the backlog, in the file's order.
    """
    if caseload is None:
        rolls = [_stock(settings, group) for group in range(len(GROUPS))]
    else:
        first = clock.first_day.toordinal()
        rolls = [_listed(caseload, group, first, waiting) for waiting in (False, True) for group in range(4)]
    for group in range(len(GROUPS)):
        rolls.append(_referrals(settings, clock, draws, group))
    roll = Roll(*(np.concatenate([getattr(r, name) for r in rolls]) for name in Roll.__dataclass_fields__))
    order = np.argsort(roll.arrives_at, kind="stable")
    return Roll(*(getattr(roll, name)[order] for name in Roll.__dataclass_fields__))


def _ids(kind: int, n: int) -> NDArray[np.int64]:
    """Permanent ids: the stock of a group, or its referrals, numbered from 0."""
    return np.arange(n, dtype=np.int64) + (np.int64(kind) << np.int64(40))


def _stock(settings: PopulationSettings, group: int) -> Roll:
    n = getattr(settings.clients_at_start, GROUPS[group])
    zeros = np.zeros(n, dtype=np.int64)
    return _roll(STOCK, group, zeros, np.full(n, UNSAID, dtype=np.int32))


def _listed(caseload: Caseload, group: int, first_day: int, waiting: bool) -> Roll:
    """The people of a group in the council's file, in its order."""
    rows = caseload.rows_of(group, waiting=waiting)
    if not waiting:
        return _roll(STOCK, group, np.zeros(rows.size, dtype=np.int64), rows)
    # who was referred on the first day itself still comes before that day's new people
    since = np.minimum((caseload.since[rows].astype(np.int64) - first_day) * DAY_MINUTES, -1)
    return _roll(BACKLOG, group, since, rows)


def _roll(kind: int, group: int, arrives_at: NDArray[np.int64], row: NDArray[np.int32]) -> Roll:
    """People of one group who come whatever is on offer."""
    n = row.size
    groups = np.full(n, group, dtype=np.int8)
    return Roll(_ids(kind + group, n), groups, arrives_at, np.zeros(n, dtype=bool), row)


def known(caseload: Caseload | None, clock: Clock, roll: Roll) -> Known:
    """What the council's file says of the people on the roll."""
    if caseload is None:
        return NOTHING_KNOWN
    people = np.flatnonzero(roll.row != UNSAID).astype(np.int32)
    return Known(caseload, people, roll.row[people], clock.first_day.toordinal())


def _referrals(settings: PopulationSettings, clock: Clock, draws: Draws, group: int) -> Roll:
    """A Poisson stream whose rate follows the year's growth and the monthly profile."""
    name = GROUPS[group]
    response = getattr(settings.demand_response_percent, name) / 100
    growth = 1 + getattr(settings.referral_growth_percent_per_year, name) / 100
    per_year = getattr(settings.referrals_per_year, name) * (1 + response)
    days = np.arange(clock.n_days)
    rate = per_year / DAYS_PER_YEAR * growth ** ((days - clock.start_day) / DAYS_PER_YEAR)
    if settings.monthly_profile_percent is not None:
        months = np.array([(clock.date_of(int(day)).month - 4) % 12 for day in days])
        rate = rate * np.array(settings.monthly_profile_percent)[months] * 12 / 100
    passed = np.concatenate([[0.0], np.cumsum(rate)])
    most = int(passed[-1] + 8 * np.sqrt(passed[-1]) + 20)
    ids = _ids(REFERRED + group, most)
    arrivals = np.cumsum(draws.exponential("arrival", ids))
    ids, arrivals = ids[arrivals < passed[-1]], arrivals[arrivals < passed[-1]]
    at = np.interp(arrivals, passed, np.arange(clock.n_days + 1)) * DAY_MINUTES
    at = np.minimum(at.astype(np.int64), clock.n_days * DAY_MINUTES - 1)
    extra = draws.uniform("demand response", ids) < response / (1 + response)
    row = np.full(ids.size, UNSAID, dtype=np.int32)
    return Roll(ids, np.full(ids.size, group, dtype=np.int8), at, extra, row)


COLUMNS: Columns = (
    ("arrives_at", np.int32),
    ("extra", np.bool_),
    ("has_package", np.bool_),
    ("direct_payment", np.bool_),
    ("age", np.int16),
    ("female", np.bool_),
    ("minority", np.bool_),
    ("transition", np.bool_),
    ("locality", np.int16),
    ("exit_rate", np.float32),
    ("exit_exposure", np.float32),
)


def fill(
    world: World,
    settings: PopulationSettings,
    evidence: Evidence,
    roll: Roll,
    known: Known = NOTHING_KNOWN,
) -> None:
    """Fill in who everybody is: drawn, unless the council's file says it."""
    people, draws, ids, groups = world.people, world.draws, world.ids, world.groups

    def share(lever: ByGroup[float]) -> NDArray[np.float64]:
        return lever.array()[groups] / 100

    people["arrives_at"], people["extra"] = roll.arrives_at, roll.extra
    start, new = share(settings.package_at_start_percent), share(settings.package_new_percent)
    package = draws.uniform("package", ids) < np.where(roll.stock, start, new)
    on_payment = draws.uniform("direct payment", ids) < share(settings.direct_payment_at_start_percent)
    known.put("direct_payment", on_payment)
    holders, holds = known.said("direct_payment")
    package[holders[holds > 0]] = True  # a direct payment is a package
    known.put("package", package)
    people["has_package"] = package
    people["direct_payment"] = package & on_payment
    people["age"] = _ages(draws, ids, groups, evidence)
    known.put("age", people["age"])
    people["female"] = draws.uniform("sex", ids) < evidence.by_group("female-percent")[groups] / 100
    known.put("female", people["female"])
    people["minority"] = draws.uniform("ethnicity", ids) < evidence.by_group("minority-percent")[groups] / 100
    people["transition"] = (groups < 2) & (people["age"] < TRANSITION_AGE)
    people["locality"] = (draws.uniform("locality", ids) * settings.localities).astype(np.int16)
    people["exit_exposure"] = draws.exponential("exit", ids)
    people["exit_rate"] = np.where(
        package,
        settings.exit_rate_package_per_year.array()[groups],
        settings.exit_rate_other_per_year.array()[groups],
    )


TRANSITION_AGE = 26
"""'Transitions' are people of the LD and PD groups under this age."""


def rules(settings: PopulationSettings) -> Rules:
    """The levers that compiled verbs read."""
    return {
        "withdrawal_rate": settings.withdrawal_rate_per_year,
        "needs_change_rate": settings.needs_change_rate_per_year.array(),
    }


def _ages(
    draws: Draws, ids: NDArray[np.int64], groups: NDArray[np.int8], evidence: Evidence
) -> NDArray[np.int16]:
    """Ages by group: normal round the sample's mean, kept within the group's own limits."""
    return _ages_at(draws.normal("age", ids), groups, evidence).astype(np.int16)


def typical_ages(evidence: Evidence, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ages that stand at these places of a standard normal: float64[group, place]."""
    return np.array([_ages_at(places, np.full(places.size, g), evidence) for g in range(len(GROUPS))])


def _ages_at(
    places: NDArray[np.float64], groups: NDArray[np.int8] | NDArray[np.int64], evidence: Evidence
) -> NDArray[np.float64]:
    means = evidence.by_group("age-mean")[groups]
    spreads = evidence.by_group("age-sd")[groups]
    lowest, highest = np.array([18, 18, 18, 65])[groups], np.array([64, 90, 64, 105])[groups]
    return np.clip(np.rint(means + spreads * places), lowest, highest)


class FrontDoor:
    """Who comes to the council, and when: referrals in the order of arrival, and contacts by the day."""

    def __init__(self, clock: Clock, settings: PopulationSettings, roll: Roll) -> None:
        self._settings = settings
        self._arrives_at = roll.arrives_at
        # those known at the start stand first: they arrive at minute 0 or before
        n_known = int((roll.stock | roll.backlog).sum())
        mornings = np.arange(clock.n_days + 1) * DAY_MINUTES
        self._before = np.maximum(np.searchsorted(roll.arrives_at, mornings), n_known)
        """[day] how many people are known or have come before it"""
        s = settings
        shares = s.referrals_per_year.array()
        known = float(shares.sum())
        ended = max(s.contacts_per_year * s.contacts_going_further_percent / 100 - known, 0.0)
        by_group = shares / known * ended if known else np.full(len(GROUPS), ended / len(GROUPS))
        passed = np.concatenate([[0], np.cumsum(clock.working)]) / (DAYS_PER_YEAR * 5 / 7 - 8)
        contacts = np.diff((s.contacts_per_year * passed).astype(np.int64))
        screened = np.diff((by_group[:, None] * passed).astype(np.int64))
        self.contacts: NDArray[np.int64] = contacts.astype(np.int64)
        """[day] contacts that reach the access team, on working days"""
        self.screened: NDArray[np.int64] = screened.T.astype(np.int64)
        """[day, group] those that end at screening"""

    def arrivals(self, first_day: int, day: int) -> NDArray[np.int32]:
        """People whose referral comes from day `first_day` to `day`, in the order of arrival."""
        return np.arange(self._before[first_day], self._before[day + 1], dtype=np.int32)

    def arrives_at(self, people: NDArray[np.int32]) -> NDArray[np.int64]:
        """The moments of their referrals."""
        return self._arrives_at[people]


@compiled
def set_exit(w: Shared, p: int, at: int) -> None:
    """From now on the person can leave: the exponential given at birth runs at the rate of the group."""
    set_timer(w, Timer.EXIT, p, at + lasting(w.people[p].exit_exposure, w.people[p].exit_rate))


@compiled
def set_withdrawal(w: Shared, p: int, at: int) -> None:
    """While people wait for their first support they may withdraw, die or move."""
    rate = w.rules[w.people[p].group].withdrawal_rate
    hazard(w, Timer.WITHDRAW, Decision.WITHDRAWAL, p, at, rate)


@compiled
def set_needs_change(w: Shared, p: int, at: int) -> None:
    """Draw the next change of need."""
    rate = w.rules[w.people[p].group].needs_change_rate
    hazard(w, Timer.NEEDS_CHANGE, Decision.NEEDS_CHANGE, p, at, rate)
