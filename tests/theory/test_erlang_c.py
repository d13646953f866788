"""Team trays that take long to know well: loads up to 0.95 and 37 workers.  Power: see `Estimate.beside`."""

from __future__ import annotations

import pytest

from ibsim.verification import queues
from ibsim.verification.catalogue import LARGE_TRAYS, TRAYS
from ibsim.verification.queues import Tray


@pytest.mark.slow
@pytest.mark.parametrize("tray", LARGE_TRAYS, ids=str)
def test_a_team_tray_is_erlangs(tray: Tray) -> None:
    found = queues.erlang_c(tray)
    assert all(one.ok for one in found), found
    hardly_anybody_waits = tray.servers == 37 and tray.load <= 0.8
    assert len(found) == (2 if hardly_anybody_waits else 1)


def test_all_sizes_and_loads_are_there() -> None:
    combinations = {(tray.servers, tray.load) for tray in (*TRAYS, *LARGE_TRAYS)}
    assert combinations == {(servers, load) for servers in (1, 5, 37) for load in (0.5, 0.8, 0.9, 0.95)}
    assert all(len(tray.lengths) >= 4 for tray in (*TRAYS, *LARGE_TRAYS))
