"""Trial mode: who would consent, and how those who do are randomised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ibsim.council import COLUMNS
from ibsim.draws import Draws
from ibsim.engine.world import World
from ibsim.policy.rollout import RolloutSettings
from ibsim.policy.rollout.room import IB_OFFERED, IN_COMPARISON_ARM, IN_IB_ARM, NO_CONSENT, Rollout
from tests.unit.policy.deployed import near, world_of
from tests.unit.policy.filling import filled

PEOPLE = np.arange(20_000, dtype=np.int64)


def drawn(trial: dict[str, Any]) -> np.ndarray:
    """What approaching each of them would come to."""
    small = world_of(np.arange(4))
    world = World(small.clock, Draws(7, 0), PEOPLE, (PEOPLE % 4).astype(np.int8), COLUMNS)
    Rollout(world, filled(RolloutSettings, {"trial": trial}))
    found: np.ndarray = world.people["trial_draw"]
    return found


@pytest.mark.parametrize(("consent", "to_ib"), [(60.0, 50.0), (100.0, 30.0), (40.0, 100.0), (40.0, 0.0)])
def test_who_consents_is_randomised_as_the_levers_say(consent: float, to_ib: float) -> None:
    found = drawn({"enabled": True, "consent_percent": consent, "randomised_to_ib_percent": to_ib})
    agreed = found[found != NO_CONSENT]
    assert near(found != NO_CONSENT, consent / 100)
    assert near(agreed == IN_IB_ARM, to_ib / 100)
    assert ((agreed == IN_IB_ARM) | (agreed == IN_COMPARISON_ARM)).all()


def test_without_a_trial_everybody_approached_is_offered_an_ib() -> None:
    assert (drawn({"enabled": False, "randomised_to_ib_percent": 50.0}) == IB_OFFERED).all()
