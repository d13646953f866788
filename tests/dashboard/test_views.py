"""The pages of results in a real browser: the roll-out plays, targets move, an outcome is chosen."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.dashboard.browser import Watched


def test_the_roll_out_plays_month_by_month_and_stops(watched: Watched) -> None:
    page = watched.open("/flow?results=pilot&month=2006-05")
    title = page.locator(".film h3")
    expect(title).to_contain_text("May 2006")
    button = page.locator("#flow-play")
    button.click()
    expect(button).to_have_text("Pause")
    expect(title).to_contain_text("July 2006")
    button.click()
    expect(button).to_have_text("Play")
    watched.settle()
    stopped = title.inner_text()
    assert page.locator("#flow-said").inner_text() == stopped, "a reader for the blind is told the month"
    handle = page.get_by_role("slider").first
    assert handle.get_attribute("aria-valuetext") == stopped.split(":")[0]
    handle.focus()
    page.keyboard.press("End")
    expect(title).to_contain_text("March 2008")


def test_a_target_is_set_where_it_stands_and_kept_in_the_link(watched: Watched) -> None:
    page = watched.open("/?results=pilot&against=base")
    card = page.locator(".card", has_text="Reviews on time")
    expect(card).to_contain_text("at least")
    expect(card.locator(".state")).to_contain_text("Target missed")
    # each state is another than before, so that it tells when the page has been shown anew
    for wanted, state in (("1", "Target met"), ("101", "Target missed")):
        box = card.locator("input")
        box.fill(wanted)
        box.press("Enter")
        expect(card.locator(".state")).to_contain_text(state)
        page.wait_for_url(f"**target_reviews={wanted}**")
    watched.open(page.url.removeprefix(watched.address))
    expect(card.locator("input")).to_have_value("101")
    expect(page.locator(".headline")).to_contain_text("carrying on")


def test_the_worth_of_budgets_is_judged_by_the_outcome_of_the_link(watched: Watched) -> None:
    page = watched.open("/people?results=pilot")
    choices = page.get_by_role("navigation", name="Outcome")
    choices.get_by_role("link", name="quality of life").click()
    page.wait_for_url("**outcome=quality_of_life**")
    expect(page.locator("h3", has_text="changes the quality of life")).to_be_visible()
    assert watched.errors == []
