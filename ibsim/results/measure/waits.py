"""Waits: how long each step took for those who finished it, and how many did in good time."""

from __future__ import annotations

import numpy as np

from ibsim.results.measure.cubes import Batch, Cubes, Ints, ratio
from ibsim.units import DAY_MINUTES
from ibsim.words import IB, Event

WITHIN = {"2_days": 2, "2_weeks": 14, "4_weeks": 28}
"""Calendar days of the national returns' bands."""


def waits(cubes: Cubes) -> None:
    """Measure everything that is a time between two steps."""
    history = cubes.history

    def batch(event: Event, arm: Ints) -> Batch:
        return cubes.batch(event, arm)

    first = batch(Event.ASSESSED_FIRST, history.value(Event.ASSESSED_FIRST, 1))
    wait(cubes, "referral_to_assessment", first, history.value(Event.ASSESSED_FIRST))
    _shares(cubes, "assessed", first, history.value(Event.ASSESSED_FIRST), tuple(WITHIN))
    agreed = batch(Event.INDICATIVE_AGREED, np.ones(history.total(Event.INDICATIVE_AGREED), np.int64))
    wait(cubes, "assessment_to_indicative", agreed, history.value(Event.INDICATIVE_AGREED))
    arm = history.value(Event.SIGNED_OFF, 1)
    signed = Batch(
        cubes.world,
        history.entities(Event.SIGNED_OFF)[arm == IB],
        history.at(Event.SIGNED_OFF)[arm == IB],
        arm[arm == IB],
    )
    wait(cubes, "indicative_to_sign_off", signed, history.value(Event.SIGNED_OFF)[arm == IB])
    arm = history.value(Event.IN_PLACE, 1)
    placed = batch(Event.IN_PLACE, arm)
    wait(cubes, "sign_off_to_in_place", placed, history.value(Event.IN_PLACE))
    people = history.entities(Event.IN_PLACE)[arm == IB]
    at = history.at(Event.IN_PLACE)[arm == IB]
    in_ib = Batch(cubes.world, people, at, arm[arm == IB])
    wait(cubes, "consent_to_in_place", in_ib, at - cubes.world.people["consented_at"][people])
    packed = history.value(Event.FIRST_SUPPORT, 1)
    served = batch(Event.FIRST_SUPPORT, packed % 2)
    wait(cubes, "referral_to_in_place", served, history.value(Event.FIRST_SUPPORT))
    _shares(cubes, "services", served, packed // 2, ("2_weeks", "4_weeks"))


def wait(cubes: Cubes, name: str, batch: Batch, minutes: Ints) -> None:
    """Set a wait's mean and percentiles over people, in days."""
    minutes = minutes[batch.kept]
    days = minutes / DAY_MINUTES
    cubes.metrics[f"wait_days_{name}"] = ratio(batch.yearly(days), batch.yearly())
    cubes.series[f"wait_days_{name}"] = ratio(batch.monthly(days), batch.monthly())
    median, ninth = batch.percentile(minutes, (0.5, 0.9))
    cubes.metrics[f"wait_days_{name}_p50"] = median / DAY_MINUTES
    cubes.metrics[f"wait_days_{name}_p90"] = ninth / DAY_MINUTES


def _shares(cubes: Cubes, name: str, batch: Batch, minutes: Ints, bands: tuple[str, ...]) -> None:
    """Shares within so many calendar days: the day of the month counts, not the hour."""
    minutes = minutes[batch.kept]
    days = batch.at // DAY_MINUTES - (batch.at - minutes) // DAY_MINUTES
    whole = batch.yearly()
    for band in bands:
        within = batch.yearly(days <= WITHIN[band])
        cubes.metrics[f"{name}_within_{band}_percent"] = 100 * ratio(within, whole)
