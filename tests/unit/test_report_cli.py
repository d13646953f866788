"""`ibsim report` from the command line: results in, one page out; bad input is told, nothing is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ibsim.cli import app
from ibsim.experiment import warming
from tests.pages import Page
from tests.unit import fake_model


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with two runs and a comparison of them, by a model that answers at once."""
    folder = tmp_path_factory.mktemp("report")
    head = "why: to test\ncalendar: {years: 2}\n"
    (folder / "one.yaml").write_text(f"name: The council\n{head}")
    (folder / "two.yaml").write_text(f"name: The other\n{head}workforce: {{reviewing_officers_fte: 9}}\n")
    (folder / "empty").mkdir()
    both = ("one.yaml", "two.yaml", "--replications", "4", "--jobs", "1", "--quiet", "--out")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setitem(sys.modules, "ibsim.replication", fake_model.fake_module())
        patch.setattr(warming, "is_compiled", lambda: True)
        assert ibsim("run", *both, "runs").exit_code == 0
        assert ibsim("compare", *both, "compared", "--no-cache").exit_code == 0
        yield folder


@pytest.fixture
def here(results: Path) -> Path:
    """The same folder without what another test wrote."""
    for page in results.glob("*.html"):
        page.unlink()
    return results


def ibsim(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_runs_and_their_comparison_make_one_page(here: Path) -> None:
    result = ibsim(
        "report", "runs", "compared", "--out", "report.html", "--json", "--target", "people_supported<=1000",
        "--target", "people_supported>=1000 in 90 percent",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"report": "report.html", "pdf": None}
    text = (here / "report.html").read_text(encoding="utf-8")
    headings = [heading.text for heading in Page(text).all("h2")]
    assert {"The answer: The council", "The answer: The other", "Side by side", "At a glance"} <= set(
        headings
    )
    assert "Comparison of 2 scenarios with the same dice" in text
    badges = [span.text for span in Page(text).all("span") if "badge" in span.attributes.get("class", "")]
    assert badges == ["met", "not met"] * 2
    again = ibsim("report", "runs", "compared", "--out", "report.html")
    assert again.exit_code == 2 and "it is there already" in again.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "--out", "r.html"], "no such folder"),
        (["runs", "--out", "r.txt"], "call it r.html"),
        (["runs", "--out", "r.html", "--pdf", "r.docx"], "call it r.pdf"),
        (["compared", "--out", "r.html"], "no run among the results"),
        (
            ["runs", "--out", "r.html", "--sensitivity", "compared"],
            "takes a result folder of `ibsim sensitivity`",
        ),
        (["runs", "--out", "r.html", "--target", "people_supported>1"], "a target is written"),
        (["runs", "--out", "r.html", "--target", "people_supported[OP]>=1"], "leave the group out"),
        (["runs", "--out", "r.html", "--validation", "one.yaml"], "no column `table`"),
        (["empty", "--out", "r.html"], "without results"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_written(arguments: list[str], told: str, here: Path) -> None:
    result = ibsim("report", *arguments)
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split()) and "Traceback" not in result.output
    assert not list(here.glob("r.*"))


def test_a_pdf_without_a_browser_is_refused_before_anything_is_written(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBSIM_CHROMIUM", "no-such-browser")
    result = ibsim("report", "runs", "--out", "r.html", "--pdf", "r.pdf")
    assert result.exit_code == 2 and "no no-such-browser on this machine" in result.output
    assert not list(here.glob("r.*"))
