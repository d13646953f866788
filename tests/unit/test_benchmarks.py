"""The benchmarks measure what they say: the baselines simulate the reference network, ratios pair up."""

from __future__ import annotations

from dataclasses import replace
from math import exp, isclose, nan, sqrt

import numpy as np
import pytest
import simpy

from benchmarks import report, scale, sizes
from benchmarks.reference import ciw_people, salabim_people, simpy_people
from benchmarks.reference.draws import Draws
from benchmarks.reference.engines import BASE, ENGINES
from benchmarks.reference.network import BACKLOG, COUNTY, REVIEW, SMALL, Lognormal, Network
from benchmarks.timing import MeasurementError, Spread, Timed, ask_worker


def test_lognormal_has_its_mean_and_spread() -> None:
    duration = Lognormal(2.5, 0.7)
    assert isclose(exp(duration.mu + duration.sigma**2 / 2), 2.5)
    assert isclose(sqrt(exp(duration.sigma**2) - 1), 0.7)


def test_draws_have_the_means_of_the_network() -> None:
    draws = Draws(COUNTY, 1)
    n = 40_000
    kinds = {
        "referral_gap": (draws.referral_gap, 1 / COUNTY.referrals_per_day, 1.0),
        "assessment": (draws.service[0], 2.0, 0.7),
        "planning": (draws.service[1], 3.2, 0.9),
        "review": (draws.service[2], 1.76, 0.7),
        "brokerage": (draws.brokerage, 15.0, 0.8),
        "stay": (draws.stay, 1300.0, 1.0),
        "review_gap": (draws.review_gap, 260.0, 0.2 / sqrt(12)),
        "first_review": (draws.first_review, 130.0, 1 / sqrt(3)),
        "returned": (draws.returned, 0.5, 1 / sqrt(3)),
    }
    for name, (numbers, mean, cv) in kinds.items():
        sample = np.fromiter(numbers, dtype=np.float64, count=n)
        z = (sample.mean() - mean) / (mean * cv / sqrt(n))
        assert abs(z) < 4, f"{name}: z = {z:.1f}"


@pytest.mark.parametrize("network", [SMALL, replace(SMALL, name="short of staff", coordinators=24)])
def test_both_simpy_queues_give_the_same_to_the_last_bit(network: Network) -> None:
    assert simpy_people.run_own_queue(network, 7) == simpy_people.run_bisected_queue(network, 7)


@pytest.mark.parametrize("coordinators", [8, 6])
def test_salabim_and_ciw_simulate_the_same_network_as_simpy(coordinators: int) -> None:
    """They take the same draws in the same order, so they must agree exactly where order is the same.

    Ciw lets those whom the panel decides together ask for planning in an order of its own, which moves days
    from one person to another.
    """
    network = Network("SHORT", 600, coordinators, 0.48, horizon=520.0, window_from=130.0)
    simpy_says = simpy_people.run_bisected_queue(network, 5)
    assert salabim_people.run(network, 5) == simpy_says
    ciw_says = ciw_people.run(network, 5)
    assert ciw_says.completions[0] == simpy_says.completions[0]
    assert ciw_says.n_completions == pytest.approx(simpy_says.n_completions, rel=0.01)
    assert ciw_says.utilisation == pytest.approx(simpy_says.utilisation, rel=0.01)
    assert ciw_says.mean_days_to_in_place == pytest.approx(simpy_says.mean_days_to_in_place, rel=0.02)
    assert ciw_says.placed == pytest.approx(simpy_says.placed, abs=5)


def test_every_engine_has_a_size_and_a_base_beside_it() -> None:
    base = ENGINES[BASE].sizes
    assert all(engine.sizes and set(engine.sizes) <= set(base) for engine in ENGINES.values())
    for engine in ENGINES.values():
        assert callable(engine.load())


def test_a_fit_finds_the_power_and_the_last_step() -> None:
    fit = scale.Fit.of({clients: 2e-5 * clients**1.1 for clients in scale.CLIENTS})
    assert fit.exponent == pytest.approx(1.1) and fit.last == pytest.approx(1.1)
    bent = scale.Fit.of({1_000: 1.0, 10_000: 1.0, 100_000: 10.0})
    assert bent.exponent == pytest.approx(0.5) and bent.last == pytest.approx(1.0)


