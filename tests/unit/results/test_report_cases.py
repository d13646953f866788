"""The report of runs out of the ordinary: nobody counts, nothing is spent, one replication, many years."""

from __future__ import annotations

import json
import math
import re
import stat
from collections.abc import Callable
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from ibsim.errors import InputError, RunError
from ibsim.results.reading import StoredRun
from ibsim.results.report import Contents, printing, report_html, validation
from ibsim.results.report.answer import answers, flow_sentences
from ibsim.results.report.assumptions import assumptions, evidence_of
from ibsim.results.report.charts import figure
from ibsim.results.report.closing import limits
from ibsim.results.report.comparing import comparing, unpaired
from ibsim.results.report.contents import Part
from ibsim.results.report.drawing import amount, path, scale
from ibsim.results.report.drivers import drivers
from ibsim.results.report.figures import charts, figures
from ibsim.results.report.market import MOST_PROVIDERS, market
from ibsim.results.report.outcomes import outcomes
from ibsim.results.report.stress import stress_items
from ibsim.results.report.validation import COLUMNS, read_validation
from ibsim.results.summary import RunResult
from ibsim.results.workbook.contents import Chart
from tests.unit.fake_model import FakeTables, fake_run, judged_result, small_result, small_scenario
from tests.unit.results.test_report import BESIDE, VERDICT, kept, study


def said(*parts: Part) -> str:
    """What parts of a report say, without their elements."""
    text = " ".join(f"{part.title} {part.body.text}" for part in parts)
    return " ".join(unescape(re.sub("<[^>]+>", " ", text)).split())


def made(
    folder: Path,
    levers: str = "calendar: {years: 2}\n",
    replications: int = 3,
    change: Callable[[FakeTables], None] = lambda _: None,
) -> RunResult:
    """A run of these levers with random results, changed by `change`."""
    scenario = small_scenario(folder, levers)
    tables = [fake_run(scenario, 1, number) for number in range(1, replications + 1)]
    for one in tables:
        change(one)
    return RunResult(scenario, 1, tuple(tables), jobs=1, seconds=1.0)


def set_to(result: RunResult, value: float, *starts: str) -> RunResult:
    """All metrics whose names begin so, set to one value (NaN: nobody counts) in every replication."""
    for tables in result.tables:
        for cubes in (tables.metrics, tables.series):
            for name in cubes:
                if name.startswith(starts or ("",)):
                    cubes[name][:] = value
    return result


def without(run: StoredRun, *names: str) -> StoredRun:
    """The run as if its folder did not hold these files."""
    files = {name: sum for name, sum in run.manifest["files"].items() if name not in names}
    return StoredRun(run.path, {**run.manifest, "files": files})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    folder = tmp_path_factory.mktemp("cases")
    return kept(folder / "run", small_result(folder), {"verdict.json": json.dumps(VERDICT)} | BESIDE)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """Nobody counts anywhere, and nothing is spent."""

    def clear(tables: FakeTables) -> None:
        for cube in (*tables.metrics.values(), *tables.series.values()):
            cube[:] = math.nan
        for stock in (tables.ledger, tables.diary, tables.series["ib_holders"]):
            stock[:] = 0
        tables.binding = {}

    folder = tmp_path_factory.mktemp("empty")
    return kept(folder / "run", made(folder, change=clear))


def test_where_nobody_counts_the_report_says_so_and_draws_nothing(empty: StoredRun) -> None:
    contents = Contents((empty,))
    answer = said(*answers(contents))
    assert "In 2007-08 nobody comes to have support in place." in answer
    assert "No queue binds" in answer and "nan" not in answer.lower()
    assert list(flow_sentences(empty.summary)) == [] and "Half-widths" not in answer
    drawn = list(charts(contents))
    assert [part.id for part in drawn] == ["charts"] and "<svg" not in drawn[0].body.text
    assert list(outcomes(contents)) == []
    assert "No provider closed" in said(*market(contents)) and "The market by year" not in said(
        *market(contents)
    )
    page = report_html(contents)
    assert not re.search(r"\bnan\b", page[page.index("<main") :])


def test_where_nobody_holds_a_budget_the_wait_leads(tmp_path: Path) -> None:
    result = set_to(small_result(tmp_path), 0.0, "ib_")
    text = said(*answers(Contents((kept(tmp_path / "run", result),))))
    assert re.search(
        r"In 2007-08 a new client waits [\d.,]+ ± [\d.,]+ days from referral to support in place\.", text
    )
    assert "Individual budgets:" not in text


def test_where_nobody_new_comes_holders_lead_without_a_wait(tmp_path: Path) -> None:
    result = set_to(small_result(tmp_path), math.nan, "wait_days_")
    text = said(*answers(Contents((kept(tmp_path / "run", result),))))
    assert re.search(r"At the end of 2007-08, [\d.,]+ ± [\d.,]+ people hold an individual budget\. ", text)


