"""England as a family of councils: 150 of differing size and kind that add up to the national returns.

The returns say how many clients, new people, contacts and social workers England had; how they were spread
over councils is assumed (`council_kinds.csv` in the evidence).  Every council is a shipped scenario with
sizes of its own, written as `--set` would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ibsim.evidence import load as load_evidence
from ibsim.evidence.tables import CouncilKind, council_kinds, statistics
from ibsim.scenario.model import ResolvedScenario
from ibsim.scenario.resolve import load
from ibsim.units import GROUPS, split_pence

YEAR = "2006-07"
"""The year of the returns that the family adds up to."""
TENTHS = 10
"""Posts come in tenths."""

Shares = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Council:
    """One council of the family: the scenario that says how it works, and its sizes as texts for `--set`.

    `clients_in_year` counts those with support on the first day and the new ones of a year who are eligible.
    """

    name: str
    kind: str
    scenario: str
    clients_in_year: int
    clients_at_start: int
    referrals_per_year: int
    care_coordinators_fte: float
    sets: tuple[str, ...]

    def load(self, sets: Sequence[str] = ()) -> ResolvedScenario:
        """The council's scenario, resolved; `sets` change its levers last of all."""
        return load(self.scenario, [*self.sets, *sets])


@dataclass(frozen=True)
class Totals:
    """England's numbers, by group where they are arrays [4]: each is split so that the parts add up to it."""

    clients_in_year: int
    clients_at_start: Whole
    new_clients: Whole
    referrals: Whole
    exit_rate_other: Shares  # a year, of clients without a package
    contacts: int
    posts: Whole  # tenths of whole-time posts
    managers: int  # likewise
    access_team: int  # likewise
    therapists: int  # likewise
    panel_cases: int
    sp_grant: int  # pounds a year


@cache
def totals() -> Totals:
    """England in 2006-07: clients, first assessments and contacts of the returns; staff of 150 councils.

    Those assessed who are eligible are the year's new clients; the other clients were there before.  As many
    leave as come: the exits of those without a package make up the balance, as in the evidence.
    """
    evidence = load_evidence()
    councils = round(statistics("councils-with-adult-social-services", "2007-08"))
    in_year = round(statistics("rap-clients-in-year", YEAR))
    referrals = split_pence(
        round(statistics("rap-first-assessments-new-clients", YEAR)),
        evidence.by_group("first-assessment-share-percent"),
    )
    new = np.rint(referrals * (1 - evidence.by_group("facs-low-percent") / 100)).astype(np.int64)
    at_start = split_pence(in_year, evidence.by_group("client-share-percent")) - new
    holders = at_start * evidence.by_group("package-at-start-percent") / 100
    exits_other = new - holders * evidence.by_group("exit-rate-package-per-year")
    posts = councils * TENTHS * evidence.by_group("care-coordinators-fte")
    return Totals(
        clients_in_year=in_year,
        clients_at_start=at_start,
        new_clients=new,
        referrals=referrals,
        exit_rate_other=np.round(exits_other / (at_start - holders), 4),
        contacts=round(statistics("rap-new-contacts", YEAR)),
        posts=split_pence(round(float(posts.sum())), posts),
        managers=round(councils * TENTHS * evidence.value("team-managers-fte")),
        access_team=round(councils * TENTHS * evidence.value("access-team-fte")),
        therapists=round(councils * TENTHS * evidence.value("ot-posts")),
        panel_cases=round(councils * evidence.value("panel-cases")),
        sp_grant=round(councils * evidence.value("sp-budget-gbp-per-council")),
    )


@cache
def councils() -> tuple[Council, ...]:
    """England's councils, kind by kind and the largest of each kind first."""
    england = totals()
    kinds = [kind for kind in council_kinds() for _ in range(kind.councils)]
    weights = np.concatenate([_weights(kind) for kind in council_kinds()])
    at_start, new, referrals = (
        _split_by_group(total, weights)
        for total in (england.clients_at_start, england.new_clients, england.referrals)
    )
    people = (at_start + new).astype(np.float64)
    posts = _split_by_group(england.posts, people)
    contacts = split_pence(england.contacts, referrals.sum(axis=1).astype(np.float64))
    managers = split_pence(england.managers, posts.sum(axis=1).astype(np.float64))
    access = split_pence(england.access_team, contacts.astype(np.float64))
    therapists = split_pence(england.therapists, people.sum(axis=1))
    grants = split_pence(england.sp_grant, people.sum(axis=1))
    panel = np.maximum(split_pence(england.panel_cases, people.sum(axis=1)), 1)
    numbers = [number for kind in council_kinds() for number in range(1, kind.councils + 1)]
    return tuple(
        Council(
            name=f"{kind.kind} {number:02d}",
            kind=kind.kind,
            scenario=kind.scenario,
            clients_in_year=int(people[row].sum()),
            clients_at_start=int(at_start[row].sum()),
            referrals_per_year=int(referrals[row].sum()),
            care_coordinators_fte=int(posts[row].sum()) / TENTHS,
            sets=(
                f"population.clients_at_start={_by_group(at_start[row])}",
                f"population.referrals_per_year={_by_group(referrals[row])}",
                f"population.contacts_per_year={contacts[row]}",
                f"population.exit_rate_other_per_year={_by_group(england.exit_rate_other)}",
                f"population.localities={kind.localities}",
                f"workforce.care_coordinators_fte={_by_group(posts[row] / TENTHS)}",
                f"workforce.team_managers_fte={managers[row] / TENTHS:.10g}",
                f"workforce.occupational_therapists_fte={therapists[row] / TENTHS:.10g}",
                f"access.access_team_fte={access[row] / TENTHS:.10g}",
                f"allocation.panel_cases={panel[row]}",
                f"funding.sp.budget_gbp_per_year={grants[row]}",
            ),
        )
        for row, (kind, number) in enumerate(zip(kinds, numbers, strict=True))
    )


def _weights(kind: CouncilKind) -> Shares:
    """How the councils of a kind share England's people of each group: float64[councils, 4].

    Sizes fall from the largest to the smallest by one factor; the mix of groups is that of the kind's
    scenario against the average council's.
    """
    steps = np.linspace(0, 1, kind.councils) if kind.councils > 1 else np.zeros(1)
    sizes = kind.largest_to_smallest**-steps
    average = load_evidence().by_group("clients-at-start")
    mix = load(kind.scenario).levers.population.clients_at_start.array() / average
    mix = mix / ((mix * average).sum() / average.sum())
    shares: Shares = np.outer(kind.clients_share_percent * sizes / sizes.sum(), mix)
    return shares


def _split_by_group(total: Whole, weights: Shares) -> Whole:
    """England's total of each group split over the councils exactly: int64[councils, 4]."""
    parts = [split_pence(int(total[g]), weights[:, g]) for g in range(len(GROUPS))]
    return np.stack(parts, axis=1)


def _by_group(values: NDArray[np.generic]) -> str:
    pairs = zip(GROUPS, values.tolist(), strict=True)
    return "{" + ", ".join(f"{group}: {value:.10g}" for group, value in pairs) + "}"
