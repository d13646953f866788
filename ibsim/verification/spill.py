"""Block contracts spill over to spot as Erlang's loss formula says, whatever the law of how long people stay.

People come at random and ask for an hour a week each; who finds no free block hour buys spot and keeps it.
So block hours are the lines of a loss system, shared by two providers: were people to move from spot to a
freed block hour, or a full block to turn a customer away from the other's free one, the share would differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ibsim.engine.shared import Shared
from ibsim.engine.state import record
from ibsim.policy.market import verbs
from ibsim.policy.market.providers import PROVIDER
from ibsim.policy.market.verbs import N_SHOP, N_SOLD, Terms
from ibsim.units import HOUR_MINUTES
from ibsim.verification import formulas
from ibsim.verification.finding import NORMAL_95, Finding, exactly
from ibsim.verification.part import shared_with
from ibsim.words import Category, Decision

Floats = NDArray[np.float64]
BLOCKS, OFFERED = (3, 2), 4.0
"""Block hours of the two providers, and the hours that people would hold at a time without a limit."""
ARRIVALS, BATCHES, SLOTS = 1_200_000, 60, 4_096
PRICE = 1_000
"""Pence an hour: what everybody's package has for it."""
WITHIN = 0.002
"""How near the share has to be known: a fifth of a percentage point."""


def _fixed(dice: np.random.Generator, n: int) -> Floats:
    return np.ones(n)


def _exponential(dice: np.random.Generator, n: int) -> Floats:
    return dice.exponential(1.0, n)


def _lognormal(dice: np.random.Generator, n: int) -> Floats:
    return dice.lognormal(-0.5, 1.0, n)


LAWS: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "fixed": _fixed,
    "exponential": _exponential,
    "lognormal": _lognormal,
}
"""How long people stay, with mean 1: variances 0, 1 and 1.7."""


def two_agencies() -> Shared:
    """Two agencies with blocks and room for any amount of spot, at one price."""
    market = np.zeros(2 + len(BLOCKS), PROVIDER)
    market["service"][2:] = Category.HOME_CARE
    market["state"], market["area"] = verbs.OPEN, -1
    market["price"] = market["first_price"] = PRICE
    market["block"][2:] = np.array(BLOCKS) * HOUR_MINUTES
    market["capacity"] = 10_000 * HOUR_MINUTES
    shops = np.zeros((N_SOLD, N_SHOP), np.int64)
    shops[:, verbs.REF], shops[:, verbs.UNIT] = PRICE, HOUR_MINUTES
    shops[Category.HOME_CARE, [verbs.FIRST, verbs.LAST]] = 2, market.size
    named = ("price_sensitivity", "stay_share", "block_first", "list_first", "list_discount", "pool_discount")
    rules = np.zeros(1, record([(name, np.float64) for name in named]))
    rules["block_first"] = 20.0
    fields = [("id", np.int64), ("group", np.int8), ("service_fund", np.bool_), ("pooled", np.bool_)]
    people = np.zeros(SLOTS, record([*fields, ("locality", np.int8)]))
    people["id"] = np.arange(SLOTS)
    table = np.zeros((SLOTS, N_SOLD), np.int32)
    return shared_with(
        people=people,
        rules=rules,
        market=market,
        shops=shops,
        keys=np.arange(1, len(Decision) + 1).astype(np.uint64),
        counts=np.zeros((len(Decision), SLOTS), np.int16),
        placed=table.astype(np.int16),
        terms=table.astype(np.int8),
        volume=table,
        base=table.copy(),
    )


def _events(law: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Who comes or goes, in the order of the moments, and whether they come."""
    dice = np.random.default_rng(1917)
    comes = np.cumsum(dice.exponential(1 / OFFERED, ARRIVALS))
    goes = comes + LAWS[law](dice, ARRIVALS)
    order = np.argsort(np.concatenate([comes, goes]), kind="stable")
    return order % ARRIVALS % SLOTS, order < ARRIVALS


def _spilled(w: Shared, who: NDArray[np.int64], comes: NDArray[np.bool_], batches: NDArray[np.int64]) -> None:
    """Count those who find no block hour free, by batch of arrivals."""
    came, size = 0, comes.size // 2 // batches.size
    for event in range(who.size):
        p = who[event]
        if comes[event]:
            verbs.supply(w, p, Category.HOME_CARE, PRICE, False, False)
            batches[min(came // size, batches.size - 1)] += w.terms[p, Category.HOME_CARE] == Terms.SPOT
            came += 1
        else:
            verbs.release(w, p, Category.HOME_CARE)


# a function that only checks call is not kept on disk, where a run would look for it
_compile: Any = njit
_run: Callable[..., None] = _compile(_spilled)


def spill(law: str) -> list[Finding]:
    """The share of new people who buy spot beside Erlang-B; batches of arrivals give its error."""
    w, counts = two_agencies(), np.zeros(BATCHES, np.int64)
    _run(w, *_events(law), counts)
    shares = counts / (ARRIVALS / BATCHES)
    half = NORMAL_95 * float(shares.std(ddof=1)) / float(np.sqrt(BATCHES))
    theory = formulas.erlang_b(sum(BLOCKS), OFFERED)
    left = int(w.market["block_used"].sum()) + int(w.market["spot"].sum())
    return [
        Finding(
            f"Erlang-B: block hours spill to spot, {law} stays", theory, float(shares.mean()), half, WITHIN
        ),
        exactly(f"Hours still bought when all have gone, {law} stays", 0, left),
    ]
