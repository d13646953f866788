"""A run from a council's own caseload: its people, their reviews, waits and money, worked out by hand."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ibsim.council import Council
from ibsim.engine.state import NOBODY
from ibsim.experiment.ras_stock import Stock
from ibsim.replication import Keep, run
from ibsim.results.aged import OVERDUE
from ibsim.scenario import load
from ibsim.scenario.caseload.columns import COLUMNS
from ibsim.units import DAY_MINUTES, GROUPS
from ibsim.verification.councils import differing
from ibsim.words import PACKAGE, Event, Stage, Stream, Timer, Work
from tests.caseloads import QUIET, START, council, scenario_text, workbook

TEN = """\
group,status,since,next_review,last_review,package,direct_payment,services_gbp_per_week,age,sex,case_open
PD,in_place,,2006-01-01,,yes,no,123.45,44,f,no
LD,,,,2005-06-01,,,,,,
OP,,,,2004-06-01,,,,,,
MH,,2006-03-01,,,,,,,,
OP,,2003-01-01,,,,,,,,
PD,,,2006-07-01,2005-07-01,no,,,61,m,
LD,,2006-02-01,2006-05-01,,,yes,200,,,
MH,,2004-02-01,2006-04-30,,,,,,,yes
OP,waiting_assessment,2005-12-01,,,no,,,,,
PD,waiting_assessment,2006-03-31,,,no,,,,,yes
"""


def minute(day: date) -> int:
    return (day - START).days * DAY_MINUTES


def in_order(made: Council) -> dict[int, int]:
    """The rows of the run's people by the row of the file, from 0."""
    return {int(row): int(p) for p, row in zip(made.known.people, made.known.rows, strict=True)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("caseload")


@pytest.fixture(scope="module")
def before(folder: Path) -> Council:
    """The ten people's council on the first day, before anything has happened."""
    return Council(council(folder, TEN, QUIET), 1, 1)


@pytest.fixture(scope="module")
def after(folder: Path) -> Council:
    """The same at the end of its year."""
    made = Council(council(folder, TEN, QUIET), 1, 1)
    made.run()
    return made


def test_the_stock_is_the_file_and_nobody_else(before: Council) -> None:
    people, p = before.world.people, in_order(before)
    assert before.world.n == 10
    assert [GROUPS[people["group"][p[row]]] for row in range(10)] == [
        line[:2] for line in TEN.split("\n")[1:11]
    ]
    assert [int(people["stage"][p[row]]) for row in range(10)] == [Stage.IN_PLACE] * 8 + [
        Stage.ASSESSMENT
    ] * 2
    assert (people["age"][p[0]], people["female"][p[0]]) == (44, True)
    assert (people["age"][p[5]], people["female"][p[5]], people["has_package"][p[5]]) == (61, False, False)
    assert people["has_package"][p[6]] and people["direct_payment"][p[6]]  # a direct payment is a package
    assert before.levers.population.clients_at_start.array().tolist() == [2, 2, 2, 2]


def test_reviews_fall_due_as_the_file_says(before: Council) -> None:
    people, p = before.world.people, in_order(before)
    # an interval is 52.18 weeks, 365 days; a first review comes 13 weeks after support began
    due = {
        0: date(2006, 1, 1),
        1: date(2005, 6, 1) + timedelta(days=365),
        2: date(2004, 6, 1) + timedelta(days=365),
        3: date(2006, 3, 1) + timedelta(weeks=13),
        5: date(2006, 7, 1),
        6: date(2006, 5, 1),
        7: date(2006, 4, 30),
    }
    assert {row: int(people["review_due_at"][p[row]]) for row in due} == {
        r: minute(d) for r, d in due.items()
    }
    assert 0 <= people["review_due_at"][p[4]] <= 366 * DAY_MINUTES  # drawn: the file does not say
    first_is_to_come = {row for row in range(8) if not people["first_review_done"][p[row]]}
    assert first_is_to_come == {3, 6}
    timers = before.machine.timers.due[Timer.REVIEW_DUE]
    assert timers[p[1]] == minute(due[1]) and timers[p[0]] == timers[p[2]] == -1


def test_overdue_reviews_are_in_the_trays_on_day_one(before: Council, after: Council) -> None:
    p, tasks = in_order(before), before.workforce.work.tables.tasks
    open_now = tasks[tasks["state"] > 0]
    reviews = open_now[np.isin(open_now["kind"], (Work.ANNUAL_REVIEW, Work.FIRST_REVIEW))]
    held = {int(task["entity"]): int(task["ready_at"]) for task in reviews}
    assert held == {p[0]: minute(date(2006, 1, 1)), p[2]: minute(date(2005, 6, 1))}
    assert (np.flatnonzero(before.workforce.work.tables.buckets >= 0)[:1] == 0).all()  # the first pass
    # The staff of a whole council does them at once; they are late by what they were overdue.
    history = after.machine.history
    people, at, late = (
        history.entities(Event.REVIEWED), history.at(Event.REVIEWED), history.value(Event.REVIEWED),
    )  # fmt: skip
    for row, due in ((0, date(2006, 1, 1)), (2, date(2005, 6, 1))):
        done = int(at[people == p[row]][0])
        assert 2 * DAY_MINUTES < done < 6 * DAY_MINUTES  # the first working day is Monday, 3 April
        assert late[people == p[row]][0] == done - minute(due)


def test_what_fell_due_before_the_run_is_in_no_year(after: Council, folder: Path) -> None:
    tables = run(council(folder, TEN, QUIET), 1, 1)
    # rows 1, 3, 5, 6, 7 fall due in the year by the file, row 4 by its draw; each but row 3's and 6's once
    due_at = after.machine.history.at(Event.REVIEW_DUE)
    assert (due_at < 0).sum() == 2
    assert tables.metrics["reviews_due"][-1, -1, 0] == (due_at >= 0).sum()
    assert tables.metrics["referrals"][-1, -1, 0] == 0
    assert 0 <= tables.metrics["review_compliance_percent"][-1, -1, 0] <= 100


def test_the_backlog_has_waited_since_its_day(before: Council, after: Council) -> None:
    people, p = before.world.people, in_order(before)
    since = {8: minute(date(2005, 12, 1)), 9: minute(date(2006, 3, 31))}
    for row, day in since.items():
        assert people["arrives_at"][p[row]] == people["stage_since"][p[row]] == day
        assert not people["urgent"][p[row]]
    history = after.machine.history
    who, wait = history.entities(Event.ASSESSED_FIRST), history.value(Event.ASSESSED_FIRST)
    at = history.at(Event.ASSESSED_FIRST)
    assert sorted(who.tolist()) == sorted([p[8], p[9]])
    for row, day in since.items():
        assert wait[who == p[row]][0] == at[who == p[row]][0] - day
    assert wait[who == p[8]][0] > 121 * DAY_MINUTES


def test_a_case_that_is_open_has_its_co_ordinator_from_the_start(before: Council) -> None:
    people, p, owner = before.world.people, in_order(before), before.workforce.work.entities["owner"]
    assert owner[p[7]] != NOBODY and people["kept_open"][p[7]]
    assert owner[p[9]] != NOBODY and people["case_open"][p[9]] and not people["simple"][p[9]]
    assert owner[p[0]] == NOBODY and owner[p[8]] == NOBODY


def test_the_given_package_costs_what_it_costs_to_the_penny(after: Council) -> None:
    people, p = after.world.people, in_order(after)
    assert (people["services_pence"][p[0]], people["rate_asc"][p[0]]) == (12_345, 12_345)
    assert people["services_pence"][p[6]] == 20_000
    spent = after.machine.ledger[:, Stream.ASC, list(PACKAGE), GROUPS.index("PD")].sum()
    assert spent == 12_345 * 365 * DAY_MINUTES // (7 * DAY_MINUTES)  # 365 days of it, in whole pence


def test_a_dearer_package_means_more_need(folder: Path) -> None:
    """A person's two costs go together also where one is the council's own figure."""
    rows = "".join(f"OP,yes,{pounds}\n" for pounds in [20] * 400 + [900] * 400)
    made = Council(council(folder, "group,package,services_gbp_per_week\n" + rows, QUIET), 1, 1)
    needs = made.world.people["needs"]
    p = in_order(made)
    cheap, dear = (np.mean([needs[p[row]] for row in range(a, a + 400)]) for a in (0, 400))
    assert dear > 1.3 * cheap
    assert (made.world.people["services_pence"][[p[0], p[799]]] == (2_000, 90_000)).all()


def test_what_a_file_leaves_out_is_drawn_as_without_it(folder: Path) -> None:
    """A file with nothing but the numbers of each group gives the same results, bit for bit."""
    counts = {"PD": 120, "LD": 90, "MH": 110, "OP": 500}
    csv = "group,count\n" + "".join(f"{group},{n}\n" for group, n in counts.items())
    keep = Keep(people=True)
    listed = run(council(folder, csv), 3, 1, keep)
    path = folder / "drawn.yaml"
    text = scenario_text().replace(
        "caseload_file: caseload.csv", f"clients_at_start: {counts}".replace("'", "")
    )
    path.write_text(text, encoding="utf-8")
    drawn = run(load(path), 3, 1, keep)
    assert differing(listed, drawn) == []
    assert listed.people is not None and drawn.people is not None
    assert all((listed.people[name] == drawn.people[name]).all() for name in drawn.people)


def test_the_same_people_in_another_form_give_the_same_bytes(folder: Path) -> None:
    def dated(cells: list[str]) -> list[Any]:
        return [
            date.fromisoformat(cell) if cell[:2] == "20" and "-" in cell else cell or None for cell in cells
        ]

    rows = [dated(line.split(",")) for line in TEN.strip().split("\n")]
    first = council(folder, TEN, QUIET)
    (folder / "same.xlsx").write_bytes(workbook(rows))
    second = load(folder / "ours.yaml", [f"population.caseload_file={_from_here(folder / 'same.xlsx')}"])
    assert first.hash == second.hash
    one, other = (run(scenario, 7, 2, Keep(people=True, events=True)) for scenario in (first, second))
    assert differing(one, other) == []
    assert one.events is not None and other.events is not None
    assert all((one.events[name] == other.events[name]).all() for name in one.events)


def test_the_ras_on_its_own_sees_the_same_packages(folder: Path, before: Council) -> None:
    scenario = council(folder, TEN, QUIET)
    stock = Stock(scenario, scenario.levers, 1, 1)
    people, there = before.world.people, before.world.people["has_package"].copy()
    there &= people["stage"] == Stage.IN_PLACE
    assert stock.services.tolist() == people["services_pence"][there].tolist()
    assert stock.people["needs"].tolist() == people["needs"][there].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_caseload_holds_the_books_balance(folder: Path, seed: int) -> None:
    """Overdue people are offered IBs, withdraw, leave and have crises while their review waits."""
    dice = np.random.default_rng(seed)
    names = [column.name for column in COLUMNS]
    lines = [",".join(person[name] for name in names) for person in (_anybody(dice) for _ in range(150))]
    more = (
        "\n  referrals_per_year: 100\n  withdrawal_rate_per_year: 1\n"
        "workforce: {care_coordinators_fte: 3}\naccess: {access_team_fte: 1}\n"
        f"rollout:\n  - {{from: {START}, groups: [PD, LD, MH, OP], to: everyone, weeks: 8}}\n"
        f"  - {{from: {START}, groups: [PD, LD, MH, OP], to: at_review}}\n"
    )
    csv = "\n".join([",".join(names), *lines]) + "\n"
    tables = run(council(folder, csv, more), seed, 1)  # raises BooksError otherwise
    compliance = tables.metrics["review_compliance_percent"][-1, -1, 0]
    assert tables.metrics["consents"][-1, -1, -1] > 0
    assert np.isnan(compliance) or 0 <= compliance <= 100


def _anybody(dice: np.random.Generator) -> dict[str, str]:
    """A row of which any cell may be blank."""

    def day(low: int, high: int) -> str:
        return (START + timedelta(days=int(dice.integers(low, high)))).isoformat()

    waits = dice.random() < 0.3
    cells = {
        "age": str(dice.integers(18, 100)), "sex": str(dice.choice(["f", "m"])), "package": "yes",
        "direct_payment": str(dice.choice(["yes", "no"])),
        "services_gbp_per_week": str(dice.integers(0, 900)),
        "since": day(-2000, 1), "next_review": "" if waits else day(-900, 900),
        "last_review": "" if waits else day(-900, 1), "case_open": str(dice.choice(["yes", "no"])),
        "count": str(dice.integers(1, 4)),
    }  # fmt: skip
    kept = {name: cell if dice.random() < 0.7 else "" for name, cell in cells.items()}
    group = {"group": str(dice.choice(GROUPS)), "status": "waiting_assessment" if waits else "in_place"}
    return kept | group | ({"since": cells["since"]} if waits else {})


def test_people_who_are_alike_may_share_a_row(folder: Path) -> None:
    line = "OP,yes,150,2005-09-01\n"
    head = "group,package,services_gbp_per_week,last_review"
    apart = run(council(folder, f"{head}\n{line * 30}", QUIET), 1, 1)
    together = run(council(folder, f"count,{head}\n30,{line}", QUIET), 1, 1)
    assert differing(apart, together) == []


def test_a_backlog_larger_than_the_staff_waits_and_the_books_balance(folder: Path) -> None:
    waits = "waiting_assessment"
    csv = f"group,count,status,since\nOP,400,{waits},2005-01-01\nPD,60,{waits},2006-04-01\n"
    few = "workforce: {care_coordinators_fte: 2, team_managers_fte: 1}\naccess: {access_team_fte: 1}\n"
    tables = run(council(folder, csv, QUIET + few), 1, 1)
    waiting = tables.metrics["people_waiting_assessment"][-1, -1, 0]
    assert waiting > 100
    assert tables.metrics["waiting_age_days_assessment"][3, -1, 0] > 365
    assert tables.metrics["backlog_waiting_over_26_weeks"][3, -1, 0] > 100
    late = sum(tables.metrics[f"backlog_overdue_{name}"] for name, _, _ in OVERDUE)
    assert np.array_equal(late, tables.metrics["reviews_overdue"]), "each is in one band"
    assert tables.books["stages"] == len(Stage)


def _from_here(path: Path) -> str:
    """A path as `--set` takes it: relative to the working folder."""
    return Path(os.path.relpath(path)).as_posix()
