"""What-ifs in a real browser: a lever changed, a run watched, cancelled, kept, saved and found again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.runs.job import CANCELLED, DONE, RUN, RUNNING, STARTING, Job, Status
from dashboard.runs.manager import Runs
from ibsim.experiment.progress_file import lives
from ibsim.scenario import load
from tests.dashboard.browser import SECONDS, Watched, served
from tests.dashboard.conftest import ROOT

SMALL = "calendar.years=1%0Acalendar.warm_up_years=0"
START = f"/what-if?parent=metropolitan&sets={SMALL}"
ALLOWED = 1000 * SECONDS


@pytest.fixture
def desk(results: Path, runs: Runs, page: Page) -> Iterator[Watched]:
    """A page before a dashboard with a queue of its own."""
    with served(results, runs) as address:
        found = Watched(page, address)
        yield found
        assert found.errors == [] and found.abroad == []


def order(desk: Watched, name: str, replications: int, also: str = "run this alone") -> None:
    """Fill in the form's end, and run."""
    page = desk.page
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Replications", exact=True).fill(str(replications))
    choice = page.locator("#whatif-both")
    # a list stays open, over the button, when what is chosen already is chosen again
    if also not in choice.inner_text():
        choice.click()
        page.get_by_role("option", name=also).click()
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    page.get_by_role("button", name="Run", exact=True).click()


def waited_for(runs: Runs, state: str) -> Status:
    """The newest job, once it is in this state."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = runs.look(fresh=True)
        if found and found[0].state == state:
            return found[0]
        time.sleep(0.05)
    raise AssertionError([(status.state, status.error) for status in runs.look(fresh=True)])


def test_a_lever_is_changed_run_watched_and_its_results_opened(desk: Watched, runs: Runs) -> None:
    page = desk.open(START)
    planners = page.get_by_label("Workforce: Support planners", exact=True)
    planners.fill("8")
    planners.press("Tab")
    expect(page.locator("#whatif-changes")).to_contain_text("support_planners_fte: 0 → 8 posts")
    name = 'Eight <script>alert("1")</script> planners'
    order(desk, name, 3, "run its parent too")
    cards = page.locator(".job")
    expect(cards.locator(".state.done")).to_have_count(2, timeout=2 * ALLOWED)
    card = cards.filter(has_text=name)
    expect(card.locator("table")).to_contain_text("People supported")
    expect(card.locator("thead")).to_contain_text("Difference to its parent")
    card.get_by_text("Compare with its parent").click()
    expect(page.locator("h1")).to_have_text("Compare")
    expect(page.locator("main")).to_contain_text("paired, same dice")
    assert "results=" in page.url and "against=" in page.url
    assert {status.state for status in runs.look(fresh=True)} == {DONE}


def test_a_run_is_cancelled_and_the_next_takes_its_place(desk: Watched, runs: Runs) -> None:
    page = desk.open(START)
    order(desk, "Too long", 400)
    card = page.locator(".job").filter(has_text="Too long")
    expect(card.locator(".state.running")).to_be_visible(timeout=ALLOWED)
    expect(card.locator("table")).to_be_visible()
    order(desk, "Short", 1)
    waiting = page.locator(".job").filter(has_text="Short")
    expect(waiting.locator(".state.queued")).to_contain_text("number 1 in the queue")
    card.get_by_role("button", name="Cancel").click()
    expect(card.locator(".state.cancelled")).to_be_visible(timeout=ALLOWED)
    expect(waiting.locator(".state.done")).to_be_visible(timeout=ALLOWED)
    assert [status.state for status in runs.look(fresh=True)] == [DONE, CANCELLED]


def test_a_rule_that_is_broken_is_said_and_nothing_runs(desk: Watched, runs: Runs) -> None:
    page = desk.open(f"/what-if?parent=metropolitan&sets={SMALL}%0Aplanning.who_plans.coordinator_percent=90")
    expect(page.locator("#whatif-changes [role=alert]")).to_contain_text("100")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    assert runs.look(fresh=True) == ()


def test_a_what_if_is_saved_as_yaml_and_as_excel_that_mean_the_same(desk: Watched, tmp_path: Path) -> None:
    page = desk.open("/what-if?parent=metropolitan-pilot&sets=workforce.support_planners_fte=8")
    expect(page.locator("#whatif-changes li")).to_have_count(1)
    wanted = load("metropolitan-pilot", ["workforce.support_planners_fte=8"]).hash
    for words, suffix in (("Save as YAML", "yaml"), ("Save as Excel", "xlsx")):
        with page.expect_download() as saved:
            page.get_by_role("link", name=words).click()
        saved.value.save_as(tmp_path / f"mine.{suffix}")
        assert load(tmp_path / f"mine.{suffix}").hash == wanted


def test_a_what_if_is_opened_again_by_its_link(desk: Watched) -> None:
    page = desk.open("/what-if?parent=metropolitan-pilot")
    officers = page.get_by_label("Workforce: Reviewing officers", exact=True)
    officers.fill("6")
    officers.press("Tab")
    page.wait_for_url("**reviewing_officers_fte**")
    desk.open(page.url.removeprefix(desk.address))
    expect(page.get_by_label("Workforce: Reviewing officers", exact=True)).to_have_value("6")
    expect(page.locator("#whatif-changes")).to_contain_text("0 → 6 posts")
    expect(page.locator("#whatif-changes li")).to_have_count(1)


def small_job(folder: Path) -> Job:
    """A run of a short scenario that is beside the queue's folders."""
    text = "extends: metropolitan\nname: Small\nwhy: To see.\ncalendar: {years: 1, warm_up_years: 0}\n"
    (folder / "small.yaml").write_text(text)
    return Job("", RUN, "Small", (str(folder / "small.yaml"),), 60, 1, "")


