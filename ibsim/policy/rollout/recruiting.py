"""Recruiting: how many people one wave may approach by a day, by its quota, its deadline and its pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibsim.policy.rollout.settings import RolloutSettings, Wave

if TYPE_CHECKING:
    from ibsim.engine.world import World


class Recruiting:
    """One wave at work: whom it reaches and how many it may still approach."""

    def __init__(self, wave: Wave, world: World, settings: RolloutSettings) -> None:
        clock = world.clock
        self.wave = wave
        self.first_day = clock.day_of(wave.from_)
        self.last_day = clock.n_days if wave.until is None else clock.day_of(wave.until)
        self.deadline = self.last_day if wave.deadline is None else clock.day_of(wave.deadline)
        self._settings = settings

    def open_on(self, day: int) -> bool:
        """Whether the wave offers on a day."""
        return self.first_day <= day < self.ends_on

    @property
    def ends_on(self) -> int:
        """The first day on which the wave no longer offers."""
        return self.last_day if self.wave.quota is None else min(self.last_day, self.deadline + 1)

    def allowed(self, day: int, everybody: int, approached: int) -> int:
        """How many more people may be approached by the end of this day, beside those `approached`.

        With a quota, recruiting starts below an even pace and is pressed in the last weeks before
        the deadline; without one, an offer to `everybody` is spread over the wave's weeks.
        """
        passed = day + 1 - self.first_day
        if self.wave.quota is None:
            return round(everybody * min(passed / (self.wave.weeks * 7), 1.0)) - approached
        length = max(self.deadline - self.first_day + 1, 1)
        pressed = min(self._settings.pressure_weeks * 7, length)
        effort = self._settings.effort_before_pressure_percent / 100
        early = min(effort * (length - pressed) / length, 1.0) if length > pressed else 0.0
        if passed <= length - pressed:
            path = early * passed / (length - pressed)
        else:
            path = early + (1 - early) * (passed - (length - pressed)) / pressed
        return round(self.wave.quota * min(path, 1.0)) - approached
