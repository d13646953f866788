"""Engine and oracle side by side on random small councils: history, diary, ledger and providers' books.

What would be wrong if this broke: one of the two works the council's rules out otherwise than the other, to
a minute, an event or a penny.  Which is right, the design and plain sense say; no difference is bent away.
Every other council has levers of money and market at their wildest as well.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from ibsim.scenario import load
from tests.councils import Laboratory, Tree, merged
from tests.counts import examples
from tests.oracle.books import first_provider_difference
from tests.oracle.compare import first_difference, run_both
from tests.oracle.councils import random_council
from tests.oracle.random_money import market_of_its_size, money_levers

PARTS, AT_PUSH, PROVE = 8, 25, 250
EVIDENCE = load("metropolitan").evidence


def council_levers(seed: int) -> Tree:
    """The levers of a random council."""
    random = Random(seed)
    tree = merged(random_council(seed, EVIDENCE), market_of_its_size(random))
    if seed % 2 == 0:
        return tree
    return merged(tree, money_levers(random, tree["population"]["localities"]))


@pytest.mark.counted
@pytest.mark.parametrize("part", range(PARTS))
def test_engine_and_oracle_agree_to_the_minute_and_the_penny(part: int, tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path)
    for seed in examples(AT_PUSH, prove=PROVE, what="councils by engine and oracle", start=part * PROVE):
        both = run_both(laboratory.scenario(council_levers(seed)), seed)
        found = first_difference(both)
        found = found or first_provider_difference(both.oracle, both.engine.market.table())
        assert found is None, f"council {seed}: {found}"