def test_a_run_outlives_its_dashboard_and_is_found_again(tmp_path: Path) -> None:
    job = small_job(tmp_path)
    text = (
        "import sys, time; from pathlib import Path; from dashboard.runs.manager import Runs\n"
        "from dashboard.runs.job import Job, RUN\n"
        f"runs = Runs(Path({str(tmp_path / 'runs')!r}))\n"
        f"runs.submit(Job('', RUN, 'Small', ({job.scenarios[0]!r},), 60, 1, ''))\n"
        "time.sleep(600)\n"
    )
    first = subprocess.Popen([sys.executable, "-c", text], cwd=ROOT)
    later = Runs(tmp_path / "runs")
    try:
        status = waited_for(later, RUNNING)
        first.kill()
        first.wait()
        assert lives(status.folder / "progress.json")
        again = waited_for(later, RUNNING)
        assert again.progress["pid"] == status.progress["pid"]
        assert later.cancel(again.job.id)
        waited_for(later, CANCELLED)
        deadline = time.monotonic() + SECONDS
        while lives(status.folder / "progress.json"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        first.kill()
        later.close()


def test_jobs_asked_for_at_once_are_queued_and_do_not_mix(tmp_path: Path, runs: Runs) -> None:
    job = small_job(tmp_path)
    ids = [runs.submit(Job("", RUN, f"Number {n}", job.scenarios, 1, n, "")) for n in range(20)]
    assert len(set(ids)) == 20
    found = {status.job.id: status for status in runs.look(fresh=True)}
    assert sum(status.state in (STARTING, RUNNING) for status in found.values()) <= 1
    assert {found[id].job.seed for id in ids} == set(range(20))
    places = sorted(status.place for status in found.values() if status.place)
    assert places == list(range(1, len(places) + 1))
    for id in ids[2:]:
        assert runs.cancel(id)
    deadline = time.monotonic() + SECONDS
    while any(status.active for status in runs.look(fresh=True)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    done = [status for status in runs.look(fresh=True) if status.state == DONE]
    assert {status.job.id for status in done} == set(ids[:2])
    manifests = [(status.result / "manifest.json").read_text() for status in done]
    assert len(set(manifests)) == len(manifests)
