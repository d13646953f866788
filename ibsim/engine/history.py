"""What happened: an event log in columns, appended in batches and read once at the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class History:
    """Events by kind: who, when, and up to two numbers that belong to the event.

    Kinds are small whole numbers that the caller names.
    """

    def __init__(self, kinds: int) -> None:
        self._rows: list[list[tuple[I32, I64, I64 | None, I64 | None]]] = [[] for _ in range(kinds)]

    def add(
        self, kind: int, entities: I32, at: I64, first: I64 | None = None, second: I64 | None = None
    ) -> None:
        """Append events of one kind; all arrays have the length of `entities`."""
        if entities.size:
            self._rows[kind].append((entities, at, first, second))

    def entities(self, kind: int) -> I32:
        """Who, for all events of a kind, in the order in which they were added."""
        rows = self._rows[kind]
        return np.concatenate([row[0] for row in rows]) if rows else np.empty(0, np.int32)

    def at(self, kind: int) -> I64:
        """When, likewise."""
        rows = self._rows[kind]
        return np.concatenate([row[1] for row in rows]) if rows else np.empty(0, np.int64)

    def value(self, kind: int, which: int = 0) -> I64:
        """The first (0) or second (1) number of each event; events without one count as 0."""
        rows = self._rows[kind]
        parts = [
            np.zeros(row[0].size, np.int64)
            if row[2 + which] is None
            else np.asarray(row[2 + which], np.int64)
            for row in rows
        ]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def count(self, kind: int) -> int:
        """How many events of a kind there are."""
        return sum(row[0].size for row in self._rows[kind])
