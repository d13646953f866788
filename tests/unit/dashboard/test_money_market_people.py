"""Money, Market and People: pounds add up, providers stand where the file has them, gaps are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.charts import care, contracts, costs, market, money, outcomes, people, worth
from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.data.run import Run
from dashboard.pages import Page, decision, flow, staff
from dashboard.pages import market as market_page
from dashboard.pages import money as money_page
from dashboard.pages import people as people_page
from dashboard.view import View
from tests.unit.dashboard.folders import bare_folder, full_folder, result_folder
from tests.unit.dashboard.reading import words

YEAR = "2007-08"
OWN: tuple[Page, ...] = (decision, flow, staff, money_page, market_page, people_page)
CHARTS: dict[str, Callable[[Run], Shown]] = {
    "spending": lambda run: money.spending(run, "all"),
    "payers": lambda run: money.payers(run, "OP"),
    "shares": lambda run: money.shares(run, YEAR),
    "systems": lambda run: costs.systems(run, "all"),
    "extras": costs.extras,
    "unit costs": lambda run: costs.unit_costs(run, "OP", YEAR),
    "standing": lambda run: market.standing(run, YEAR),
    "closures": lambda run: market.closures(run, "all"),
    "volumes": contracts.volumes,
    "releases": contracts.releases,
    "displaced": market.displaced,
    "assistants": care.assistants,
    "care hours": care.care_hours,
    "home care": care.home_care,
    "budgets": lambda run: people.budgets(run, YEAR),
    "held": lambda run: people.held(run, "OP", YEAR),
    "led": lambda run: people.led(run, "all", YEAR),
    "bought": lambda run: people.bought(run, "LD", YEAR),
    "changed": lambda run: people.changed(run, YEAR),
    "outcomes": lambda run: outcomes.outcomes(run, "OP", YEAR),
    "gains": lambda run: outcomes.gains(run, YEAR),
    "winners": outcomes.winners,
    "plane": lambda run: worth.plane(run, "ascot"),
    "acceptability": lambda run: worth.acceptability(run, "ascot"),
}
OF_FILES = ("spending", "shares", "standing", "closures", "volumes", "releases", "winners", "plane")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Library:
    parent = tmp_path_factory.mktemp("results")
    full_folder(parent, "full")
    bare_folder(parent, "bare")
    return Library([parent])


@pytest.fixture(scope="module")
def run(results: Library) -> Run:
    return results.run("full")


def drawn(name: str, run: Run) -> Chart:
    chart = CHARTS[name](run)
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_figure_with_a_table_and_words(name: str, run: Run) -> None:
    from plotly.graph_objects import Figure

    chart = drawn(name, run)
    Figure(chart.figure)
    assert len(json.dumps(chart.figure, allow_nan=False)) < 60_000
    assert chart.rows and all(len(row) == len(chart.columns) for row in chart.rows)
    assert len(set(chart.columns)) == len(chart.columns), "the CSV has one column of a name"
    for text in (chart.title, chart.subtitle, chart.alt):
        assert text and not re.search(r"\b(nan|None)\b", text)
    assert not any(value != value for row in chart.rows for value in row)


@pytest.mark.parametrize("name", [*OF_FILES, "acceptability"])
def test_a_folder_without_the_file_says_so_instead(name: str, results: Library) -> None:
    shown = CHARTS[name](results.run("bare"))
    assert isinstance(shown, Absent) and "This result" in shown.reason


@pytest.mark.parametrize("module", OWN, ids=lambda module: str(module.NAME))
@pytest.mark.parametrize("id", ["full", "bare"])
def test_every_page_shows_full_and_bare_results(module: Page, id: str, results: Library) -> None:
    context = Context.of(View.parse(f"?results={id}&group=OP&year={YEAR}"), results)
    shown = words(module.layout(context))
    assert shown and "nan" not in shown.split()


def test_pounds_by_heading_add_up_to_the_ledger(run: Run) -> None:
    chart = drawn("spending", run)
    for at, year in enumerate(run.years):
        bars = sum(trace["y"][at] for trace in chart.figure["data"])
        assert run.ledger is not None
        whole = sum(pounds for posting, pounds in run.ledger.pounds.items() if posting.year == year)
        assert bars * 1e6 == pytest.approx(whole)
        assert (
            chart.rows[-1][2 + at]
            == whole
            == pytest.approx(sum(float(row[2 + at] or 0) for row in chart.rows[:-1]))
        )
    assert money.heading("never_heard_of") == money.OTHER, "a category of a later ibsim is shown, not lost"
    assert money.heading("user_charges") == "Income"


def test_the_ledger_of_one_group_is_its_own(run: Run) -> None:
    chart = money.spending(run, "LD")
    assert isinstance(chart, Chart) and chart.rows[-1][2:] == (100_000, 0)


def test_who_pays_for_a_system_is_all_of_its_cost(run: Run) -> None:
    chart = money.shares(run, "all")
    assert isinstance(chart, Chart)
    rows = {row[:2]: row[2:] for row in chart.rows}
    pounds, percent = rows["Individual budgets", "Independent Living Fund"]
    assert pounds == 100_000 and percent == pytest.approx(100 / 415 * 100)
    shares = [float(row[3] or 0) for row in chart.rows if row[0] == "Individual budgets"]
    assert sum(shares) == pytest.approx(100)


def test_a_provider_stands_at_its_volume_and_margin(run: Run) -> None:
    chart = drawn("standing", run)
    marks = {
        text.split(":")[0]: (x, y)
        for trace in chart.figure["data"][1:]
        for text, x, y in zip(trace["text"], trace["x"], trace["y"], strict=True)
    }
    assert marks["Agency A"] == (850, -8)
    assert "1 of 3 providers lose money" in chart.title and "1 are likely to close" in chart.title
    way = chart.figure["data"][0]
    assert (way["x"][:3], way["y"][:3]) == ([1550, 850, None], [8, -8, None])


def test_a_block_that_is_let_go_is_named(run: Run) -> None:
    chart = drawn("releases", run)
    rows = {row[0]: row[1:] for row in chart.rows}
    assert rows["Agency A"] == (100, 40, YEAR)
    assert rows["Day centre"][-1] == "later"
    assert "Agency B" not in rows, "it has no block"
    assert "1 of 2 blocks" in chart.title


def test_home_care_hours_are_those_of_its_providers(run: Run) -> None:
    chart = drawn("volumes", run)
    block = chart.figure["data"][0]
    assert block["y"] == [1.0, 0.4]
    assert "falls by 60%" in chart.title and "£2,600" in chart.title


def test_deployment_stands_beside_the_evaluation(run: Run) -> None:
    chart = drawn("held", run)
    rows = {row[0]: row for row in chart.rows}
    assert rows["Personal account"][-1] == 38, "Table 5.3, older people"
    assert rows["Personal account"][1] == run.cell("held_percent_personal_account", "OP", "IB", YEAR).mean
    whole = people.held(run, "all", YEAR)
    assert isinstance(whole, Chart) and all(row[-1] is None for row in whole.rows)


def test_the_plane_has_cost_across_and_gain_up(run: Run) -> None:
    chart = drawn("plane", run)
    whole = next(trace for trace in chart.figure["data"] if trace.get("name") == "All groups")
    assert (whole["x"], whole["y"]) == ([4], [0.04])
    assert whole["error_x"]["array"] == [25] and whole["error_y"]["arrayminus"] == [pytest.approx(0.15)]
    assert "+£4.00 a week" in chart.title and "+0.04" in chart.title


def test_acceptability_is_drawn_in_the_order_of_willingness(run: Run) -> None:
    chart = drawn("acceptability", run)
    lines = {trace["name"]: (trace["x"], trace["y"]) for trace in chart.figure["data"]}
    assert lines["Older people"] == ([0, 1000], [0.4, 0.3])
    assert chart.rows[0] == (0, 0.55, 0.4)


def test_who_loses_most_often_is_named(run: Run) -> None:
    chart = drawn("winners", run)
    assert chart.title.startswith("Aged 85 and over lose most often: 61%")


def test_damaged_tables_are_named(tmp_path: Path) -> None:
    from ibsim.errors import ResultFolderError
    from tests.unit.dashboard.folders import add

    for name, text in (
        ("providers.csv", "provider,name\na,b\n"),
        (
            "winners.csv",
            "by,value,people,winners_percent,losers_percent,mean_change_gbp_per_week\na,b,x,1,1,1\n",
        ),
        ("plane.csv", "group,outcome\n"),
    ):
        folder = result_folder(tmp_path, name.partition(".")[0])
        add(folder, name, text.encode())
        with pytest.raises(ResultFolderError, match=r"no column|no number") as told:
            Run.read(folder, folder.name)
        assert name in told.value.where
