"""Block contracts in time: renewal on their use, and hours handed back after notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ibsim.policy.market.settings import Contracts
from ibsim.policy.market.standing import YEAR_MONTHS, Standing, Turn, When
from ibsim.policy.market.verbs import (
    OPEN,
)

if TYPE_CHECKING:
    pass


def blocks(of: Standing, contracts: Contracts, turn: Turn, when: When) -> None:
    """Blocks end and are renewed on their use; unused hours may be handed back after notice."""
    market, month = of.market, when.month
    live = (market["block"] > 0) & (market["state"] == OPEN)
    of.used_in_block += np.where(live, market["block_used"], 0)
    of.months_in_block += live
    ending = live & (of.block_ends <= month + 1)
    use = of.used_in_block / np.maximum(of.months_in_block, 1)
    for row in np.flatnonzero(ending):
        # the last year's use counts, and of a shorter time what there is
        turn.renewed[int(row)] = round(use[row] * contracts.block_renewal_percent / 100)
        of.block_ends[row] = month + 1 + round(contracts.block_term_years * YEAR_MONTHS)
    yearly = ending | when.ends_year
    of.used_in_block[yearly], of.months_in_block[yearly] = 0.0, 0.0
    for amount in [amount for due, amount in of.releases if due <= month]:
        unused = np.maximum(market["block"] - market["block_used"], 0)
        market["block"] -= np.minimum(amount, unused)
    of.releases = [one for one in of.releases if one[0] > month]
    if contracts.block_release_percent > 0:
        pending = sum((amount for _, amount in of.releases), np.zeros(market.size, dtype=np.int64))
        unused = np.maximum(market["block"] - market["block_used"] - pending, 0)
        handed = np.where(live & ~ending, np.rint(unused * contracts.block_release_percent / 100), 0)
        of.releases.append((month + max(round(contracts.block_notice_months), 1), handed.astype(np.int64)))
