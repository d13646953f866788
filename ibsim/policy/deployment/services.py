"""What money buys: how each person's sum splits over services, so that use and money meet the tables.

A person's sum is shared among the services in use in proportion to weights, one a service, group and
arm.  The weights are solved for the money that each service has in the tables: more of the larger sums
go with a service where its use goes with the size of the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.deployment.settings import SERVICES, DeploymentSettings
from ibsim.policy.lever import Misfit
from ibsim.units import ARMS, GROUPS, split_pence

if TYPE_CHECKING:
    from ibsim.engine.world import World

Floats = NDArray[np.float64]
COLUMN = ("conventional_services", "ib_services")
"""The column with each person's services, by arm."""
N = len(SERVICES)
NODES = 64
MOST_STEPS = 2_000
CLOSE = 1e-10
MOST_WEIGHT = 1e6
"""A weight at which a service takes all that its users have."""
MOST_ASTRAY = 0.02
"""Share of a group's money that may go elsewhere than its levers say before they are refused."""
_IN_USE = np.array([[bits >> service & 1 for service in range(N)] for bits in range(2**N)], dtype=np.float64)
_ALL_SETS = _IN_USE[_IN_USE[:, -1] > 0]
"""The sets of services that people can have, float64[set, service]: the last is in all of them."""


@dataclass(frozen=True)
class ServiceSplit:
    """How money splits: `weights` float64[arm, group, service], and what follows for any set of services.

    `table` float64[arm, group, bits, service] has the shares of a sum by the services in use;
    `in_house_share` is the part of home care that the council provides itself.
    """

    weights: Floats
    table: Floats
    in_house_share: float

    def shares(self, world: World, arm: int) -> Floats:
        """How each person's weekly money splits: float64[n, service], rows that add up to 1."""
        return self.table[arm, world.groups, world.people[COLUMN[arm]]]

    def of_people(self, world: World, arm: int, people: NDArray[np.int32]) -> Floats:
        """Likewise of some people: float64[n, service]."""
        return self.table[arm, world.groups[people], world.people[COLUMN[arm]][people]]

    def split(self, world: World, arm: int, p: int, pence: int) -> NDArray[np.int64]:
        """One person's sum in whole pence by service, int64[service]: the parts add up to it exactly."""
        return split_pence(pence, self.table[arm, world.groups[p], world.people[p][COLUMN[arm]]])

    def totals(self, world: World, arm: int, pence: NDArray[np.int64]) -> NDArray[np.int64]:
        """What each group's people have together, int64[group, service], from everybody's `pence` int64[n].

        Each group's row adds up to its people's sum exactly.
        """
        money = self.shares(world, arm) * pence[:, None]
        out = np.zeros((len(GROUPS), N), dtype=np.int64)
        for group in range(len(GROUPS)):
            here = world.groups == group
            total = int(pence[here].sum())
            if total:
                out[group] = split_pence(total, money[here].sum(axis=0))
        return out


def service_split(settings: DeploymentSettings, budget_sigma: Floats, package_sigma: Floats) -> ServiceSplit:
    """The weights by arm and group, each solved once for its arguments in a process.

    `budget_sigma` and `package_sigma`, float64[group], are the log standard deviations of what an IB and
    a conventional package come to.  Raises Misfit where a service's money cannot come from its users.
    """
    weights = np.zeros((len(ARMS), len(GROUPS), N))
    sections = (settings.conventional_services, settings.ib_services)
    for arm, (section, sigmas) in enumerate(zip(sections, (package_sigma, budget_sigma), strict=True)):
        use, money = section.table()
        for group, name in enumerate(GROUPS):
            where = COLUMN[arm], name
            rates, pounds = tuple(use[:, group].tolist()), tuple(money[:, group].tolist())
            sigma, rho = float(sigmas[group]), settings.service_use_correlation
            weights[arm, group] = service_weights(rates, pounds, sigma, rho, where)
    used = _IN_USE * weights[:, :, None, :]
    total = used.sum(axis=-1, keepdims=True)
    table = np.divide(used, total, out=np.zeros_like(used), where=total > 0)
    return ServiceSplit(weights, table, settings.in_house_home_care_percent / 100)


@lru_cache(maxsize=256)
def service_weights(
    use: tuple[float, ...], money: tuple[float, ...], sigma: float, rho: float, where: tuple[str, str]
) -> Floats:
    """Weights at which everybody's mean money on each service is `money`; the last service is always used.

    `use` are shares of people, `money` pounds a week, `sigma` the log standard deviation of what a person
    has, and `rho` how far the use of a service goes with it; `where` is the section and the group, for the
    message.  Where the users of a service have a little less than its money between them, it takes all that
    they have.
    """
    share = np.array(money) / sum(money)
    chance = _money_in(np.array(use), sigma, rho)
    weights = share / np.maximum(use, 1e-9)
    for _ in range(MOST_STEPS):
        part = _ALL_SETS * weights
        got = chance @ (part / part.sum(axis=1, keepdims=True))
        change = np.divide(share, got, out=np.ones(N), where=share > 0)
        if np.abs(change - 1).max() < CLOSE:
            break
        weights = np.minimum(weights * (change / change[-1]), MOST_WEIGHT)
    if np.abs(share - got).sum() / 2 > MOST_ASTRAY:
        worst = int(np.argmax(share - got))
        section, group = where
        raise Misfit(
            ("deployment", section, f"{SERVICES[worst]}_gbp_per_week", group),
            "the people who use a service must have enough money between them: "
            f"{money[worst]:g} pounds a week on {SERVICES[worst]} are {share[worst]:.0%} of all money, "
            f"and {use[worst]:.0%} of people use it; lower the money, or raise the percentage of users or "
            "service_use_correlation",
        )
    weights.flags.writeable = False
    return weights


def _money_in(use: Floats, sigma: float, rho: float) -> Floats:
    """Share of all money that people with each set of services have: float64[set]."""
    from scipy.special import ndtr, ndtri

    at, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = weight * np.exp(sigma * at)
    weight = weight / weight.sum()
    # the size of a sum, in standard units, moves the threshold that a person's own inclination has to pass
    uses = ndtr((ndtri(use[:-1])[:, None] + rho * at) / np.sqrt(1 - rho * rho))
    chosen = _ALL_SETS[:, :-1, None] > 0
    out: Floats = np.prod(np.where(chosen, uses, 1 - uses), axis=1) @ weight
    return out
