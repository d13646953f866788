from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from ibsim.errors import InputError
from ibsim.results.manifest import FORMAT, digest, file_sums
from ibsim.results.reading import StoredFolder, StoredRun, read_folder, read_run
from ibsim.results.report import Contents, TargetRow, ValidationRow, report_html
from ibsim.results.report.comparing import unpaired
from ibsim.results.report.drawing import amount, scale
from ibsim.results.report.markup import clean
from ibsim.results.report.printing import VARIABLE, browser, pdf_bytes
from ibsim.results.report.validation import COLUMNS, read_validation
from ibsim.results.seal import write_manifest
from ibsim.results.store import write_run
from ibsim.results.summary import RunResult
from tests.pages import Page
from tests.unit.fake_model import small_result

HOSTILE = (
    "</title><script>alert(1)</script> \"'><img src=x onerror=alert(2)> {{7*7}} "
    "=1+1 \x00\x1b[31m \u202ecba &amp;"
)
VERDICT = {
    "sentence": "It costs £1.20 million more by March 2008 and is unlikely to be cost-neutral.",
    "tolerance_percent": 0, "replications": 3, "uncertainty": "sampled",
    "probability": 0.25, "probability_low": 0.1, "probability_high": 0.6,
    "break_even": {"date": None, "probability_by_end": 0.3, "p10": None, "p50": "2008-01", "p90": None},
    "years": [
        {"year": "2006-07", "gap_gbp": {"mean": 9e5, "ci_low": 8e5, "ci_high": 1e6}, "probability": 0.1,
         "cumulative_gbp": {"mean": 9e5, "ci_low": 8e5, "ci_high": 1e6, "p10": 7e5, "p50": 9e5, "p90": 1e6}},
    ],
    "months": [
        {"month": f"2006-{month:02d}", "cumulative_gbp": {"mean": m, "p10": m - 1, "p50": m, "p90": m + 1},
         "probability": 0.2} for month, m in ((4, 10.0), (5, 20.0))
    ],
    "causes": [
        {"cause": "packages", "gbp": {"mean": -3e5, "ci_low": -4e5, "ci_high": -2e5}},
        {"cause": "set-up", "gbp": {"mean": 1.2e6, "ci_low": 1.1e6, "ci_high": 1.3e6}},
    ],
    "without_setup": {"gap_gbp": {"mean": -3e5}, "probability": 0.8},
}  # fmt: skip


