"""The whole validation: every table of the report that the model speaks of, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.evidence import Evidence
from ibsim.units import GROUPS
from ibsim.validation.fared import fared
from ibsim.validation.returns import returns
from ibsim.validation.rows import Row
from ibsim.validation.staff import diaries, staff_time, visits
from ibsim.validation.start import start
from ibsim.validation.tables import PrintedTables
from ibsim.validation.trial import Cohorts
from ibsim.validation.use import use

if TYPE_CHECKING:
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import CalendarSettings

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Round:
    """One replication of everything: the thirteen sites, and England's average council."""

    sites: tuple[Tables, ...]
    england: Tables


@dataclass(frozen=True)
class Setting:
    """What holds for all rounds: England's calendar, the sites' visits (group, arm), the evidence."""

    calendar: CalendarSettings
    visits: Floats
    evidence: Evidence


def validate(rounds: Sequence[Round], setting: Setting) -> list[Row]:
    """Every row, from all replications together; its own error from leaving out one at a time (jackknife)."""
    rows = _rows(rounds, setting)
    if len(rounds) < 2:
        return rows
    parts = []
    for left_out in range(len(rounds)):
        others = [one for number, one in enumerate(rounds) if number != left_out]
        parts.append([row.model for row in _rows(others, setting)])
    errors = jackknife(np.array(parts))
    return [replace(row, own=float(error)) for row, error in zip(rows, errors, strict=True)]


def jackknife(parts: Floats) -> Floats:
    """Standard errors float64[row] of figures, from each with one replication left out: [left out, row]."""
    n = parts.shape[0]
    return np.asarray(np.sqrt((n - 1) / n * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0)))


def _rows(rounds: Sequence[Round], setting: Setting) -> list[Row]:
    """The rows of some replications, in the order of the report's chapters; returns last."""
    evidence = setting.evidence
    sites = [tables for one in rounds for tables in one.sites]
    cohorts = Cohorts.of((tables.trial for tables in sites), setting.visits)
    plans, holders = (PrintedTables(law, evidence) for law in (cohorts.plans, cohorts.holders))
    rows = list(cohorts.funnel(evidence))
    rows += [row for place in range(len(GROUPS)) for row in plans.plans(place)]
    rows += [*plans.planning(), *use(cohorts.holders, evidence)]
    rows += fared(cohorts.people, evidence)
    rows += holders.both_arms()
    rows += [row for place in range(len(GROUPS)) for row in holders.costs(place)]
    rows += [*visits(cohorts.holders, evidence), *staff_time(sites, evidence), *diaries(sites, evidence)]
    rows += start(sites, evidence)
    rows += returns([one.england for one in rounds], setting.calendar, evidence)
    # the sites' prices and streams differ: how near the mean comes to the law is not asked here
    return sorted((replace(row, tolerance=None) for row in rows), key=_chapter)


def _chapter(row: Row) -> tuple[int, int]:
    """The order of the tables: by chapter and number, appendices and returns after them."""
    chapter, _, number = row.table.partition(".")
    return (int(chapter), int(number)) if chapter.isdecimal() else (99 if number else 100, 0)
