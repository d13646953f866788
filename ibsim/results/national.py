"""Councils added up to a nation: sums where the metric is a number, weighted means where it is a mean.

A nation's mean is the councils' means weighted by how many people (or cases) each is over; where no metric
counts just those, by the nearest that does (`weight_of`).  Percentiles over people cannot be had from
those of councils: a nation's `_p50` and `_p90` are the councils' own, weighted in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.results.metric import Metric
from ibsim.results.metrics import REGISTRY, check_names
from ibsim.results.statistics import Floats, Statistics, summarise

SUMMED = ("count", "stock", "money")
"""The kinds of metric of which a nation has the sum."""
WEIGHTS = (
    ("wait_days_referral", "first_assessments_new_clients"),
    ("wait_days_sign_off", "plans_signed_off"),
    ("wait_days_", "consents"),
    ("assessed_within_", "first_assessments_new_clients"),
    ("services_within_", "first_assessments_new_clients"),
    ("review_compliance_", "reviews_due"),
    ("overdue_days_", "reviews_overdue"),
    ("waiting_age_days", "people_waiting"),
    ("funnel_", "offers_made"),
    ("in_place_", "consents"),
)
"""What weights a mean, by the beginning of its name; the first that fits."""
EVERYBODY = "people_supported"
"""The weight of every other mean: staff, caseloads and packages go with the people supported."""
A_WEEK = "_per_person_week"
LEAST = 1e-9
"""A council whose weight is nought counts for so much: alone it still gives its mean."""


def is_summed(metric: Metric) -> bool:
    """Whether a nation's number is the sum of its councils'."""
    return metric.kind in SUMMED


def weight_of(name: str) -> str:
    """The metric that weights the councils' values of a mean."""
    stage = name.replace("waiting_age_days", "people_waiting")
    if stage != name and stage in REGISTRY:
        return stage
    return next((weight for start, weight in WEIGHTS if name.startswith(start)), EVERYBODY)


def combined(metric: Metric) -> str:
    """How councils' values make the nation's, in words."""
    if is_summed(metric):
        return "sum of the councils"
    if _of_spend(metric.name):
        return f"{_of_spend(metric.name)} of all councils over their person-weeks"
    what = "the councils' percentiles, weighted by" if _is_percentile(metric.name) else "mean weighted by"
    return f"{what} {weight_of(metric.name)}"


class NationalSum:
    """Adds up councils, replication by replication, keeping one cube a replication.

    `add` takes a council's metrics, in the same order every time, so that the sums are the same to the last
    bit; `close` ends a replication.
    """

    def __init__(self) -> None:
        self.metrics: tuple[str, ...] = ()
        self._above: Floats = np.zeros(0)
        self._below: Floats = np.zeros(0)
        self._closed: list[Floats] = []

    def add(self, metrics: Mapping[str, NDArray[Any]]) -> None:
        """Take in one council's metrics (float64[5, 3, years + 1] each); NaN does not count."""
        if not self.metrics:
            check_names(metrics)
            self.metrics = tuple(name for name in REGISTRY if name in metrics)
        values = np.stack([np.asarray(metrics[name], dtype=np.float64) for name in self.metrics])
        weights = np.stack([_weights(name, metrics) for name in self.metrics])
        weights = np.where(np.isnan(values), 0.0, weights)
        above = np.where(weights > 0, np.nan_to_num(values) * weights, 0.0)
        if self._above.size == 0:
            self._above, self._below = above, weights
        else:
            self._above += above
            self._below += weights

    def close(self) -> None:
        """All councils of a replication are in."""
        with np.errstate(invalid="ignore", divide="ignore"):
            means = np.where(self._below > 0, self._above / self._below, np.nan)
        sums = np.where(self._below > 0, self._above, np.nan)
        summed = np.array([is_summed(REGISTRY[name]) for name in self.metrics])
        self._closed.append(np.where(summed[:, None, None, None], sums, means))
        self._above = self._below = np.zeros(0)

    def statistics(self) -> Statistics:
        """Mean and interval over the replications closed so far: arrays [metric, 5, 3, years + 1]."""
        return summarise(self._closed)


def _weights(name: str, metrics: Mapping[str, NDArray[Any]]) -> Floats:
    """One council's weights of one metric; 1 where it is summed."""
    values = np.asarray(metrics[name], dtype=np.float64)
    if is_summed(REGISTRY[name]):
        return np.ones_like(values)
    spend = _of_spend(name)
    if spend in metrics:
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = np.where(values > 0, metrics[spend] / values, 0.0)
    else:
        weights = metrics.get(weight_of(name), np.ones_like(values))
    found: Floats = np.nan_to_num(np.asarray(weights, dtype=np.float64)) + LEAST
    return found


def _of_spend(name: str) -> str:
    """The spend of which a weekly cost is the quotient; empty for other metrics."""
    spend = name.removesuffix(A_WEEK)
    return spend if spend != name and spend in REGISTRY else ""


def _is_percentile(name: str) -> bool:
    return name.endswith(("_p50", "_p90"))
