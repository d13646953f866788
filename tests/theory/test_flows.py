"""Stocks without queues, by the engine's timers."""

from __future__ import annotations

import numpy as np

from ibsim.verification.finding import Estimate
from tests.unit.engine.diary import Diary


def test_a_stock_without_a_queue_is_poisson() -> None:
    """M/G/infinity by timers: the stock's mean and variance are rate times mean stay, whatever its shape.

    Power: 400 stocks of mean 100 have a standard error of 0.5; an error of 3 percent is found 98 times in
    100.  A variance 1.5 times as large is found as often.
    """
    n_stocks, rate, mean_stay, until, day = 400, 10.0, 10.0, 60, 1000
    rng = np.random.default_rng(5)
    numbers = rng.poisson(rate * until, n_stocks)
    stock = np.repeat(np.arange(n_stocks), numbers)
    arrived_at = rng.uniform(0, until, stock.size)
    stays = rng.choice([2.0, 18.0], stock.size)  # never longer than a third of the run
    in_at = (arrived_at * day).astype(np.int64)
    out_at = in_at + (stays * day).astype(np.int64)
    people = np.arange(stock.size, dtype=np.int32)
    timers = Diary(stock.size, 2, until, day)
    timers.set(0, people, in_at)
    there = np.zeros(stock.size, dtype=bool)
    for number in range(until):
        comes: list[int] = []
        for kind, who, at in timers.pop(number):
            there[who] = kind == 0
            if kind == 0:
                comes.append(who)
            else:
                assert at == out_at[who]
        timers.set(1, np.array(comes, np.int32), out_at[comes])
    expected = (in_at < until * day) & (out_at >= until * day)
    assert (there == expected).all()
    sizes = np.bincount(stock[there], minlength=n_stocks).astype(np.float64)
    assert Estimate.of(sizes).beside("mean stock", rate * mean_stay, near=0.02).ok
    # the sample variance of a Poisson number of mean m has a variance of about (2 m^2 + m) / n
    error = np.sqrt((2 * 100.0**2 + 100.0) / n_stocks)
    assert abs(sizes.var(ddof=1) - 100.0) <= 4 * error
