"""Roll-out: who is offered an individual budget, when, and who says yes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ibsim.policy.lever import Days, Factor, Percent, Settings, Sigma, lever
from ibsim.units import GROUPS
from ibsim.words import CONVENTIONAL, IB, Timer

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

RolloutGroup = Literal["PD", "LD", "MH", "OP", "transitions"]


class Wave(Settings):
    """One wave: from a day on, some groups are offered IBs at one point of their way."""

    from_: date = Field(alias="from", description="first day of the wave")
    until: date | None = Field(default=None, description="first day on which the wave no longer offers")
    groups: Annotated[list[RolloutGroup], Field(min_length=1)] = Field(
        description="groups that are offered; transitions are LD and PD under 26"
    )
    to: Literal["new_referrals", "at_review", "everyone"] = Field(
        description="offer at first assessment, at the next review, or to the whole caseload"
    )
    share_percent: Percent = Field(
        default=100.0, description="of those reached, the share that is offered an IB"
    )
    localities: list[Annotated[int, Field(ge=1, le=50)]] | None = Field(
        default=None, description="only in these localities (numbered from 1)"
    )
    teams: list[Annotated[int, Field(ge=1, le=1_000)]] | None = Field(
        default=None, description="only these teams of each group and locality (numbered from 1)"
    )
    quota: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="people to be approached by the deadline, then the wave ends"
    )
    deadline: date | None = Field(default=None, description="day by which the quota is to be met")

    weeks: Annotated[float, Field(gt=0, le=520)] = Field(
        default=52.0, description="an offer to everyone without a quota is spread over this many weeks"
    )

    @model_validator(mode="after")
    def _quota_has_deadline(self) -> Wave:
        if (self.quota is None) != (self.deadline is None):
            raise ValueError("quota and deadline go together: give both or neither")
        if self.deadline is not None and self.deadline <= self.from_:
            raise ValueError(f"deadline {self.deadline} must be later than from {self.from_}")
        if self.until is not None and self.until <= self.from_:
            raise ValueError(f"until {self.until} must be later than from {self.from_}")
        return self


class Trial(Settings):
    """Trial mode: those approached consent or not, and are randomised, as the evaluation did."""

    enabled: bool = Field(default=False, description="randomise those approached, as the evaluation did")
    consent_percent: Percent = lever("trial-consent-percent", "percent", "people approached who consent")
    randomised_to_ib_percent: Percent = lever(
        "trial-randomised-percent", "percent", "people who consented that are randomised to an IB"
    )


class RolloutSettings(Settings):
    """Waves, refusal, and how recruiting answers to a deadline."""

    waves: list[Wave] = Field(default_factory=list, description="the waves of the roll-out, in any order")
    trial: Trial = Field(description="trial mode")
    suitable_percent: Percent = lever(
        "suitable-percent", "percent", "people whom their co-ordinator thinks suitable to be offered an IB"
    )
    refusal_percent: Percent = lever("refusal-percent", "percent", "people offered an IB who refuse it")
    refusal_factor_direct_payment: Factor = lever(
        "refusal-factor-direct-payment", "times", "how much likelier holders of a direct payment refuse"
    )
    consent_days_median: Days = lever("consent-days-median", "days", "median days from an offer to an answer")
    consent_sigma: Sigma = lever("consent-sigma", "log units", "spread of those days")
    return_percent: Percent = lever(
        "return-to-conventional-percent",
        "percent a year",
        "IB holders who return to conventional support in a year",
    )
    pressure_weeks: Annotated[float, Field(ge=1, le=260)] = lever(
        "pressure-weeks", "weeks", "last weeks before a deadline in which recruiting is pressed"
    )
    effort_before_pressure_percent: Percent = lever(
        "effort-before-pressure-percent", "percent", "pace of recruiting before that, against an even pace"
    )


class _Recruiting:
    """One wave at work: whom it reaches and how many it may still approach."""

    def __init__(self, wave: Wave, world: World, settings: RolloutSettings) -> None:
        clock = world.clock
        self.wave = wave
        self.first_day = clock.day_of(wave.from_)
        self.last_day = clock.n_days if wave.until is None else clock.day_of(wave.until)
        self.deadline = self.last_day if wave.deadline is None else clock.day_of(wave.deadline)
        self.approached = 0
        self.teams: NDArray[np.int64] | None = None
        self._settings = settings

    def open_on(self, day: int) -> bool:
        """Whether the wave offers on a day."""
        last = self.last_day if self.wave.quota is None else min(self.last_day, self.deadline + 1)
        return self.first_day <= day < last

    def allowed(self, day: int, everybody: int) -> int:
        """How many more people may be approached by the end of this day.

        With a quota, recruiting starts below an even pace and is pressed in the last weeks before
        the deadline; without one, an offer to `everybody` is spread over the wave's weeks.
        """
        passed = day + 1 - self.first_day
        if self.wave.quota is None:
            return round(everybody * min(passed / (self.wave.weeks * 7), 1.0)) - self.approached
        length = max(self.deadline - self.first_day + 1, 1)
        pressed = min(self._settings.pressure_weeks * 7, length)
        effort = self._settings.effort_before_pressure_percent / 100
        early = min(effort * (length - pressed) / length, 1.0) if length > pressed else 0.0
        if passed <= length - pressed:
            path = early * passed / (length - pressed)
        else:
            path = early + (1 - early) * (passed - (length - pressed)) / pressed
        return round(self.wave.quota * min(path, 1.0)) - self.approached


class Rollout:
    """The room that decides who is offered an individual budget."""

    def __init__(self, world: World, settings: RolloutSettings) -> None:
        self._world = world
        self._settings = settings
        self._waves = [_Recruiting(wave, world, settings) for wave in settings.waves]
        n, own = world.n, world.columns.own
        self.arm = own("arm", np.zeros(n, dtype=np.int8))
        self.offered_at = own("offered_at", np.full(n, -1, dtype=np.int64))
        self.consented_at = own("consented_at", np.full(n, -1, dtype=np.int64))
        self.refused = own("refused", np.zeros(n, dtype=bool))
        self.trial = own("trial", np.full(n, -1, dtype=np.int8))
        self._approached = np.zeros(n, dtype=bool)
        draws, ids = world.draws, world.ids
        holders = world.columns["direct_payment"][world.columns["has_package"]]
        self._on_payment = float(holders.mean()) if holders.size else 0.0
        self._suitable = draws.uniform("suitable", ids) * 100
        self._order = np.argsort(draws.uniform("approach order", ids), kind="stable").astype(np.int32)
        self._reach = self._everybody_reach()

    def change(self, settings: RolloutSettings) -> None:
        """New rules hold from now on; the waves are those of the start."""
        self._settings = settings

    def _everybody_reach(self) -> dict[int, NDArray[np.int32]]:
        """For each wave to everyone: the people it can ever reach, in the order of approach."""
        reach = {}
        for number, recruiting in enumerate(self._waves):
            if recruiting.wave.to == "everyone":
                reach[number] = self._order[self._matches(recruiting, self._order)]
        return reach

    def _matches(self, recruiting: _Recruiting, people: I32) -> Bools:
        """Who belongs to a wave's groups and localities, is in its share and suitable."""
        wave, columns, world = recruiting.wave, self._world.columns, self._world
        codes = [GROUPS.index(name) for name in wave.groups if name != "transitions"]
        matches = np.isin(world.groups[people], codes)
        if "transitions" in wave.groups:
            matches |= columns["transition"][people]
        if wave.localities is not None:
            matches &= np.isin(columns["locality"][people] + 1, wave.localities)
        if wave.teams is not None:
            matches &= np.isin(columns["team_number"][people], wave.teams)
        share = world.draws.uniform(f"share from {wave.from_} to {wave.to}", world.ids[people])
        return (
            matches
            & (share < wave.share_percent / 100)
            & (self._suitable[people] < self._settings.suitable_percent)
        )

    @property
    def any_waves(self) -> bool:
        """Whether anybody is ever offered an IB."""
        return bool(self._waves)

    def comes_forward(self, people: I32, day: int) -> Bools:
        """Whether IBs are on offer to new referrals of the person's group: what draws some people in."""
        on_offer = np.zeros(len(GROUPS), dtype=bool)
        for recruiting in self._waves:
            if recruiting.open_on(day) and recruiting.wave.to == "new_referrals":
                for name in recruiting.wave.groups:
                    on_offer |= np.array([group == name for group in GROUPS])
        return on_offer[self._world.groups[people]]

    def offer_on_the_way(self, people: I32, to: str, day: int) -> Bools:
        """Who, of people that come by (new referrals, or after a review), is approached now."""
        taken = np.zeros(people.size, dtype=bool)
        for recruiting in self._waves:
            if recruiting.wave.to != to or not recruiting.open_on(day):
                continue
            able = self._matches(recruiting, people) & ~self._approached[people] & ~taken
            if recruiting.wave.quota is not None:
                able &= np.cumsum(able) <= recruiting.allowed(day, 0)
            recruiting.approached += int(able.sum())
            taken |= able
        self._approached[people[taken]] = True
        return taken

    def offer_to_caseload(self, day: int, can_be_offered: Bools) -> I32:
        """Whom the waves to everyone approach up to this day; `can_be_offered` is bool[everybody]."""
        chosen = []
        for number, reach in self._reach.items():
            recruiting = self._waves[number]
            if not recruiting.open_on(day):
                continue
            able = reach[can_be_offered[reach] & ~self._approached[reach]]
            more = recruiting.allowed(day, recruiting.approached + able.size)
            people = able[: max(more, 0)]
            recruiting.approached += people.size
            self._approached[people] = True
            chosen.append(people)
        return np.concatenate(chosen) if chosen else np.empty(0, np.int32)

    def randomise(self, people: I32) -> tuple[I32, I32]:
        """In trial mode: who of those approached consents, split into the IB and the comparison arm.

        Outside trial mode everybody approached is offered an IB.
        """
        trial = self._settings.trial
        if not trial.enabled:
            return people, people[:0]
        draws, ids = self._world.draws, self._world.ids
        people = people[draws.uniform("research consent", ids[people]) < trial.consent_percent / 100]
        to_ib = draws.uniform("randomised", ids[people]) < trial.randomised_to_ib_percent / 100
        self.trial[people] = to_ib
        return people[to_ib], people[~to_ib]

    def consent_without_offer(self, people: I32, at: I64) -> None:
        """The comparison arm's clock starts at its consent to the research."""
        self.consented_at[people] = at

    def offer(self, people: I32, at: I64) -> None:
        """Offer an IB; the answer comes some days later."""
        self.offered_at[people] = at
        s = self._settings
        wait = self._world.days("answer", people, s.consent_days_median, s.consent_sigma)
        self._world.timers.set(Timer.ANSWER, people, at + wait)

    def refuses(self, people: I32) -> Bools:
        """Who says no: direct-payment holders more often, the mean kept at the evidence's share."""
        s, world = self._settings, self._world
        holds = world.columns["direct_payment"][people]
        factor = s.refusal_factor_direct_payment
        mean = 1 + (factor - 1) * self._on_payment
        share = np.minimum(s.refusal_percent / 100 * np.where(holds, factor, 1.0) / mean, 1.0)
        return world.chance("refuses", people, share)

    def agree(self, people: I32, at: I64) -> None:
        """They agree: from now on they are in the IB arm."""
        self.consented_at[people] = at
        self.arm[people] = IB

    def refuse(self, people: I32) -> None:
        """They refuse, or give up: they stay in, or return to, the conventional arm."""
        self.refused[people] = True
        self.arm[people] = CONVENTIONAL

    def go_back(self, people: I32) -> None:
        """They return to conventional support."""
        self.arm[people] = CONVENTIONAL

    def watch_returns(self, people: I32, at: I64) -> None:
        """IB holders may return to conventional support one day."""
        rate = self._settings.return_percent / 100
        self._world.hazard(Timer.RETURN, "return", people, at, rate)

    @property
    def weekly(self) -> bool:
        """Whether any wave approaches the caseload week by week."""
        return bool(self._reach)
