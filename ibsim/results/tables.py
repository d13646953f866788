"""The tables of one replication, as results and experiment receive them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray


class Tables(Protocol):
    """What `ibsim.replication.run` hands back: plain arrays that can cross processes.

    `metrics`: name to float64[5, 3, Y+1] (PD LD MH OP all; conventional IB all; the years, then all).
    `series`: name to float64[5, 3, M], one value a month.  `diary`: float64[Y+1, T, 2], hours a week of
    `DIARY_TASKS` without and with IB cases.  `people` and `events`: columns, where they were kept.
    `books`: how often each book was checked.  `timing`: seconds by room.  `binding`: queue to
    float64[2], mean people waiting and mean days of their wait.  NaN means that nobody counts.
    `ledger`: int64[month, payer, category, group, arm], pence posted in each counted month, by `Stream`,
    `Category` and the groups and arms of `units`.  `trial`: one row a person whom the evaluators saw
    (`ibsim.results.cohorts`), None outside trial mode.  `gains`: what IB holders gain and who has
    less than before (`ibsim.results.measure.gained`).
    """

    @property
    def metrics(self) -> Mapping[str, NDArray[Any]]:
        """Yearly values by metric."""

    @property
    def series(self) -> Mapping[str, NDArray[Any]]:
        """Monthly values by metric."""

    @property
    def diary(self) -> NDArray[Any]:
        """The co-ordinators' week."""

    @property
    def people(self) -> Mapping[str, NDArray[Any]] | None:
        """One row a person."""

    @property
    def events(self) -> Mapping[str, NDArray[Any]] | None:
        """One row an event."""

    @property
    def books(self) -> Mapping[str, int]:
        """What was checked, and how often."""

    @property
    def timing(self) -> Mapping[str, float]:
        """Seconds by room."""

    @property
    def binding(self) -> Mapping[str, NDArray[Any]]:
        """How long each queue is, and how long it makes people wait."""

    @property
    def providers(self) -> Mapping[str, NDArray[Any]]:
        """What the market tells of each provider and year."""

    @property
    def ledger(self) -> NDArray[Any]:
        """Every penny posted in the counted months."""

    @property
    def trial(self) -> Mapping[str, NDArray[Any]] | None:
        """The trial's cohorts."""

    @property
    def gains(self) -> Mapping[str, NDArray[Any]]:
        """What IB holders gain, and winners and losers."""
