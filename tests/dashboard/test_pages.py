"""Every page in a real browser: it stands, asks nobody abroad, fits a phone, and can be used by anybody."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.dashboard.browser import PATHS, Watched

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
GRAVE = ("serious", "critical")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_stands_fits_and_is_accessible(path: str, watched: Watched) -> None:
    watched.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # Playwright's own kind of dict
    page = watched.open(f"{path}?results=pilot&against=base")
    assert page.locator(".problem").count() == 0
    assert "ibsim" in page.title()
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.locator("nav li[aria-current=page]").count() == 1
    found = Axe().run(page)
    grave = [one for one in found.response["violations"] if one["impact"] in GRAVE]
    assert grave == [], json.dumps(
        [(one["id"], [node["html"][:160] for node in one["nodes"]][:4]) for one in grave], indent=1
    )
    watched.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as above
    page.wait_for_function(f"document.documentElement.scrollWidth <= {PHONE['width']}")


def test_the_table_the_numbers_and_the_picture_of_a_chart_can_be_had(
    watched: Watched, tmp_path: Path
) -> None:
    page = watched.open("/flow?results=pilot")
    chart = page.locator("figure.chart", has=page.locator(".picture")).first
    chart.get_by_role("button", name="Table").click()
    expect(chart.locator(".table-view table tbody tr").first).to_be_visible()
    chart.get_by_role("button", name="Table").click()
    expect(chart.locator(".table-view")).to_be_hidden()
    with page.expect_download() as numbers:
        chart.get_by_role("button", name="CSV").click()
    numbers.value.save_as(tmp_path / "numbers.csv")
    lines = (tmp_path / "numbers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > 3 and lines[0].count(",") >= 1
    with page.expect_download() as picture:
        chart.get_by_role("button", name="PNG").click()
    picture.value.save_as(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_a_view_is_opened_again_by_its_link(watched: Watched) -> None:
    page = watched.open("/flow?results=pilot&group=OP&year=2006-07")
    expect(page.locator("#choice-group")).to_contain_text("OP")
    expect(page.locator("#choice-year")).to_contain_text("2006-07")
    slider = page.get_by_role("slider").first
    before = page.locator("figure.chart h3").first.inner_text()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    # five months back, and so does its link: the last of five answers may come late
    last = datetime.strptime(before.partition(":")[0], "%B %Y")
    back = last.year * 12 + last.month - 1 - 5
    year, month = divmod(back, 12)
    expect(page.locator("figure.chart h3").first).to_contain_text(f"{date(year, month + 1, 1):%B %Y}")
    watched.settle()
    expect(page).to_have_url(re.compile(f"month={year}-{month + 1:02}"))
    moved = page.locator("figure.chart h3").first.inner_text()
    watched.open(page.url.removeprefix(watched.address))
    expect(page.locator("figure.chart h3").first).to_have_text(moved)


def test_choosing_another_result_changes_page_and_link(watched: Watched) -> None:
    page = watched.open("/?results=pilot")
    page.locator("#choice-against").click()
    page.get_by_role("option", name="(base)").click()
    page.wait_for_url("**against=base**")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Compare")
    expect(page.locator("main h2").first).to_be_visible()
    assert "results=pilot" in page.url and "against=base" in page.url
    expect(page.locator("table").first).to_contain_text("Referred")


def test_the_keyboard_alone_reaches_the_pages(watched: Watched) -> None:
    page = watched.open("/flow?results=pilot")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Staff":
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Staff")


def test_paper_shows_the_results_without_the_controls(watched: Watched) -> None:
    page = watched.open("/?results=pilot")
    page.emulate_media(media="print")
    for control in ("nav", ".chooser"):
        expect(page.locator(control).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
