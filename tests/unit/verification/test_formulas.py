"""The formulas against values that textbooks print, and against one another."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.verification import formulas


@pytest.mark.parametrize(
    ("servers", "offered", "printed"),
    # Erlang's table of the loss formula
    [(1, 1.0, 0.5), (2, 1.0, 0.2), (5, 3.0, 0.1101), (10, 5.0, 0.0184), (20, 12.0, 0.0098)],
)
def test_erlang_b(servers: int, offered: float, printed: float) -> None:
    assert formulas.erlang_b(servers, offered) == pytest.approx(printed, abs=0.00006)


@pytest.mark.parametrize("load", [0.3, 0.8, 0.95])
def test_erlang_c_of_one_and_of_two_servers(load: float) -> None:
    assert formulas.erlang_c(1, load) == pytest.approx(load)
    assert formulas.erlang_c(2, load) == pytest.approx(2 * load**2 / (1 + load))


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (5, 0.8), (37, 0.95)])
def test_erlang_c_follows_from_erlang_b(servers: int, load: float) -> None:
    blocked = formulas.erlang_b(servers, servers * load)
    assert formulas.erlang_c(servers, load) == pytest.approx(blocked / (1 - load * (1 - blocked)))


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (5, 0.9), (37, 0.8)])
def test_the_stationary_shares_say_the_same(servers: int, load: float) -> None:
    shares = formulas.stationary_mmc(servers, load)
    number = np.arange(shares.size)
    assert shares.sum() == pytest.approx(1)
    assert shares[servers:].sum() == pytest.approx(formulas.erlang_c(servers, load))
    # Little: those in the system are those at work and those who wait
    waiting = servers * load * formulas.mean_wait_mmc(servers, load)
    assert (shares * number).sum() == pytest.approx(servers * load + waiting)


def test_pollaczek_khinchine_of_exponential_and_constant_services() -> None:
    assert formulas.pollaczek_khinchine(0.8, 2.0) == pytest.approx(formulas.mean_wait_mmc(1, 0.8))
    assert formulas.pollaczek_khinchine(0.8, 1.0) == pytest.approx(formulas.pollaczek_khinchine(0.8, 2.0) / 2)


def test_classes_share_the_wait_of_a_queue_without_classes() -> None:
    """Kleinrock's conservation law: loads times waits add up to the same, whatever comes first."""
    one = formulas.cobham((0.4, 0.3), 2.0)
    whole = 0.7 * formulas.pollaczek_khinchine(0.7, 2.0)
    assert 0.4 * one[0] + 0.3 * one[1] == pytest.approx(whole)
    assert formulas.kella_yechiali(1, (0.4, 0.3)) == pytest.approx(one)


def test_urgent_work_does_not_see_the_rest() -> None:
    urgent, rest = formulas.preemptive_resume((0.5, 0.3), 2.0)
    assert urgent == pytest.approx(formulas.mean_visit(0.5)) == 2.0
    assert rest > formulas.cobham((0.5, 0.3), 2.0)[1]
    assert formulas.preemptive_resume((0.0, 0.3), 2.0)[1] == pytest.approx(1 + formulas.mean_wait_mmc(1, 0.3))
