"""What queueing theory says; times in mean services."""

from __future__ import annotations

from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c at a load of `load` a server (Erlang 1917)."""
    offered = servers * load
    terms = [exp(k * log(offered) - lgamma(k + 1)) for k in range(servers)]
    last = exp(servers * log(offered) - lgamma(servers + 1)) / (1 - load)
    return last / (sum(terms) + last)


def erlang_b(servers: int, offered: float) -> float:
    """Share of arrivals that find all servers taken and go elsewhere, in M/G/c/c (Erlang 1917).

    `offered` is the mean number that would be served at a time without the limit; only the mean of the
    service law matters.
    """
    share = 1.0
    for taken in range(1, servers + 1):
        share = offered * share / (taken + offered * share)
    return share


def mean_wait_mmc(servers: int, load: float) -> float:
    """Mean wait in M/M/c."""
    return erlang_c(servers, load) / (servers * (1 - load))


def stationary_mmc(servers: int, load: float, most: int = 5000) -> NDArray[np.float64]:
    """Shares of time with 0, 1, 2, ... in an M/M/c system."""
    offered = servers * load
    k = np.arange(most)
    busy = np.minimum(k, servers)
    logs = busy * log(offered) - np.array([lgamma(b + 1) for b in range(servers + 1)])[busy]
    logs += (k - busy) * log(load)
    shares = np.exp(logs - logs.max())
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def pollaczek_khinchine(load: float, second_moment: float) -> float:
    """Mean wait in M/G/1 whose service has mean 1 and this second moment."""
    return load * second_moment / (2 * (1 - load))


def cobham(loads: tuple[float, float], second_moment: float) -> tuple[float, float]:
    """Mean waits of two classes that do not interrupt (Cobham 1954); both serve with mean 1."""
    residual = sum(loads) * second_moment / 2
    first = residual / (1 - loads[0])
    return first, first / (1 - sum(loads))


def kella_yechiali(servers: int, loads: tuple[float, float]) -> tuple[float, float]:
    """Mean waits of two classes that do not interrupt in M/M/c (Kella and Yechiali 1985)."""
    first = erlang_c(servers, sum(loads)) / (servers * (1 - loads[0]))
    return first, first / (1 - sum(loads))


def preemptive_resume(loads: tuple[float, float], second_moment: float) -> tuple[float, float]:
    """Mean times in an M/G/1 system of two classes of which the first interrupts the second."""
    first = 1 + loads[0] * second_moment / (2 * (1 - loads[0]))
    residual = sum(loads) * second_moment / 2
    return first, 1 / (1 - loads[0]) + residual / ((1 - loads[0]) * (1 - sum(loads)))


def mean_visit(load: float) -> float:
    """Mean time of a visit to a single server of a Jackson network at this load (Jackson 1957)."""
    return 1 / (1 - load)
