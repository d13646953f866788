"""Counts what an event-by-event engine reports, so that all of them count alike."""

from __future__ import annotations

from math import nan

from .network import Network, ReferenceResult


class Tally:
    """The running statistics of one replication (see ReferenceResult)."""

    __slots__ = (
        "busy_days",
        "completions",
        "days_to_in_place",
        "exits",
        "n_placed_in_window",
        "network",
        "placed",
        "starts",
        "wait_days",
        "window_from",
    )

    def __init__(self, network: Network) -> None:
        self.network = network
        self.window_from = network.window_from
        self.completions = [0, 0, 0]
        self.starts = [0, 0, 0]
        self.wait_days = [0.0, 0.0, 0.0]
        self.busy_days = 0.0
        self.placed = 0
        self.exits = 0
        self.n_placed_in_window = 0
        self.days_to_in_place = 0.0

    def start(self, stage: int, asked_at: float, now: float, service_days: float) -> None:
        """A service of `service_days` starts now for somebody who asked at `asked_at`."""
        if now >= self.window_from:
            self.starts[stage] += 1
            self.wait_days[stage] += now - asked_at
            self.busy_days += service_days

    def place(self, referred_at: float, now: float) -> None:
        """Somebody referred at `referred_at` has support in place."""
        self.placed += 1
        if now >= self.window_from:
            self.n_placed_in_window += 1
            self.days_to_in_place += now - referred_at

    def result(self, waiting_at_end: tuple[int, int, int]) -> ReferenceResult:
        """The statistics of the whole replication."""
        network = self.network
        waits = [days / n if n else nan for days, n in zip(self.wait_days, self.starts, strict=True)]
        n_placed = self.n_placed_in_window
        return ReferenceResult(
            completions=(self.completions[0], self.completions[1], self.completions[2]),
            mean_wait_days=(waits[0], waits[1], waits[2]),
            utilisation=self.busy_days / (network.coordinators * (network.horizon - network.window_from)),
            placed=self.placed,
            exits=self.exits,
            mean_days_to_in_place=self.days_to_in_place / n_placed if n_placed else nan,
            waiting_at_end=waiting_at_end,
        )
