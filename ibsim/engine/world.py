"""The world that a council's rooms share: clock, everybody's columns, the levers in force, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.history import History
from ibsim.engine.reference import fixed
from ibsim.engine.shared import REQUEST, Shared
from ibsim.engine.state import I64, N_FREE, N_JOINS, Records, Tables, record
from ibsim.engine.timers import Timers
from ibsim.engine.workday import Workday
from ibsim.errors import BooksError
from ibsim.units import DAY_MINUTES

Columns = Sequence[tuple[str, type]]
Rules = Mapping[str, float | NDArray[np.float64]]
CORE: Columns = (("id", np.int64), ("group", np.int8), ("stage", np.int8), ("stage_since", np.int32))
"""The columns that the world itself owns."""
PLACE = {8: 0, 1: 1, 2: 2, 4: 3}
"""Where a field stands in a person's record, by its bytes."""
TALLIES = 4
"""Running sums by group that an institution may ask for."""
EVENTS_A_PERSON = 16
"""Room in the history at the start; a long run makes more."""


class World:
    """Everybody and everything, before the rooms have filled it.

    `people` is one record a person, with the columns that the rooms declare; `rules` one record a
    group, with the levers that they name.  `ids` are permanent ids for draws (int64[n]), `groups` the
    group codes (int8[n]), `sizes` the numbers of timers, stages, event kinds and decisions.
    """

    def __init__(
        self, clock: Clock, draws: Draws, ids: I64, groups: NDArray[np.int8], columns: Columns
    ) -> None:
        self.clock, self.draws = clock, draws
        fields = [*CORE, *columns]
        names = [name for name, _ in fields]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"columns declared by two rooms: {', '.join(sorted(twice))}")
        # Rows are what the memory has to fetch: no padding inside, and what everybody's step looks at (the
        # id, then the small codes and flags, then the moments of the first rooms) side by side in front.
        fields.sort(key=lambda field: PLACE[np.dtype(field[1]).itemsize])
        self.people: Records = np.zeros(ids.size, dtype=record(fields))
        self.people["id"], self.people["group"] = ids, groups
        self.ids, self.groups = ids, groups

    @property
    def n(self) -> int:
        """How many people there are, from the first day to the last."""
        return int(self.ids.size)

    def spread(self, decision: str, sigma: float) -> NDArray[np.float64]:
        """A factor for everybody with mean 1 and this spread in log units: the same at every task."""
        return np.exp(sigma * self.draws.normal(decision, self.ids) - sigma * sigma / 2)