def kept(folder: Path, result: RunResult, beside: dict[str, str] | None = None) -> StoredRun:
    """The run as a result folder, with more files in it that the manifest vouches for."""
    folder.mkdir()
    write_run(folder, result)
    for name, text in (beside or {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = file_sums(folder)
    manifest["digest"] = digest(manifest["files"])
    write_manifest(folder, manifest)
    return read_run(folder)


@pytest.fixture
def run(tmp_path: Path) -> StoredRun:
    return kept(tmp_path / "run", small_result(tmp_path))


@pytest.fixture
def hostile(tmp_path: Path) -> StoredRun:
    result = small_result(tmp_path)
    return kept(
        tmp_path / "hostile", replace(result, scenario=replace(result.scenario, name=HOSTILE, why=HOSTILE))
    )


def told(page: str) -> str:
    """What the page says, its elements apart."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page[page.index("<main") :])).split())


def test_no_text_of_a_result_becomes_markup(hostile: StoredRun, run: StoredRun) -> None:
    row = ValidationRow(
        HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1, 2, 0, 3, False, HOSTILE, HOSTILE, HOSTILE
    )
    contents = Contents((run, hostile), validation=(row,), validation_file=HOSTILE,
                        targets=[TargetRow("run", HOSTILE, HOSTILE, "met")])  # fmt: skip
    text = report_html(contents)
    page = Page(text)
    assert page.unclosed == []
    names = {element.name for element in page.elements}
    assert not names & {"script", "img", "iframe", "link", "object", "form"}
    assert not any(key.startswith("on") for element in page.elements for key in element.attributes)
    assert "alert(1)" in page.all("h1")[0].text, "the name is told as it is"
    assert not re.search("[\x00-\x08\x0e-\x1f\u202e]", text)


def test_a_text_is_escaped_and_unfit_characters_are_shown() -> None:
    assert clean("<a b=\"c\" d='e'>&") == "&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;"
    assert clean("a\x00b\u202ec\ud800") == "a\ufffdb\ufffdc\ufffd"


def test_equal_results_give_equal_bytes_wherever_they_lie(tmp_path: Path) -> None:
    one = kept(tmp_path / "one", small_result(tmp_path))
    other = kept(tmp_path / "other", replace(small_result(tmp_path), seconds=77.0, jobs=9))
    assert report_html(Contents((one,))) == report_html(Contents((other,)))


def test_a_page_is_in_order_for_a_screen_reader_and_fetches_nothing(run: StoredRun, tmp_path: Path) -> None:
    second = kept(tmp_path / "second", small_result(tmp_path, seed=2), {"verdict.json": json.dumps(VERDICT)})
    text = report_html(Contents((run, second)))
    page = Page(text)
    assert page.unclosed == []
    assert page.all("html")[0].attributes["lang"] == "en-GB"
    assert [len(page.all(name)) for name in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    levels = [int(element.name[1]) for element in page.elements if re.fullmatch("h[1-6]", element.name)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    pointed = {e.attributes["href"] for e in page.elements if "href" in e.attributes}
    assert all(link.startswith("#") and link[1:] in ids for link in pointed)
    assert not any("src" in element.attributes for element in page.elements)
    assert "url(" not in text and "@import" not in text and "http" not in text.replace("http-equiv", "")
    named = [(e.attributes.get("aria-labelledby") or "").split() for e in page.elements]
    assert {id for some in named for id in some} <= set(ids)
    for table in page.all("table"):
        assert "figure" in table.around or table.around
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(head.attributes.get("scope") in ("col", "row") for head in page.all("th"))
    assert all(head.text.strip() for head in page.all("th") if head.attributes["scope"] == "col")
    assert len(page.all("svg")) == len(page.all("figure")) >= 10
    assert all(svg.attributes["role"] == "img" and "title" not in svg.attributes for svg in page.all("svg"))
    assert len([e for e in page.all("title") if "svg" in e.around]) == len(page.all("svg"))
    assert len([e for e in page.all("table") if "figure" in e.around]) == len(page.all("figure"))


def test_an_outsider_finds_question_answer_sureness_and_limits(run: StoredRun) -> None:
    text = report_html(Contents((run,)))
    page, said = Page(text), told(text)
    assert "to test" in page.all("header")[0].text
    headings = [heading.text for heading in page.all("h2")]
    assert headings[:4] == ["In this report", "The answer", "Key figures", "What drives it"]
    for words in (
        "there is no change whose cost could be judged", "The council was run 3 times with other dice",
        "Many of those numbers are assumed", "The queue that binds: team trays", "STRESS-DES",
        "the very numbers that the run used", "Fewer than ten replications", "What the books checked",
    ):  # fmt: skip
        assert words in said, words


def test_every_number_of_the_evidence_stands_in_the_log(run: StoredRun) -> None:
    from ibsim.evidence import load

    said = told(report_html(Contents((run,))))
    missing = [row.id for row in load().rows() if row.id not in said]
    assert missing == []


def test_other_evidence_than_the_runs_is_told(tmp_path: Path) -> None:
    run = kept(tmp_path / "run", small_result(tmp_path))
    manifest = {**run.manifest, "evidence": {**run.manifest["evidence"], "digest": "0" * 64}}
    said = told(report_html(Contents((StoredRun(run.path, manifest),))))
    assert "Caution: the checksum of the evidence differs" in said


def test_a_verdict_leads_and_its_causes_add_up(tmp_path: Path) -> None:
    run = kept(tmp_path / "run", small_result(tmp_path), {"verdict.json": json.dumps(VERDICT)})
    text = report_html(Contents((run,)))
    page, said = Page(text), told(text)
    (lead,) = [element.text for element in page.all("p") if element.attributes.get("class") == "lead"]
    assert lead == VERDICT["sentence"]
    assert "with probability 0.25; with 3 pairs of council and twin it lies between 0.10 and 0.60" in said
    assert "Half have broken even by January 2008, one in ten by after the end" in said
    assert "The gap in all +£900,000" in said
    assert "drew the uncertain numbers of the evidence" in said
    assert "no verdict on cost-neutrality" not in said


def test_the_ledger_is_told_by_category_and_its_parts_add_up(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    result = small_result(tmp_path)
    folder = tmp_path / "run"
    folder.mkdir()
    write_run(folder, result)
    million = 100_000_000
    posted = {
        "home_care": 9 * million, "meals": million, "other_support": 50 * million,
        "assessment_time": 6 * million, "travel_time": 2 * million, "user_charges": -5 * million,
    }  # fmt: skip
    rows = [
        (r, year, name, pence)
        for r in (1, 2, 3)
        for year in ("2006-07", "2007-08")
        for name, pence in posted.items()
    ]
    columns = dict(zip(("replication", "year", "category", "pence"), zip(*rows, strict=True), strict=True))
    parquet.write_table(
        pa.table({name: list(values) for name, values in columns.items()}), folder / "ledger.parquet"
    )
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = file_sums(folder)
    write_manifest(folder, manifest)
    said = told(report_html(Contents((read_run(folder),))))
    assert "Money by year (£ million)" in said
    heads = "year Support without a package Support packages Care management Charges, grants, clawback"
    assert f"{heads} 2006-07 50 10 8 -5" in said
    assert "What packages and budgets buy (£ million) year Home care Meals 2006-07 9 1" in said


BESIDE = {
    "providers.csv": (
        "provider,name,service,size,unit,year,council_hours_block,council_hours_spot,ib_hours,private_hours,"
        "people,margin_percent,closure_probability\n"
        "3,Agency <3>,home_care,small,hours,2006-07,100,20,0,,50,4.2,0\n"
        "3,Agency <3>,home_care,small,hours,2007-08,80,20,30,,40,,0.75\n"
        "4,Agency 4,home_care,large,hours,2007-08,400,0,0,50,90,9,0\n"
    ),
    "plane.csv": (
        "group,outcome,draw,cost_difference_gbp_per_week,outcome_difference\n"
        "PD,ascot,1,10,0.1\nPD,ascot,2,-30,0.3\nOP,ascot,1,4,-0.2\n"
    ),
    "acceptability.csv": "group,outcome,willingness_gbp,probability\nPD,ascot,0,0.25\nPD,ascot,100,0.5\n",
    "winners.csv": (
        "by,value,people,winners_percent,losers_percent,mean_change_gbp_per_week\nall,all,40,60,40,-12.4\n"
    ),
}


def test_market_and_outcomes_are_told_where_the_folder_has_them(tmp_path: Path) -> None:
    text = report_html(Contents((kept(tmp_path / "more", small_result(tmp_path), BESIDE),)))
    said = told(text)
    assert Page(text).unclosed == []
    # 100 + 0, then 80 + 400 in blocks; 20 and 20 bought spot; 30 by IB holders; 50 by private payers
    heads = "year council, block council, spot IB holders private payers"
    assert f"{heads} 2006-07 100 20 0 0 2007-08 480 20 30 50" in said
    assert "Agency <3> (small, home care) 75 % 40 –" in said and "Agency 4 (large" not in said
    assert (
        "Cost and gain: ASCOT: mean of the marks group gain in ASCOT, points cost, £ a week PD 0.20 -10"
        in said
    )
    assert "Worth its cost: ASCOT" in said and "Everybody 40 60 40 -12" in said


def study(folder: Path, files: dict[str, str], **manifest: object) -> StoredFolder:
    """A result folder of another command, with these files."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    tree = {"format": FORMAT, "files": file_sums(folder), **manifest}
    write_manifest(folder, tree)
    return read_folder(folder)


def test_a_sensitivity_study_says_what_drives_it_and_what_turns_it_round(
    run: StoredRun, tmp_path: Path
) -> None:
    heads = "metric,group,arm,year,unit,rank,factor,kind,as_it_stands,at_low,at_high,swing,noise"
    rows = [
        "ib_holders,all,all,all,people,1,'=hours,evidence,100,80,140,60,1",
        "ib_holders,all,all,all,people,2,idle,evidence,100,100,100,0,1",
        "exits,OP,all,2007-08,people,1,rate,evidence,50,50,50,0,1",
    ]
    decisions = (
        "target,met,as_it_stands,factor,end,value_at_end,share_of_replications,turns_at\n"
        "ib_holders >= 90,yes,100,hours,2 hours,80,1,1.5 hours\nexits <= 60,yes,50,,,,,\n"
    )
    files = {"sensitivity.csv": "\n".join([heads, *rows]) + "\n", "decisions.csv": decisions}
    folder = study(tmp_path / "study", files, study="sensitivity", name="<The study>")
    text = report_html(Contents((run,), sensitivity=folder))
    said = told(text)
    assert Page(text).unclosed == []
    assert "From the sensitivity study of “<The study>”" in said
    assert "What moves ib_holders (people) factor at the low end to at the high end =hours 80 to 140" in said
    assert "Nothing that was moved alone changes exits (OP, 2007-08)" in said
    assert "ib_holders >= 90 met hours 2 hours 1.5 hours exits <= 60 met nothing alone" in said


def test_a_comparison_tells_the_steps_from_one_scenario_to_the_other(run: StoredRun, tmp_path: Path) -> None:
    heads = "scenario,metric,unit,step,levers,part,ci_low,ci_high,level,changes"
    steps = [
        "b,exits,people,0,a,,,,100,",
        "b,exits,people,1,staff,20,15,25,120,",
        "b,exits,people,2,hours,-5,-6,-4,115,",
    ]
    compared = (
        "scenario,metric,group,arm,year,unit,first,other,difference,sd,ci_low,ci_high,replications\n"
        "b,referrals,all,all,all,people,10,12,2,1,1.5,2.5,4\n"
    )
    folder = study(
        tmp_path / "compared",
        {"comparison.csv": compared, "waterfall.csv": "\n".join([heads, *steps]) + "\n"},
        kind="comparison", scenarios=[{}, {}], objective={"metric": "exits", "better": "lower"},
        ranking=[{"label": "a", "mean": 100.0, "probability_best": 0.75}],
    )  # fmt: skip
    said = told(report_html(Contents((run,), comparisons=(folder,))))
    assert "Why exits differs: b (people) step people a 100 staff +20.0 ± 5 hours -5.0 ± 1 b 115" in said
    assert "Ranked by exits, lower is better scenario mean probability of being best a 100 75 %" in said
    assert "Referred, people 10 12 +2.0 ± 0.50" in said


def test_runs_with_the_same_dice_are_set_against_each_other_replication_by_replication(
    tmp_path: Path,
) -> None:
    result = small_result(tmp_path)
    first = kept(tmp_path / "first", result)
    more = small_result(tmp_path)
    for tables in more.tables:
        for cube in tables.metrics.values():
            cube += 7.0
    other = kept(tmp_path / "other", more)
    assert unpaired(first, other) == ""
    said = told(report_html(Contents((first, other))))
    assert "The same dice fell in both" in said
    # seven more in every replication: the difference is sure, whatever the spread of the values
    assert "+7.0 ± 0.0" in said
    elsewhere = kept(tmp_path / "elsewhere", small_result(tmp_path, seed=2))
    assert unpaired(first, elsewhere) == "another seed"
    assert "those of two independent runs" in told(report_html(Contents((first, elsewhere))))


def test_a_validation_table_is_told_with_its_misfits_first(run: StoredRun, tmp_path: Path) -> None:
    path = tmp_path / "validation.csv"
    rows = [
        "4.4,,all,IB,agreed at six months,90,88,-2,80,95,yes,no",
        "4.5,,all,IB,in place over 3 months,51,14,-37,9,20,no,no",
        '7.1,,PD,IB,"\'=pounds, a week",310,307,-3,290,330,true,put in',
    ]
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    read = read_validation(path)
    assert [row.inside for row in read] == [True, False, True]
    said = told(report_html(Contents((run,), validation=read, validation_file=path.name)))
    assert (
        "of 3 figures of the report and the returns the model has 2 inside the uncertainty, 1 outside" in said
    )
    assert "1 of 2 predicted figures are inside; 1 of 1 put in figures are inside" in said


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "line 1"), ("table,place\n", "line 1"),
        (",".join(COLUMNS) + "\n1,,,,,x,1,1,1,1,yes,no\n", "line 2, report"),
        (",".join(COLUMNS) + "\n1,,,,,1,1,1,1,1,perhaps,no\n", "line 2, inside"), ("\xff", "UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_validation_table_is_told(text: str, where: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=where):
        read_validation(path)


def test_scales_hold_every_value_and_begin_at_nought() -> None:
    found = scale([3.0, 17.0], 100.0, 0.0)
    assert (found.low, found.high) == (0.0, 20.0)
    assert found.at(0.0) == 100.0 and found.at(20.0) == 0.0
    assert scale([-5.0, 10.0], 0.0, 1.0).low <= -5.0
    assert scale([], 0.0, 1.0).high > 0.0
    assert np.isnan(scale([1.0], 0.0, 1.0).at(float("nan")))
    assert [amount(value) for value in (1234.5, 12.0, 1.25, 0.123, 0.0004, -0.0001)] == [
        "1,234", "12", "1.2", "0.12", "0", "0",
    ]  # fmt: skip


def test_without_chromium_the_way_to_a_pdf_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "no-such-browser")
    with pytest.raises(InputError, match="print the HTML file from any browser"):
        browser()


@pytest.mark.slow
def test_chromium_prints_it_whole_and_the_same_each_time(run: StoredRun) -> None:
    page = report_html(Contents((run,)))
    one, other = (pdf_bytes(page, browser()) for _ in range(2))
    assert one.startswith(b"%PDF") and one == other
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=one, capture_output=True, check=True)
    text = told.stdout.decode()
    for words in ("The answer", "Key figures", "Assumptions log", "Glossary", "Manifest"):
        assert words in text
    # What is folded away on the screen stands open on paper, long tables of months apart.
    assert "Derived numbers and their sums" in text and "How long each step takes (days, mean)" in text


def test_it_opens_from_disk_offline_is_accessible_and_fits_a_phone(
    run: StoredRun, tmp_path: Path, chromium: Browser
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    more = kept(tmp_path / "more", small_result(tmp_path), BESIDE | {"verdict.json": json.dumps(VERDICT)})
    path = tmp_path / "report.html"
    path.write_text(report_html(Contents((run, more))), encoding="utf-8")
    asked: list[str] = []
    with chromium.new_context(
        bypass_csp=True, viewport={"width": 390, "height": 844}, offline=True
    ) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert page.locator("figure svg").count() >= 20
        found = Axe().run(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
    assert asked == [path.as_uri()], "nothing but the page itself"
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []
    assert wide <= 390
