"""Budgets and funding: points, sums, gaps, winners and losers, and what the streams decide."""

from __future__ import annotations

import numpy as np

from ibsim.policy.deployment import PARTIES, SERVICES
from ibsim.policy.workforce.output import Output
from ibsim.results.budget_metrics import DECIDING, HELD, JOINING
from ibsim.results.measure.cubes import Batch, Cube, Cubes, Ints, ratio, with_all_years, with_totals
from ibsim.results.measure.flows import support_minutes
from ibsim.results.measure.waits import wait
from ibsim.results.snapshots import Snapshots
from ibsim.units import DAY_MINUTES, WEEKS_PER_YEAR
from ibsim.words import IB, Event, Stream, Work

A_TWENTIETH = 0.05
APPLICATIONS = (Work.APPLICATION, Work.PLAN_CHANGE)
OT_WORK = (Work.OT_ASSESSMENT, Work.OT_EQUIPMENT)


def budgets(cubes: Cubes, output: Output, snapshots: Snapshots, prices: Cube) -> None:
    """Measure budgets and what the streams decide; `prices` float64[year, group] are pence a point."""
    _sums(cubes, prices)
    _compared(cubes)
    _take_up(cubes, snapshots)
    _deployed(cubes, snapshots)
    _drawn(cubes)
    _decisions(cubes)
    for name, kinds in (("application_hours", APPLICATIONS), ("ot_hours", OT_WORK)):
        _hours(cubes, output, name, kinds)


def _in_ib(cubes: Cubes, event: Event) -> Batch:
    return cubes.batch(event, np.full(cubes.history.total(event), IB, dtype=np.int64))


def _sums(cubes: Cubes, prices: Cube) -> None:
    """Points, price, indicative and final budgets, and the gap between them."""
    history, points = cubes.history, cubes.world.people["points"]
    agreed = _in_ib(cubes, Event.INDICATIVE_AGREED)
    people = history.entities(Event.INDICATIVE_AGREED)
    _mean(cubes, "ras_points", agreed, points[people].astype(np.float64))
    pence = history.value(Event.INDICATIVE_AGREED, 1)
    _mean(cubes, "indicative_budget_gbp_per_year", agreed, pence / 100)
    cubes.metrics["price_gbp_per_point"] = _prices(prices)
    final = _in_ib(cubes, Event.FINAL_BUDGET)
    pence, indicative = history.value(Event.FINAL_BUDGET), history.value(Event.FINAL_BUDGET, 1)
    _mean(cubes, "final_budget_gbp_per_year", final, pence / 100)
    told = np.where(indicative > 0, indicative, pence)[final.kept].astype(np.float64)
    found = pence[final.kept].astype(np.float64)
    cubes.metrics["budget_gap_percent"] = 100 * ratio(final.yearly(found - told), final.yearly(told))
    changed = np.abs(found - told) > A_TWENTIETH * told
    cubes.metrics["budgets_changed_percent"] = 100 * ratio(final.yearly(changed), final.yearly())
    once = cubes.world.people["one_off_pence"][history.entities(Event.FINAL_BUDGET)]
    once = np.minimum(once, pence)[final.kept].astype(np.float64)
    cubes.metrics["one_off_percent"] = 100 * ratio(final.yearly(once > 0), final.yearly())
    cubes.metrics["one_off_gbp"] = ratio(final.yearly(once) / 100, final.yearly(once > 0))
    cubes.count("budgets_disputed", _in_ib(cubes, Event.DISPUTED))


def _prices(prices: Cube) -> Cube:
    """Pounds a point at each year's end, for the IB arm; `all` groups where there is a single price."""
    years = prices.shape[0]
    cube = np.full((5, 3, years + 1), np.nan)
    pounds = np.concatenate([prices, prices[-1:]]).T / 100
    for arm in (1, 2):
        cube[:4, arm] = pounds
        cube[4, arm] = np.where((pounds == pounds[0]).all(axis=0), pounds[0], np.nan)
    return cube


def _mean(cubes: Cubes, name: str, batch: Batch, values: Cube) -> None:
    values = values[batch.kept]
    cubes.metrics[name] = ratio(batch.yearly(values), batch.yearly())
    cubes.series[name] = ratio(batch.monthly(values), batch.monthly())


def _compared(cubes: Cubes) -> None:
    """Budgets beside the packages that they take the place of."""
    batch, history = _in_ib(cubes, Event.COMPARED), cubes.history
    worth = history.value(Event.COMPARED)[batch.kept].astype(np.float64)
    package = history.value(Event.COMPARED, 1)[batch.kept].astype(np.float64)
    cubes.metrics["budget_to_package_percent"] = 100 * ratio(batch.yearly(worth), batch.yearly(package))
    loses, gains = worth < package, worth > package
    cubes.metrics["losers_percent"] = 100 * ratio(batch.yearly(loses), batch.yearly())
    cubes.metrics["winners_percent"] = 100 * ratio(batch.yearly(gains), batch.yearly())
    loss = batch.yearly(np.where(loses, package - worth, 0.0) / 100)
    cubes.metrics["losers_loss_gbp_per_week"] = ratio(loss, batch.yearly(loses))