def test_the_county_keeps_its_ways_at_other_sizes() -> None:
    county, tenth = sizes.county_of(25_000), sizes.county_of(2_500)
    people = [scenario.levers.population.clients_at_start.array().sum() for scenario in (county, tenth)]
    posts = [scenario.levers.workforce.care_coordinators_fte.array().sum() for scenario in (county, tenth)]
    assert people[1] == pytest.approx(people[0] / 10, abs=4)
    assert posts[1] == pytest.approx(posts[0] / 10)
    assert tenth.levers.rollout == county.levers.rollout


def test_small_network_is_the_one_that_was_specified() -> None:
    results = [simpy_people.run_bisected_queue(SMALL, seed) for seed in range(1, 7)]
    assert np.mean([result.n_completions for result in results]) == pytest.approx(16_900, rel=0.015)
    assert np.mean([result.utilisation for result in results]) == pytest.approx(0.90, abs=0.015)
    for result in results:
        # A plan is returned a quarter of the time, so there are 4/3 plans an assessment.
        assert result.completions[1] / result.completions[0] == pytest.approx(4 / 3, rel=0.05)
        assert result.mean_wait_days[0] < result.mean_wait_days[1] < result.mean_wait_days[2]


def test_too_few_coordinators_leave_reviews_waiting() -> None:
    result = simpy_people.run_bisected_queue(
        replace(SMALL, coordinators=BACKLOG.coordinators * SMALL.coordinators // COUNTY.coordinators), 1
    )
    assert result.utilisation == pytest.approx(1.0, abs=0.005)
    assert result.waiting_at_end[REVIEW] == pytest.approx(540, rel=0.35)
    assert sum(result.waiting_at_end[:REVIEW]) < 10


def test_the_bisected_queue_is_in_order_of_priority_then_of_asking() -> None:
    pool = simpy_people.BisectedPriorityResource(simpy.Environment(), 1)
    requests = [pool.request(priority=priority) for priority in (2, 0, 2, 1, 0)]
    first, *waiting = requests
    assert first.triggered
    assert pool.queue == [waiting[0], waiting[3], waiting[2], waiting[1]]  # priorities 0, 0, 1, 2


def test_ratios_are_taken_round_by_round() -> None:
    slow, base = Timed(walls=[10.0, 40.0, 90.0]), Timed(walls=[1.0, 2.0])
    assert slow.ratios_to(base) == [10.0, 20.0]
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0)


def test_a_compiling_engine_is_timed_without_its_first_replication() -> None:
    timed = Timed()
    timed.add({"walls": [9.0, 1.0, 3.0, 2.0], "peak_bytes": 5}, first_call_differs=True)
    assert (timed.walls, timed.first_calls, timed.peaks) == ([2.0], [9.0], [5])


def test_results_are_averaged_figure_by_figure() -> None:
    timed = Timed(results=[{"placed": 1, "completions": [1, 2]}, {"placed": 3, "completions": [3, 6]}])
    assert timed.mean_result() == {"placed": 2, "completions": [2, 4]}


def test_the_file_holds_no_nan() -> None:
    assert report.without_nan({"a": [nan, 1.0], "b": 2}) == {"a": [None, 1.0], "b": 2}


def test_a_failing_worker_is_reported_with_its_last_line() -> None:
    with pytest.raises(MeasurementError, match="reference simpy NOWHERE 1 1: KeyError"):
        ask_worker("reference", "simpy", "NOWHERE", 1, 1)


def test_a_worker_times_and_tells() -> None:
    answer = ask_worker("reference", "simpy-bisected", "SMALL", 1, 1)
    assert len(answer["walls"]) == 1
    assert 10e6 < answer["peak_bytes"] < 1e9
    assert answer["result"]["placed"] > 0


def test_a_worker_times_growth_and_tasks() -> None:
    grown = ask_worker("growth", 600, 1, 1)
    assert len(grown["walls"]) == 1 and grown["walls"][0] > 0
    idle = ask_worker("overhead", "none", 20)
    assert idle["scenario_bytes"] > 1000 and idle["tables_bytes"] > 10_000


@pytest.mark.slow
def test_a_cluster_on_loopback_answers() -> None:
    answer = ask_worker("overhead", "dask", 10)
    assert len(answer["walls"]) == 2 and all(wall > 0 for wall in answer["walls"])