class Machine:
    """The shared tables behind compiled verbs, with room to grow between two calls."""

    def __init__(
        self, world: World, work: Workday, decisions: Sequence[str], sizes: Mapping[str, int]
    ) -> None:
        clock, n = world.clock, world.n
        self.work = work
        self.timers = Timers(n, sizes["timers"], clock.n_days, DAY_MINUTES)
        self.history = History(sizes["events"], EVENTS_A_PERSON * n + 1024)
        self._requests: Records = np.zeros(1024, dtype=REQUEST)
        self._n_requests = np.zeros(1, dtype=np.int64)
        self._work_tables: Tables | None = None
        self._shared: Shared | None = None
        self._people = world.people
        self._rules = np.zeros(0)
        self._keys = np.array([world.draws.key(name) for name in decisions], dtype=np.uint64)
        self._counts = np.zeros((len(decisions), n), dtype=np.int16)
        self.flows = np.zeros((sizes["stages"], 5), dtype=np.int64)
        self.changes = np.zeros((sizes["stages"], sizes["stages"]), dtype=np.int64)
        groups, arms = sizes["groups"], sizes["arms"]
        self.ledger = np.zeros(
            (clock.n_months + 1, sizes["streams"], sizes["categories"], groups, arms), dtype=np.int64
        )
        self.tally = np.zeros((groups, TALLIES), dtype=np.int64)
        self.committed = np.zeros(sizes["streams"], dtype=np.int64)
        self.posted = np.zeros(1, dtype=np.int64)
        self._months = clock.month.astype(np.int16)
        self.desk_team = np.full(sizes["desks"], -1, dtype=np.int16)
        self.desk_open = np.zeros(sizes["desks"], dtype=np.int8)
        self.lists, self.places = np.zeros((0, n), dtype=np.bool_), np.zeros((0, 1), dtype=np.int64)
        self.bought = np.zeros((n, sizes["bought"]), dtype=np.int32)
        self.volume = np.zeros((n, sizes["sold"]), dtype=np.int32)
        self.base = np.zeros((n, sizes["sold"]), dtype=np.int32)
        self.placed = np.zeros((n, sizes["sold"]), dtype=np.int16)
        self.terms = np.zeros((n, sizes["sold"]), dtype=np.int8)
        self.splits = np.zeros((arms, groups, 1, 1))
        self.market: Records = np.zeros(1, dtype=record([("price", np.int32)]))
        self.shops = np.zeros((sizes["sold"], 1), dtype=np.int64)
        self.accounts = np.zeros((1, clock.n_months + 1, arms), dtype=np.int64)

    def set_rules(self, rules: Sequence[Rules], groups: int) -> None:
        """Put the levers of all rooms in force: numbers, or one number a group."""
        names = [name for part in rules for name in part]
        table = np.zeros(groups, dtype=record([(name, np.float64) for name in names]))
        for part in rules:
            for name, value in part.items():
                if not np.isfinite(value).all():
                    raise BooksError(f"the lever {name} is {value}, which is no number")
                table[name] = value
        self._rules = table
        self._shared = None

    def ready(self, verbs: int) -> Shared:
        """The tables, with room for what so many verbs can open, set and note."""
        room = 6 * verbs + 64
        tables, history = self.work.tables, self.history
        enough = (
            tables.free[N_FREE] > room
            and tables.free[N_JOINS] + room <= tables.join_left.size
            and self.timers.free[N_FREE] > 2 * room
            and history.rows.size - history.count[0] > 2 * room
            and self._requests.size - self._n_requests[0] > room
        )
        if not enough:
            self._grow(room)
        if self._shared is None or self._work_tables is not self.work.tables:
            self._work_tables, self._shared = self.work.tables, self._share()
        return self._shared

    def _grow(self, room: int) -> None:
        """Make every table large enough."""
        self.work.reserve(room)
        self.work.reserve_joins(room)
        self.timers.reserve(2 * room)
        self.history.reserve(2 * room)
        if self._requests.size - self._n_requests[0] <= room:
            self._requests = np.concatenate([self._requests, np.zeros(2 * room, dtype=REQUEST)])
        self._shared = None

    def _share(self) -> Shared:
        shared = Shared(
            work=self.work.tables,
            people=self._people,
            rules=self._rules,
            keys=self._keys,
            counts=self._counts,
            due=self.timers.due,
            timer_heads=self.timers.heads,
            timers=self.timers.entries,
            timer_free=self.timers.free,
            today=self.timers.today,
            events=self.history.rows,
            n_events=self.history.count,
            requests=self._requests,
            n_requests=self._n_requests,
            flows=self.flows,
            changes=self.changes,
            ledger=self.ledger,
            tally=self.tally,
            committed=self.committed,
            posted=self.posted,
            months=self._months,
            desk_team=self.desk_team,
            lists=self.lists,
            bought=self.bought,
            volume=self.volume,
            base=self.base,
            placed=self.placed,
            terms=self.terms,
            accounts=self.accounts,
            market=self.market,
            shops=self.shops,
            splits=self.splits,
            places=self.places,
            desk_open=self.desk_open,
        )
        return fixed(shared)

    def keep_lists(self, lists: NDArray[np.bool_], places: I64) -> None:
        """The lists of people that an institution keeps, bool[list, person], and their places."""
        self._shared = None
        self.lists, self.places = lists, places

    def keep_market(self, market: Records, shops: I64) -> None:
        """The providers of people's services, one record each, and what each service is sold at."""
        self._shared = None
        self.market, self.shops = market, shops
        self.accounts = np.zeros((market.size, *self.accounts.shape[1:]), dtype=np.int64)

    def keep_splits(self, splits: NDArray[np.float64]) -> None:
        """How sums split over services, float64[arm, group, services in use, service], added up by row."""
        self._shared = None
        self.splits = splits

    @property
    def has_requests(self) -> bool:
        """Whether anything has been asked since the last call of `take_requests`."""
        return bool(self._n_requests[0])

    def take_requests(self) -> Records:
        """What people have asked of institutions since the last call, in order."""
        taken: Records = self._requests[: int(self._n_requests[0])].copy()
        self._n_requests[0] = 0
        return taken
