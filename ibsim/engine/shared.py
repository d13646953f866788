"""What compiled verbs share: everybody's columns, the levers in force, timers, events, books, work."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import I8, I16, I32, I64, Records, Tables, record

EVENT = record(
    [("person", np.int32), ("at", np.int32), ("first", np.int32), ("second", np.int32), ("kind", np.int8)]
)
TIMER = record([("person", np.int32), ("due", np.int32), ("next", np.int32), ("kind", np.int8)])
REQUEST = record([("person", np.int32), ("at", np.int32), ("matter", np.int8)])
FREE, N_FREE = 0, 1
"""Places in the `free` array of timers: first free row, how many are free."""
ASTRAY, OUTGROWN = 2, 3
"""Places in `today`."""
CAME, WENT, CAME_AT, WENT_AT, STAYED = 0, 1, 2, 3, 4
"""Places in `flows`: people in and out, the sums of their moments, and of their stays."""


class Shared(NamedTuple):
    """All that compiled verbs read and write."""

    work: Tables
    people: Records
    """one record a person; the room that declares a field alone writes it"""
    rules: Records
    """[group] the levers in force"""
    keys: NDArray[np.uint64]
    """[decision] the key of its draws"""
    counts: I16
    """[decision, person] how often each has come to it"""
    due: I32
    """[timer, person] the moment at which it falls due, or -1"""
    timer_heads: I32
    """[day] first entry"""
    timers: Records
    timer_free: I64
    today: I64
    """[0] the earliest moment at which a timer can still fall due, [1] minutes of a day, [ASTRAY] timers that
    were to be set to no moment, [OUTGROWN] points and amounts of a week that outgrew their place"""
    events: Records
    n_events: I64
    requests: Records
    """what people ask of an institution that decides outside compiled code, in order"""
    n_requests: I64
    flows: I64
    """[stage, ...] see the names above"""
    changes: I64
    """[stage, stage] how often somebody went from the one to the other"""
    ledger: I64
    """[month, payer, category, group, arm] pence"""
    bought: I32
    """[person, service] what support in place buys, pence a week; the rest of its price buys other things"""
    volume: I32
    """[person, service] how much of each service that is sold is in place a week, in parts of its unit"""
    base: I32
    """[person, service] the price at which a package's money stands for hours, pence a unit; 0: none yet"""
    placed: I16
    """[person, service] who provides it"""
    terms: I8
    """[person, service] under what kind of contract"""
    accounts: I64
    """[provider, month, arm] pence that each provider is due for people's support"""
    market: Records
    """[provider] what it has to offer and what of it is taken"""
    shops: I64
    """[service, ...] which providers sell it: the room that keeps them names the places"""
    splits: NDArray[np.float64]
    """[arm, group, services in use, service] how a sum splits, each row summed up from the first on"""
    tally: I64
    """[group, ...] running sums that an institution asked for: the room that reads them names the places"""
    committed: I64
    """[payer] pence a year that are promised"""
    posted: I64
    """[0] all pence posted"""
    months: I16
    """[day] the counted month, -1 before"""
    desk_team: I16
    """[desk] its team; -1 where each person's own team does the work"""
    lists: NDArray[np.bool_]
    """[list, person] who is on each list that an institution keeps"""
    places: I64
    """[list, ...] how many of them it takes: the room that keeps the lists names the places"""
    desk_open: I8
    """[desk] 1 where a post is funded now"""
