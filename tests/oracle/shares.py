"""How a sum of money is shared among the services that somebody uses, so that the tables' money is met.

A person's sum goes to the services in use in proportion to weights, one a service.  The weights of an arm
and group are those at which the whole group's money, over everybody's sums and uses, falls on the services
as the levers say.  They are found by raising the weight of what gets too little and lowering that of what
gets too much, over and over.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from math import exp, inf, sqrt
from statistics import NormalDist
from typing import Any

from numpy.polynomial.hermite_e import hermegauss

from tests.oracle.people import GROUPS

SERVICES = ("personal_assistance", "home_care", "meals", "leisure", "other_mainstream", "unlisted")
LAST = len(SERVICES) - 1
POINTS, MOST_ROUNDS, CLOSE_ENOUGH, HEAVIEST = 64, 2_000, 1e-10, 1e6
Table = tuple[float, ...]


def table_of(section: Any, group: str) -> tuple[Table, Table]:
    """The shares of users and the pounds a week of one arm's services; everybody uses the last."""
    use, money = [], []
    for service in SERVICES:
        percent = getattr(section, f"{service}_percent", None)
        pounds = getattr(section, f"{service}_gbp_per_week", None)
        use.append(0.0 if percent is None else getattr(percent, group) / 100)
        money.append(0.0 if pounds is None else float(getattr(pounds, group)))
    return (*use[:-1], 1.0), tuple(money)


def threshold(use: float) -> float:
    """Where an inclination has to stand on a standard normal for so many to have it."""
    if use <= 0:
        return inf
    return -inf if use >= 1 else -NormalDist().inv_cdf(use)


def money_of_sets(use: Table, sigma: float, rho: float) -> dict[frozenset[int], float]:
    """The share of a group's money that people have who use exactly these services."""
    at, weight = (values.tolist() for values in hermegauss(POINTS))
    size = [w * exp(sigma * x) for x, w in zip(at, weight, strict=True)]
    whole, own = sum(size), sqrt(1 - rho * rho)
    uses = [
        [NormalDist().cdf((rho * x - threshold(share)) / own) if 0 < share < 1 else share for x in at]
        for share in use[:-1]
    ]
    out = {}
    for chosen in product((True, False), repeat=LAST):
        total = 0.0
        for point, part in enumerate(size):
            chance = part / whole
            for service, used in enumerate(chosen):
                chance *= uses[service][point] if used else 1 - uses[service][point]
            total += chance
        out[frozenset([LAST, *(i for i, used in enumerate(chosen) if used)])] = total
    return out


@cache
def weights_for(use: Table, money: Table, sigma: float, rho: float) -> Table:
    """The weights at which the group's money falls on the services as `money` says."""
    wanted = [pounds / sum(money) for pounds in money]
    chances = [(sorted(chosen), chance) for chosen, chance in money_of_sets(use, sigma, rho).items()]
    weights = [share / max(used, 1e-9) for share, used in zip(wanted, use, strict=True)]
    for _ in range(MOST_ROUNDS):
        got = [0.0] * len(SERVICES)
        for chosen, chance in chances:
            part = chance / sum(weights[i] for i in chosen)
            for i in chosen:
                got[i] += weights[i] * part
        change = [want / have if want > 0 else 1.0 for want, have in zip(wanted, got, strict=True)]
        if max(abs(ratio - 1) for ratio in change) < CLOSE_ENOUGH:
            break
        weights = [
            min(weight * (ratio / change[-1]), HEAVIEST)
            for weight, ratio in zip(weights, change, strict=True)
        ]
    return tuple(weights)


class Shares:
    """How the council's people share their money among services, by arm and group."""

    def __init__(self, levers: Any) -> None:
        own, packages = levers.deployment, levers.packages
        self.weights: dict[tuple[int, str], Table] = {}
        for arm, (section, sigmas) in enumerate(
            (
                (own.conventional_services, packages.conventional_sigma),
                (own.ib_services, packages.needs_sigma),
            )
        ):
            for name in GROUPS:
                use, money = table_of(section, name)
                sigma, rho = float(getattr(sigmas, name)), own.service_use_correlation
                self.weights[arm, name] = weights_for(use, money, sigma, rho)

    def up_to(self, group: str, arm: int, bits: int, service: int) -> float:
        """The share of a sum that goes to the services up to and with this one, of those in use (by bits)."""
        weights = self.weights[arm, group]
        used = [i for i in range(len(SERVICES)) if bits >> i & 1]
        total = sum(weights[i] for i in used)
        return sum(weights[i] / total for i in used if i <= service) if total > 0 else 0.0
