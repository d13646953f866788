"""A part of what compiled verbs share: the tables that a check is about, and nothing in place of the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from ibsim.engine.shared import Shared
from ibsim.engine.state import Tables


def shared_with(**tables: Any) -> Shared:
    """`Shared` with these tables, all others empty.

    It has to be ibsim's own tuple: Numba writes the types that a function has met into its cache on disk,
    and a run that finds another type there cannot read it.
    """
    nothing = np.zeros(0)
    work = Tables(*(nothing for _ in Tables._fields))  # type: ignore[arg-type]  # a check opens no work
    rest = {name: nothing for name in Shared._fields if name != "work"}
    return Shared(work=work, **(rest | tables))