def test_one_replication_of_one_year_has_no_interval_and_no_change_between_years(tmp_path: Path) -> None:
    result = made(tmp_path, "calendar: {years: 1}\n", replications=1)
    run = kept(tmp_path / "run", result)
    answer = said(*answers(Contents((run,))))
    assert "The council was run once: there are no intervals" in answer and "±" not in answer.replace(
        "After ±", ""
    )
    assert re.search(r"Reviews done on time: [\d.]+ percent in 2006-07\.", answer)
    assert "Half-widths" not in answer
    assert "95 % from" not in said(*charts(Contents((run,))))


def test_months_of_waiting_are_drawn_with_their_band_where_there_is_one(tmp_path: Path) -> None:
    def wait(tables: FakeTables) -> None:
        tables.series["people_waiting"] = tables.series["ib_holders"] + 1

    for replications, band in ((3, True), (1, False)):
        result = made(tmp_path, replications=replications, change=wait)
        drawn = said(*charts(Contents((kept(tmp_path / str(replications), result),))))
        assert "People waiting, month by month" in drawn and "Overdue reviews, month" not in drawn
        assert ("The band is the 95 percent interval of the mean." in drawn) == band


def test_many_years_stand_on_paper_as_the_first_the_middle_and_the_last(tmp_path: Path) -> None:
    long = kept(tmp_path / "long", made(tmp_path, "calendar: {years: 7}\n"))
    heads = re.findall(r"measure (2006-07[^A-Z]*all)", said(*figures(Contents((long,)))))
    assert set(heads) == {"2006-07 2009-10 2012-13 all"}


