"""Brokerage: arranging what the plan says, and the days until it is in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.lever import ByGroup, Days, Hours, Percent, Settings, Sigma, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES
from ibsim.words import NOTHING

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


class BrokerageSettings(Settings):
    """Arranging services in both arms; recruiting a personal assistant is on the person's side."""

    conventional_hours: ByGroup[Hours] = lever(
        "arranging-hours", "hours", "co-ordinator's time to arrange conventional services"
    )
    ib_hours: Hours = lever("ib-arranging-hours", "hours", "co-ordinator's time to arrange an IB's services")
    hours_sigma: Sigma = lever(
        "arranging-hours-sigma", "log units", "spread of arranging hours between people", dated=False
    )
    start_days_median: Days = lever(
        "service-start-days-median", "days", "median days until an arranged service starts"
    )
    start_sigma: Sigma = lever("service-start-sigma", "log units", "spread of those days")
    personal_assistant_percent: ByGroup[Percent] = lever(
        "personal-assistant-percent", "percent", "IB holders who recruit a personal assistant"
    )
    recruiting_days_median: Days = lever(
        "recruiting-days-median", "days", "median days to recruit an assistant"
    )
    recruiting_sigma: Sigma = lever("recruiting-sigma", "log units", "spread of those days")
    criminal_record_check_days: Days = lever(
        "criminal-record-check-days", "days", "days that a criminal record check adds, where one is made"
    )
    criminal_record_check_percent: Percent = lever(
        "criminal-record-check-percent", "percent", "assistants for whom a criminal record check is made"
    )
    paused_percent: Percent = lever(
        "arranging-paused-percent", "percent", "people whose IB start is put off on their side"
    )


class Brokerage:
    """The room that arranges support, and knows what is in place."""

    def __init__(self, world: World, settings: BrokerageSettings) -> None:
        self._world = world
        self._settings = settings
        self._spread = world.spread("arranging hours", settings.hours_sigma)
        wants = settings.personal_assistant_percent.array()[world.groups] / 100
        self.recruits = world.columns.own(
            "recruits_assistant", world.draws.uniform("personal assistant", world.ids) < wants
        )
        self.support = world.columns.own("support", np.zeros(world.n, dtype=np.int8))
        self.supported_since = world.columns.own("supported_since", np.full(world.n, -1, dtype=np.int64))

    def change(self, settings: BrokerageSettings) -> None:
        """New rules hold from now on."""
        self._settings = settings

    def minutes(self, people: I32, ib: bool) -> I64:
        """The co-ordinator's minutes to arrange what a plan says."""
        hours = self._settings.conventional_hours.array()[self._world.groups[people]]
        if ib:
            hours = np.full(people.size, self._settings.ib_hours)
        return np.rint(hours * HOUR_MINUTES * self._spread[people]).astype(np.int64)

    def start_delay(self, people: I32) -> I64:
        """Minutes until an arranged service starts."""
        s = self._settings
        return self._world.days("service start", people, s.start_days_median, s.start_sigma)

    def ib_start_delay(self, people: I32) -> I64:
        """Minutes until all of an IB's support is in place: services, and an assistant where one is wanted."""
        s, world = self._settings, self._world
        recruiting = world.days("recruiting", people, s.recruiting_days_median, s.recruiting_sigma)
        checked = world.chance("criminal record check", people, s.criminal_record_check_percent / 100)
        recruiting = recruiting + checked * round(s.criminal_record_check_days * DAY_MINUTES)
        return np.maximum(self.start_delay(people), np.where(self.recruits[people], recruiting, 0))

    @property
    def paused_percent(self) -> float:
        """People who put the start of their IB off."""
        return self._settings.paused_percent

    def put_in_place(self, people: I32, support: int, at: I64) -> None:
        """Support is in place from these moments on."""
        self.supported_since[people] = np.where(
            self.support[people] == NOTHING, at, self.supported_since[people]
        )
        self.support[people] = support

    def end(self, people: I32) -> None:
        """Support has ended."""
        self.support[people] = NOTHING
