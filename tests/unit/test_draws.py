"""Draws belong to a person and a decision, and are as uniform as they say."""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from ibsim.draws import Draws

IDS = np.arange(1000, dtype=np.int64)
WORD = 2**64


def splitmix(value: int) -> int:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014), in whole numbers."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB % WORD
    return value ^ (value >> 31)


def uniform(seed: int, replication: int, decision: str, person: int, occurrence: int) -> float:
    """One draw, worked out step by step."""
    name = f"{seed}/{replication}/{decision}".encode()
    key = int.from_bytes(blake2b(name, digest_size=8).digest(), "little")
    golden = 0x9E3779B97F4A7C15
    word = splitmix(key ^ splitmix((person % WORD * golden + golden) % WORD))
    word = splitmix((word + occurrence * 0xD6E8FEB86659FD93) % WORD)
    return ((word >> 12) + 0.5) / 2**52


@pytest.mark.parametrize(("seed", "replication"), [(0, 0), (1, 7), (2**63, 12_345), (-4, 3)])
def test_draws_are_the_hash_that_they_say(seed: int, replication: int) -> None:
    draws = Draws(seed, replication)
    ids = np.array([0, 1, 17, 2**40 + 5, 2**62], dtype=np.int64)
    for occurrence in (0, 1, 99):
        ours = draws.uniform("offer", ids, occurrence).tolist()
        assert ours == [uniform(seed, replication, "offer", person, occurrence) for person in ids.tolist()]
    mixed = draws.uniform("offer", ids, np.arange(5))
    assert mixed.tolist() == [uniform(seed, replication, "offer", int(ids[k]), k) for k in range(5)]


def test_a_draw_is_the_same_whatever_else_is_drawn() -> None:
    alone = Draws(1, 0).uniform("exit", IDS)
    busy = Draws(1, 0)
    busy.uniform("other", IDS[::-1].copy())
    busy.normal("exit", IDS, 3)
    assert (busy.uniform("exit", IDS) == alone).all()
    assert (busy.uniform("exit", IDS[::-1].copy()) == alone[::-1]).all()
    assert busy.uniform("exit", IDS[500:501])[0] == alone[500]


def test_seeds_replications_decisions_people_and_occurrences_all_matter() -> None:
    base = Draws(1, 0).uniform("exit", IDS)
    others = [
        Draws(2, 0).uniform("exit", IDS),
        Draws(1, 1).uniform("exit", IDS),
        Draws(1, 0).uniform("exits", IDS),
        Draws(1, 0).uniform("exit", IDS + 1000),
        Draws(1, 0).uniform("exit", IDS, 1),
        Draws(11, 0).uniform("exit", IDS),
    ]
    for other in others:
        assert not (other == base).any()
        # 1,000 pairs: a correlation of 0.2 is found 98 times in 100
        assert abs(np.corrcoef(base, other)[0, 1]) < 4 / np.sqrt(IDS.size)


def power(cells: int, n: int, effect: float, level: float) -> float:
    """Power of a chi-square test against shares that differ by a root mean square of `effect` of a cell."""
    critical = stats.chi2.isf(level, cells - 1)
    return float(stats.ncx2.sf(critical, cells - 1, n * effect**2))


@pytest.mark.parametrize("decision", ["exit", "offer", "a decision with a longer name"])
def test_draws_are_uniform(decision: str) -> None:
    """Chi-square on 100 cells; cells that are off by 4 percent would be found 99 times in 100."""
    n, cells, level = 80_000, 100, 1e-4
    assert power(cells, n, 0.04, level) > 0.99
    values = Draws(20, 0).uniform(decision, np.arange(n))
    assert ((values > 0) & (values < 1)).all()
    counts = np.bincount((values * cells).astype(int), minlength=cells)
    assert stats.chisquare(counts).pvalue > level


@pytest.mark.parametrize("neighbour", ["person", "occurrence", "replication"])
def test_neighbouring_draws_are_independent(neighbour: str) -> None:
    """Chi-square on pairs in 20 by 20 cells, with the power to see cells off by 8 percent."""
    n, side, level = 80_000, 20, 1e-4
    assert power(side**2, n, 0.08, level) > 0.99
    ids = np.arange(n)
    pairs = {
        "person": (Draws(3, 0).uniform("x", ids), Draws(3, 0).uniform("x", ids + 1)),
        "occurrence": (Draws(3, 0).uniform("x", ids, 4), Draws(3, 0).uniform("x", ids, 5)),
        "replication": (Draws(3, 0).uniform("x", ids), Draws(3, 1).uniform("x", ids)),
    }
    one, other = pairs[neighbour]
    cells = (one * side).astype(int) * side + (other * side).astype(int)
    assert stats.chisquare(np.bincount(cells, minlength=side**2)).pvalue > level


def test_the_lowest_bits_are_random_too() -> None:
    bits = (Draws(4, 0).uniform("bit", np.arange(100_000)) * 2**52).astype(np.int64) & 1
    assert abs(bits.mean() - 0.5) < 4 * 0.5 / np.sqrt(bits.size)


def test_distributions_come_from_the_uniforms_by_the_inverse() -> None:
    draws = Draws(5, 0)
    u = draws.uniform("x", IDS)
    assert draws.exponential("x", IDS) == pytest.approx(-np.log(u))
    assert draws.normal("x", IDS) == pytest.approx(stats.norm.ppf(u))
    assert draws.lognormal("x", IDS, 3.0, 0.5) == pytest.approx(3 * np.exp(0.5 * stats.norm.ppf(u)))
    medians = np.linspace(1, 2, IDS.size)
    assert draws.lognormal("x", IDS, medians, 0.0) == pytest.approx(medians)


def test_a_higher_probability_never_turns_a_yes_into_a_no() -> None:
    draws = Draws(6, 0)
    answers = [draws.chance("x", IDS, probability) for probability in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert not answers[0].any()
    assert answers[-1].all()
    for fewer, more in pairwise(answers):
        assert (fewer <= more).all()
    each = draws.chance("x", IDS, np.where(IDS < 500, 0.0, 1.0))
    assert each.tolist() == (IDS >= 500).tolist()


def test_nobody_draws_nothing() -> None:
    assert Draws(7, 0).uniform("x", IDS[:0]).size == 0
