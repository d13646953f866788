"""The report's tables of budgets, streams, holding, planning and weekly cost, row by row beside the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.evidence import Evidence
from ibsim.policy.deployment.room import Held
from ibsim.policy.deployment.settings import PARTIES, SERVICES
from ibsim.policy.finance import QUARTER_WEEKS
from ibsim.units import ARMS, GROUPS, WEEKS_PER_YEAR
from ibsim.validation.law import Law
from ibsim.validation.rows import COMPARISON, IB_ARM, PUT_IN, Row, Sample

Floats = NDArray[np.float64]
HALF = 0.5
"""Half a pound, or half a percent: printed figures are whole."""
SURVEY = ("comparison", "ib")
"""The arms as the facts name them."""
WAYS = {
    Held.PERSONAL_ACCOUNT: ("personal-account",),
    Held.JOINT_ACCOUNT: ("joint-account",),
    Held.AGENT: ("agent",),
    Held.THIRD_PARTY: ("trust", "service-provider", "other"),
}
BOUGHT = {"home-care": "home_care", "meals": "meals", "personal-assistant": "personal_assistance"}
REASONS = {
    ("5.1", "OP", "one-off payments alone, percent"): (
        "three of 81 records, of 15 to 1,750 pounds, far below an older person's budget: each paid for a "
        "thing, and was no package"
    ),
}
"""What lies outside, and why: nothing else does."""
REMARKS = {
    ("5.1", "PD", "recurrent, mean"): (
        "the printed recurrent mean is above the printed mean of the whole, so that no law can meet both"
    ),
    ("5.1", "MH", "one-off payments alone, percent"): "four of 35 records; as with older people",
    (
        "5.2",
        "LD",
        "ILF, median",
    ): "ten awards whose printed median is above their mean: the longer tail is below",
    ("7.2", "MH", "comparison: ILF"): (
        "seven pounds a week are one person among 33; hardly anybody in the group passes the ILF's threshold"
    ),
    (
        "7.2",
        "PD",
        "ib: ILF",
    ): "awards that their holders keep apart; the printed sum also has those not yet joined",
    ("7.2", "LD", "ib: ILF"): "as for PD",
}
"""Rows inside their interval whose difference has a known reason."""


def fit(law: Law, evidence: Evidence) -> list[Row]:
    """All rows: Tables 5.1 to 5.4, 7.1 and 7.2."""
    tables = PrintedTables(law, evidence)
    rows = [row for place in range(len(GROUPS)) for row in tables.of_group(place)]
    return rows + list(tables.planning())


def weigh(groups: NDArray[np.integer[Any]], sizes: Sequence[float]) -> Floats:
    """A weight for each person, so that the groups count as in a sample of these sizes: float64[n]."""
    have = np.bincount(groups, minlength=len(GROUPS))
    weights = np.divide(sizes, have, out=np.zeros(len(GROUPS)), where=have > 0)
    return np.asarray(weights[groups])


class PrintedTables:
    """The printed figures and the law's people."""

    def __init__(self, law: Law, evidence: Evidence) -> None:
        self._law, self._evidence = law, evidence
        self._members = [law.people["group"] == place for place in range(len(GROUPS))]

    def _fact(self, name: str, default: float | None = None) -> float:
        facts = self._evidence.facts
        return facts[name].value if default is None or name in facts else default

    def of_group(self, place: int) -> Iterator[Row]:
        """The rows of one group."""
        yield from self.plans(place)
        yield from self.costs(place)

    def plans(self, place: int) -> Iterator[Row]:
        """Tables 5.1 to 5.3: what support plans say."""
        yield from self._budgets(place)
        yield from self._streams(place)
        yield from self._holding(place)

    def both_arms(self) -> Iterator[Row]:
        """Table 7.1's first line: all groups together, as they were among the people asked."""
        for arm, survey in enumerate(SURVEY):
            columns = self._law.people if arm else self._law.conventional
            sizes = [self._fact(f"{survey}-weekly-cost-{group.lower()}-n") for group in GROUPS]
            support = self._law.weekly(arm) + self._law.visits[columns["group"], arm]
            sample = Sample("7.1", "all", (COMPARISON, IB_ARM)[arm], "pounds a week")
            report = self._fact(f"{survey}-weekly-cost-all-mean")
            weights = weigh(columns["group"], sizes)
            yield sample.mean(f"{survey}: pounds a week", report, support, sum(sizes), HALF, weights=weights)

    def costs(self, place: int) -> Iterator[Row]:
        """Tables 7.1 and 7.2: what support costs a week, arm by arm."""
        for arm in range(len(ARMS)):
            yield from self._weekly(place, arm)

    def _budgets(self, place: int) -> Iterator[Row]:
        group, members = GROUPS[place], self._members[place]
        low, sample = group.lower(), Sample("5.1", group)
        n = self._fact(f"ib-plan-records-{low}-n")
        budget, one_off = self._law.budget[members], self._law.one_off[members]
        total = f"ib-total-budget-{low}"
        yield sample.mean("total, mean", self._fact(f"{total}-mean"), budget, n, tolerance=0.10)
        yield sample.median("total, median", self._fact(f"{total}-median"), budget, n, 0.15)
        yield sample.spread("total, sd", self._fact(f"{total}-sd"), budget, n, 0.25)
        goes_on = budget > one_off
        recurrent, key = (budget - one_off)[goes_on], f"ib-recurrent-{low}"
        yield sample.mean("recurrent, mean", self._fact(f"{key}-mean"), recurrent, self._fact(f"{key}-n"))
        yield sample.median(
            "recurrent, median", self._fact(f"{key}-median"), recurrent, self._fact(f"{key}-n"), None
        )
        alone = 100 * (1 - self._fact(f"{key}-n") / n)
        yield sample.percent("one-off payments alone, percent", alone, ~goes_on, n)
        paid, key = one_off > 0, f"ib-one-off-{low}"
        users = self._fact(f"{key}-n")
        yield sample.percent("one-off payments, percent", 100 * users / n, paid, n)
        yield sample.mean("one-off payments, mean", self._fact(f"{key}-mean"), one_off[paid], users)

    def _streams(self, place: int) -> Iterator[Row]:
        group, members = GROUPS[place], self._members[place]
        low, sample = group.lower(), Sample("5.2", group)
        n = self._fact(f"fund-records-{low}-n")
        council, key = self._law.pounds("final_budget")[members], f"fund-social-services-{low}"
        own = self._fact(f"{key}-n")
        yield sample.mean("council, mean", self._fact(f"{key}-mean"), council, own)
        yield sample.median("council, median", self._fact(f"{key}-median"), council, own, None)
        yield sample.spread("council, sd", self._fact(f"{key}-sd"), council, own, None)
        for name, stream in (("SP", "supporting-people"), ("ILF", "ilf")):
            sums, key = self._law.pounds(f"{name.lower()}_budget")[members], f"fund-{stream}-{low}"
            users = self._fact(f"{key}-n", 0.0)
            yield sample.percent(f"{name}, percent", 100 * users / n, sums > 0, n)
            # of one person alone no mean is printed
            if users > 1:
                having = sums[sums > 0]
                yield sample.mean(f"{name}, mean", self._fact(f"{key}-mean"), having, users)
                yield sample.median(f"{name}, median", self._fact(f"{key}-median"), having, users, None)

    def _holding(self, place: int) -> Iterator[Row]:
        group, people = GROUPS[place], self._law.people[self._members[place]]
        sample, n = Sample("5.3", group), self._evidence.value("deployment-recorded-people", group)
        for way, names in WAYS.items():
            mentions = sum(self._fact(f"deploy-{name}-{group.lower()}-n", 0.0) for name in names)
            held = people["held"] == way
            yield sample.percent(way.name.lower().replace("_", " "), 100 * mentions / n, held, n)
        council = self._fact(f"deploy-local-authority-{group.lower()}-n")
        held = (people["held"] == Held.COUNCIL) | people["held_mixed"]
        yield sample.percent("council, alone or in part", 100 * council / n, held, n)

    def _weekly(self, place: int, arm: int) -> Iterator[Row]:
        """Table 7.1, and Table 7.2's rows beside plan or package."""
        law, survey, low = self._law, SURVEY[arm], GROUPS[place].lower()
        columns = law.people if arm else law.conventional
        members = columns["group"] == place
        n = self._fact(f"{survey}-weekly-cost-{low}-n")
        visits = float(law.visits[place, arm])
        support = law.weekly(arm)[members] + visits
        report = self._fact(f"{survey}-weekly-cost-{low}-mean")
        sample = Sample("7.1", GROUPS[place], (COMPARISON, IB_ARM)[arm], "pounds a week")
        yield sample.mean(f"{survey}: pounds a week", report, support, n, HALF, tolerance=0.05)
        sample = replace(sample, table="7.2")
        services = law.services[arm][members]
        parts = {key: services[:, SERVICES.index(name)] for key, name in BOUGHT.items()}
        parts |= self._beside(arm, members)
        words = {"personal-assistant": "personal assistance", "home-care": "home care"}
        words |= {"equipment-ices": "ICES", "supporting-people": "SP", "ilf": "ILF"}
        for key, pounds in parts.items():
            report = self._fact(f"weekly-component-{key}-{low}-{survey}-mean")
            yield sample.mean(f"{survey}: {words.get(key, key)}", report, pounds, n, HALF)
        report = self._fact(f"weekly-component-social-worker-care-manager-{low}-{survey}-mean")
        visit = self._evidence.value("care-management-visit-gbp") / QUARTER_WEEKS
        # visits are counted, so that their number varies as a Poisson number does
        error = float(np.sqrt(visits * visit / n))
        put_in = replace(sample, basis=PUT_IN)
        yield put_in.row(f"{survey}: care management", report, visits, n, error, HALF)

    def _beside(self, arm: int, members: NDArray[np.bool_]) -> dict[str, Floats]:
        """Pounds a week that other streams pay beside plan or package."""
        if arm:
            columns = self._law.people[members]
            sums = columns["sp_apart"], columns["ilf_apart"] / WEEKS_PER_YEAR, columns["ices_ib"]
        else:
            columns = self._law.conventional[members]
            sums = columns["sp_conventional"], columns["ilf_conventional"], columns["ices_conventional"]
        names = ("supporting-people", "ilf", "equipment-ices")
        return {name: pence / 100 for name, pence in zip(names, sums, strict=True)}

    def planning(self) -> Iterator[Row]:
        """Table 5.4, of all groups together."""
        sample, n, people = Sample("5.4", "all"), self._fact("plan-role-records-n"), self._law.people
        weights = weigh(people["group"], [self._fact(f"ib-plan-records-{g.lower()}-n") for g in GROUPS])
        for place, party in enumerate(PARTIES):
            key = f"plan-role-{party.replace('_', '-')}"
            for role, column in (("leading", "leads"), ("involved", "helps")):
                has = people[column] >> place & 1 == 1
                report, name = self._fact(f"{key}-{role}-pct"), f"{party.replace('_', ' ')}, {role}"
                yield sample.percent(name, report, has, n, HALF, weights)