def test_a_folder_without_ledger_and_replications_is_told_from_its_summary(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for name, value in (("gross_cost_gbp", 10e6), ("package_gbp", 6e6), ("care_management_gbp", 3e6)):
        set_to(result, value, name)
    set_to(result, 0.0, "funding_gbp_")
    whole = kept(tmp_path / "run", result)
    bare = without(whole, "ledger.parquet", "replications.parquet")
    drawn = said(*charts(Contents((bare,))))
    assert "year Support packages Care management Other 2006-07 6 3 1" in drawn
    assert "Who pays" not in drawn
    assert unpaired(whole, bare) == "a folder without its replications"


def test_why_runs_are_not_paired_is_told_in_words(run: StoredRun, tmp_path: Path) -> None:
    other = kept(tmp_path / "other", made(tmp_path, "calendar: {years: 1}\n"))
    assert unpaired(run, other) == "other years"
    text = said(*comparing(Contents((run, other))))
    assert "not run with the same dice and years (other years), so that differences are of means" in text


def test_several_runs_share_one_title_and_ask_no_single_question(run: StoredRun, empty: StoredRun) -> None:
    text = report_html(Contents((run, run, empty)))
    head = text[text.index("<header") : text.index("</header")]
    assert "2 scenarios beside one another" in head and "The question" not in head and "Set against" in head


def test_a_comparison_without_ranking_or_intervals_gives_its_differences_alone(
    run: StoredRun, tmp_path: Path
) -> None:
    table = (
        "scenario,metric,group,arm,year,unit,first,other,difference,sd,ci_low,ci_high,replications\n"
        "b,referrals,all,all,all,people,10,12,2,,,,1\n"
    )
    steps = (
        "scenario,metric,unit,step,levers,part,ci_low,ci_high,level,changes\n"
        "b,exits,people,0,a,,,,,\nb,exits,people,1,staff,,,,,\n"
    )
    folder = study(
        tmp_path / "compared", {"comparison.csv": table, "waterfall.csv": steps},
        kind="comparison", scenarios=[{}, {}], objective={"metric": "exits", "better": "lower"},
    )  # fmt: skip
    contents = Contents((run,), comparisons=(folder,))
    text = said(*comparing(contents))
    assert "Referred, people 10 12 +2.0" in text and "Ranked by" not in text
    evidence, _ = evidence_of(run)
    assert "Why exits differs" not in said(*drivers(contents, evidence)), "nobody counts: no steps to draw"


def test_a_study_that_asks_for_no_decision_tells_of_none(run: StoredRun, tmp_path: Path) -> None:
    table = (
        "metric,group,arm,year,unit,rank,factor,kind,as_it_stands,at_low,at_high,swing,noise\n"
        "exits,all,all,all,people,1,rate,evidence,50,40,60,20,1\n"
    )
    folder = study(tmp_path / "study", {"sensitivity.csv": table}, study="sensitivity", name="s")
    evidence, _ = evidence_of(run)
    text = said(*drivers(Contents((run,), sensitivity=folder), evidence))
    assert "What moves exits" in text and "turns it round" not in text


WAVES = (
    "calendar: {years: 2}\n"
    "rollout:\n  trial: {enabled: true}\n"
    "  waves: [{from: 2006-04-01, groups: [OP, LD], to: at_review, quota: 40, deadline: 2007-04-01}]\n"
    "evidence: {refusal-percent: 12.5}\n"
)


def test_a_roll_out_its_trial_and_replaced_evidence_are_told(tmp_path: Path) -> None:
    run = kept(tmp_path / "run", made(tmp_path, WAVES))
    contents = Contents((run,))
    evidence, same = evidence_of(run)
    assert same and evidence.value("refusal-percent") == 12.5
    items = {number: text for number, _, text in stress_items(contents, evidence)}
    wave = "From 2006-04-01 budgets are offered to OP, LD (at review, 40 people by 2007-04-01)."
    assert items["2.3"].startswith(wave.removesuffix(".")) and "randomised" in items["2.3"]
    assert "refusal-percent = 12.5" in items["3.3"]
    log = said(*assumptions(contents, evidence, same))
    assert f"Replaced by {run.name}" in log and "refusal-percent 12.5 percent 10" in log
    assert re.search(r"rollout\.trial\.enabled .*? yes", said(*drivers(contents, evidence)))


def test_evidence_that_this_version_does_not_know_is_told_as_another(run: StoredRun) -> None:
    told = {**run.manifest["evidence"], "overrides": {"no-such-row": 1.0}}
    evidence, same = evidence_of(StoredRun(run.path, {**run.manifest, "evidence": told}))
    assert not same and evidence.overrides == {}


def test_a_note_on_evidence_has_a_row_without_a_value(run: StoredRun) -> None:
    told = {**run.manifest["evidence"], "notes": ["the price base is that of 2008"]}
    noted = StoredRun(run.path, {**run.manifest, "evidence": told})
    contents = Contents((noted,))
    assert "the price base is that of 2008" in said(*assumptions(contents, *evidence_of(noted)))
    assert "Evidence: the price base is that of 2008" in said(*limits(contents))


@pytest.mark.parametrize(("n", "told"), [(9, True), (10, False)])
def test_ten_replications_are_not_called_few(run: StoredRun, n: int, told: bool) -> None:
    often = StoredRun(run.path, {**run.manifest, "replications": n})
    assert ("the intervals themselves are rough" in said(*limits(Contents((often,))))) == told


# --- what people gain, and the market ----------------------------------------------------------------------

EFFECTS = (
    "group,outcome,people,cost_difference_gbp_per_week,cost_ci_low,cost_ci_high,outcome_difference,"
    "outcome_ci_low,outcome_ci_high,icer_gbp,quadrant_nw,quadrant_ne,quadrant_sw,quadrant_se\n"
    "all,ascot,40,-12.5,-30,5,0.16,0.02,0.3,,0.75,0.2,0.05,0\n"
    "all,control,40,-12.5,,,0.1,,,-125,0.5,0.5,0,0\n"
)
WINNERS = "by,value,people,winners_percent,losers_percent,mean_change_gbp_per_week\nall,all,0,,,\n"


def test_the_gain_of_a_budget_is_told_with_its_interval_or_not_at_all(tmp_path: Path) -> None:
    files = {"cost_effectiveness.csv": EFFECTS, "winners.csv": WINNERS}
    contents = Contents((kept(tmp_path / "run", small_result(tmp_path), files),))
    answer = said(*answers(contents))
    assert (
        "By an individual budget, social care outcome (ASCOT, 0 to 4.57): +0.16 points (+0.02 to +0.30)."
        in answer
    )
    assert "control (0 to 2)" not in answer, "no interval, no sentence"
    assert "have less than that" not in answer
    text = said(*outcomes(contents))
    assert "all: ASCOT -12.5 (-30 to 5) 0.16 (0.020 to 0.30) – 75 % 20 % 5 % 0 %" in text
    assert "all: control over daily life -12.5 0.10 -125 50 % 50 % 0 % 0 %" in text
    assert "Everybody 0 – – –" in text


def test_an_outcome_of_one_arm_leaves_the_other_empty_and_points_have_two_decimals(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for tables in result.tables:
        tables.metrics["ascot_mean"][:, 1] = np.nan
        tables.metrics["control_mean"][:] = np.nan
    text = said(*outcomes(Contents((kept(tmp_path / "run", result),))))
    assert re.search(r", points \d+\.\d\d ± \d+\.\d\d –", text)


def test_a_long_list_of_closing_providers_is_cut_and_counted(run: StoredRun, tmp_path: Path) -> None:
    head, first = BESIDE["providers.csv"].splitlines()[0], "home_care,small,hours,2007-08,0,0,0,0,5,,"
    rows = [f"{number},Agency {number},{first}{0.99 - number / 100}" for number in range(MOST_PROVIDERS + 3)]
    long = kept(tmp_path / "run", small_result(tmp_path), {"providers.csv": "\n".join([head, *rows]) + "\n"})
    text = said(*market(Contents((long,))))
    assert "3 further providers closed" in text
    assert f"Agency {MOST_PROVIDERS - 1} (" in text and f"Agency {MOST_PROVIDERS} (" not in text


# --- the verdict --------------------------------------------------------------------------------------------


def test_a_verdict_that_never_breaks_even_gives_no_date_but_the_gap_a_head(tmp_path: Path) -> None:
    verdict = VERDICT | {
        "break_even": {"date": None, "probability_by_end": 0.0, "p10": None, "p50": None, "p90": None},
        "per_person_gbp": {"mean": 120.0, "ci_low": 100.0, "ci_high": 140.0},
    }
    run = kept(tmp_path / "run", small_result(tmp_path), {"verdict.json": json.dumps(verdict)})
    text = said(*answers(Contents((run,))))
    assert "Half have broken even" not in text
    assert "In all, set-up included, the gap is +£120 for each person supported." in text


def test_the_verdict_of_one_replication_is_drawn_without_spread(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run = kept(folder, judged_result(tmp_path, replications=1))
    drawn = said(*charts(Contents((run,))))
    assert "Why it costs more or less than no roll-out" in drawn and "When it breaks even" in drawn
    assert "Neutral means: the cumulative gap is at most 0 percent" in drawn


# --- drawing ------------------------------------------------------------------------------------------------


def test_what_is_missing_breaks_a_line_and_leaves_a_gap_between_columns() -> None:
    d = path([0, 1, 2, 3], [5, math.nan, 6, 7], "#000", None).text
    assert 'd="M0.0 5.0 M2.0 6.0 L3.0 7.0"' in d
    series = {"one": [1.0, math.nan], "two": [2.0, 3.0]}
    drawn = figure("id", Chart("t", "column", "people", "year", ("a", "b"), series, "words")).text
    assert drawn.count("<rect") == 3 + len(series), "a column for each value, and the key"
    assert amount(math.nan) == "–"


def test_narrow_columns_bear_no_figures() -> None:
    def drawn(n: int) -> str:
        names = tuple(str(year) for year in range(n))
        series = {f"s{k}": [7.25] * n for k in range(6)}
        text = figure("id", Chart("t", "column", "people", "year", names, series, "words")).text
        return text[: text.index("</svg>")]

    assert drawn(1).count(">7.2<") == 6 and drawn(30).count(">7.2<") == 0


def test_only_some_of_many_categories_are_named() -> None:
    names = tuple(f"c{n}" for n in range(100))
    drawn = figure("id", Chart("t", "stacked", "people", "x", names, {"one": [1.0] * 100}, "words")).text
    svg = drawn[drawn.index("<svg") : drawn.index("</svg>")]
    shown = [n for n in range(100) if f">c{n}<" in svg]
    assert shown[0] == 0 and 5 <= len(shown) <= 20 and len(set(np.diff(shown))) == 1


def test_an_end_hardly_below_nought_does_not_move_the_foot_of_a_scale() -> None:
    assert scale([-1.0, 100.0], 0, 1, near=True).low == 0.0
    assert scale([-50.0, 100.0], 0, 1, near=True).low < 0.0
    assert scale([-1.0, 100.0], 0, 1).low < 0.0


# --- files --------------------------------------------------------------------------------------------------


def test_a_table_too_large_missing_or_broken_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_validation(tmp_path / "none.csv")
    broken = tmp_path / "broken.csv"
    broken.write_text(",".join(COLUMNS) + '\n"a"b,1\n')
    with pytest.raises(InputError, match="',' expected after"):
        read_validation(broken)
    monkeypatch.setattr(validation, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="more than 10 MB"):
        read_validation(broken)


def command(folder: Path, script: str) -> str:
    """A browser of our own making."""
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_page_is_printed_with_a_fixed_date_whoever_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        'for word; do case $word in --print-to-pdf=*) echo "(D:20200101120000) $*" > ${word#*=};; esac; done'
    )
    for user, without_sandbox in ((0, True), (1000, False)):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        content = printing.pdf_bytes("<p>page</p>", command(tmp_path, script))
        assert b"20200101120000" not in content and content.startswith(b"(D:")
        assert (b"--no-sandbox" in content) == without_sandbox


@pytest.mark.parametrize(
    ("script", "told"), [("echo no display >&2", "no display"), ("sleep 9", "did not finish")]
)
def test_a_browser_that_prints_nothing_or_hangs_is_told(
    script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "SECONDS", 0.3)
    with pytest.raises(RunError, match=told):
        printing.pdf_bytes("<p>page</p>", command(tmp_path, script))