def _take_up(cubes: Cubes, snapshots: Snapshots) -> None:
    """IB holders at year ends with a stream's money in the budget."""
    holders = cubes.last_year_again(_as_ib(snapshots.supported[:, :, 1]))
    for place, stream in enumerate(JOINING):
        having = cubes.last_year_again(_as_ib(snapshots.joined[:, place]))
        cubes.metrics[f"take_up_percent_{stream}"] = 100 * ratio(having, holders)


def _deployed(cubes: Cubes, snapshots: Snapshots) -> None:
    """How budgets are held, who led the plans, and what is bought, at year ends."""
    holders = cubes.last_year_again(_as_ib(snapshots.supported[:, :, 1]))
    for names, prefix, counts in (
        (HELD, "held_percent", snapshots.held), (PARTIES, "led_percent", snapshots.leads),
    ):  # fmt: skip
        for place, name in enumerate(names):
            cubes.metrics[f"{prefix}_{name}"] = 100 * ratio(
                cubes.last_year_again(_as_ib(counts[:, place])), holders
            )
    packages = cubes.last_year_again(np.moveaxis(snapshots.packages, 0, 2))
    for place, service in enumerate(SERVICES):
        spent = cubes.last_year_again(np.moveaxis(snapshots.services[:, place], 0, 2))
        cubes.metrics[f"services_gbp_per_week_{service}"] = ratio(spent, packages)
    cubes.count("plan_changes", _in_ib(cubes, Event.PLAN_CHANGED))


def _drawn(cubes: Cubes) -> None:
    """Money of budgets in place, and what of it is spent, year by year."""
    people, groups = cubes.world.people, cubes.world.groups
    payers = ("final_budget", "sp_budget", "ilf_budget", "atw_budget")
    sums = sum(people[name].astype(np.float64) for name in payers)
    a_minute = np.maximum(sums, 0) / 100 / (WEEKS_PER_YEAR * 7 * DAY_MINUTES)
    spent = a_minute * (1 - people["underspend_share"])
    held, drawn = (np.zeros((4, 2, cubes.n_years)) for _ in range(2))
    for year, who, _, in_ib in support_minutes(cubes):
        held[:, IB, year] = np.bincount(groups[who], weights=a_minute[who] * in_ib, minlength=4)
        drawn[:, IB, year] = np.bincount(groups[who], weights=spent[who] * in_ib, minlength=4)
    cubes.metrics["budget_held_gbp"] = with_all_years(with_totals(held))
    cubes.metrics["budget_drawn_gbp"] = with_all_years(with_totals(drawn))


def _as_ib(table: Cube) -> Cube:
    """[year, group] as [group, arm, year] with all of it in the IB arm."""
    return np.stack([np.zeros_like(table.T), table.T], axis=1)


def _decisions(cubes: Cubes) -> None:
    """Awards and waits of each stream, and the OTs' waits."""
    awarded, decided = _Coded(cubes, Event.AWARDED, 1), _Coded(cubes, Event.DECIDED, 1)
    for name in DECIDING:
        stream = int(Stream[name.upper()])
        joins = name in JOINING
        batch, pence = awarded.where(awarded.code == stream * 2 + 1, joins)
        cubes.count(f"awards_{name}", batch)
        _mean(cubes, f"award_gbp_{name}", batch, pence / 100)
        wait(cubes, name, *decided.where(decided.code == stream, joins))
    assessed = _Coded(cubes, Event.OT_ASSESSED, 1)
    wait(cubes, "ot", *assessed.where(assessed.code >= 0, False))
    met = _in_ib(cubes, Event.GUESS_FAILED)
    pounds = cubes.history.value(Event.GUESS_FAILED)[met.kept] / 100
    cubes.count("failed_awards_met_gbp", met, pounds)


class _Coded:
    """Events of a kind of which one number says what they are about and the other how much."""

    def __init__(self, cubes: Cubes, event: Event, code: int) -> None:
        history = cubes.history
        self._cubes = cubes
        self._people, self._at = history.entities(event), history.at(event)
        self.code, self._value = history.value(event, code), history.value(event, 1 - code)

    def where(
        self, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], in_ib: bool
    ) -> tuple[Batch, Ints]:
        """A batch of some of them, and their values; in the arm of the support in place, or all `in_ib`."""
        people, at = self._people[chosen], self._at[chosen]
        arm = np.full(people.size, IB) if in_ib else self._cubes.arm_of_support(people, at)
        return Batch(self._cubes.world, people, at, arm), self._value[chosen]


def _hours(cubes: Cubes, output: Output, name: str, kinds: tuple[Work, ...]) -> None:
    """Hours on some kinds of work, by group and arm."""
    monthly: Cube = output.minutes[:, list(kinds)].sum(axis=(1, 2, 3)) / 60  # [month, arm, group]
    cubes.series[name] = with_totals(monthly[: cubes.n_months].transpose(2, 1, 0))
    cubes.metrics[name] = with_all_years(with_totals(cubes.by_year(monthly).transpose(2, 1, 0)))
