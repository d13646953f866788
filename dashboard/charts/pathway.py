"""The two pathways as a picture of one month: who waits at each stage, how long, and how many pass on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboard.charts.chart import Absent, Chart, Shown, Value
from dashboard.charts.drawing import picture
from dashboard.charts.palette import ARM, INK, MUTED, RULE, tinted
from dashboard.charts.words import ARMS, GROUPS, STAGES, figure, month_name
from dashboard.data.run import Run
from ibsim.results.terminal import plain_number

KEY = "pathway"
KEPT = 128
WIDTH, GAP, LEFT = 46.0, 4.0, {"conventional": 2.0, "IB": 52.0}
ROW, BOX = 10.0, 7.0
FIRST, LAST = 0, 6
"""A row of the picture and the box in it, in the picture's own units; its first row and its last."""


@dataclass(frozen=True)
class Place:
    """A stage in one of the pathways: its row, and the metrics of its stock, its wait and who passes on."""

    row: int
    title: str
    stock: str
    wait: str = ""
    flow: str = ""
    passed: str = ""


CONVENTIONAL = (
    Place(0, "Referred", "", flow="referrals", passed="referred"),
    Place(1, STAGES["assessment"], "people_waiting_assessment", "wait_days_referral_to_assessment",
          "assessments_completed", "assessed"),
    Place(3, STAGES["planning"], "people_waiting_planning"),
    Place(4, STAGES["sign_off"], "people_waiting_sign_off", flow="plans_signed_off", passed="signed off"),
    Place(5, STAGES["arranging"], "people_waiting_arranging", "wait_days_sign_off_to_in_place"),
    Place(6, "In place", "people_supported_31_march", flow="exits", passed="left"),
)  # fmt: skip
BUDGETS = (
    Place(0, "Offered a budget", "", flow="consents", passed="agreed"),
    Place(1, STAGES["assessment"], "people_waiting_assessment", "", "assessments_completed", "assessed"),
    Place(2, STAGES["allocation"], "people_waiting_allocation", "wait_days_assessment_to_indicative"),
    Place(3, STAGES["planning"], "people_waiting_planning", "wait_days_indicative_to_sign_off"),
    Place(4, STAGES["sign_off"], "people_waiting_sign_off", flow="plans_signed_off", passed="signed off"),
    Place(5, STAGES["arranging"], "people_waiting_arranging", "wait_days_sign_off_to_in_place"),
    Place(6, "In place", "ib_holders", flow="exits", passed="left"),
)
PATHWAYS = {"conventional": CONVENTIONAL, "IB": BUDGETS}
WAITING = tuple(f"people_waiting_{stage}" for stage in STAGES)


@dataclass(frozen=True)
class Seen:
    """What one stage shows in one month; None where nobody counts."""

    arm: str
    place: Place
    stock: float | None
    days: float | None
    rate: float | None


def months(run: Run) -> tuple[str, ...]:
    """The months that the picture can show."""
    return run.months("people_waiting").months


@lru_cache(maxsize=KEPT)
def pathway(run: Run, month: str, group: str) -> Shown:
    """The picture of one month; the first month where it is not one of the run's."""
    known = months(run)
    if not known:
        return Absent(KEY, "The two pathways", "This result folder has no monthly queues (people_waiting).")
    month = month if month in known else known[0]
    seen = [_seen(run, arm, place, month, group) for arm, places in PATHWAYS.items() for place in places]
    return Chart(
        key=KEY,
        title=_title(seen, month, group),
        subtitle=(
            f"{GROUPS[group]}. People waiting at the end of the month (bars, one scale for both pathways "
            "and all months), mean days that the step took those who finished it in the month, and "
            "people who passed on in it; means over replications."
        ),
        figure=_figure(seen, _scale(run, group)),
        columns=(
            "Pathway",
            "Stage",
            "People there",
            "Days of the step",
            "Passed on in the month",
            "Who passed on",
        ),
        rows=tuple(_row(one) for one in seen),
        alt=_alt(seen, month),
        source="series.parquet",
        height=640,
    )


def _seen(run: Run, arm: str, place: Place, month: str, group: str) -> Seen:
    def at(metric: str) -> float | None:
        return run.months(metric, group, arm).at(month) if metric else None

    return Seen(arm, place, at(place.stock), at(place.wait), at(place.flow))


@lru_cache(maxsize=KEPT)
def _scale(run: Run, group: str) -> float:
    """The most people at any stage in any month, so that bars of all months can be compared."""
    most = 1.0
    for metric in WAITING:
        for arm in PATHWAYS:
            most = max([most, *(value for value in run.months(metric, group, arm).mean if value)])
    return most


def _title(seen: list[Seen], month: str, group: str) -> str:
    holders = next((one.stock for one in seen if one.place.stock == "ib_holders"), None) or 0
    waiting = [one for one in seen if one.place.stock in WAITING and one.stock]
    if not waiting:
        return f"{month_name(month)}: nobody waits"
    most = max(waiting, key=lambda one: one.stock or 0)
    total = sum(one.stock or 0 for one in waiting)
    return (
        f"{month_name(month)}: {plain_number(holders, 0)} hold a budget, {plain_number(total, 0)} wait, "
        f"most of them for {most.place.title.lower()} ({ARMS[most.arm].lower()})"
    )


def _figure(seen: list[Seen], scale: float) -> dict[str, Any]:
    shapes = [shape for one in seen for shape in _shapes(one, scale)]
    notes = [note for one in seen for note in _notes(one)]
    for arm in PATHWAYS:
        text = f"<b>{ARMS[arm]}</b>"
        notes.append(_text(LEFT[arm] + WIDTH / 2, -2.2, text, size=14, colour=ARM[arm], anchor="center"))
    hover = {
        "type": "scatter", "mode": "markers", "hoverinfo": "text", "showlegend": False,
        "x": [LEFT[one.arm] + WIDTH / 2 for one in seen],
        "y": [one.place.row * ROW + BOX / 2 for one in seen],
        "text": [_spoken(one) for one in seen],
        "marker": {"size": 26, "opacity": 0},
    }  # fmt: skip
    still = {"visible": False, "fixedrange": True}
    return picture(
        [hover],
        shapes=shapes,
        annotations=notes,
        xaxis={**still, "range": [0, 100]},
        yaxis={**still, "range": [LAST * ROW + BOX + 1.0, -4.5]},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )


def _shapes(one: Seen, scale: float) -> Iterator[dict[str, Any]]:
    left, top = LEFT[one.arm], one.place.row * ROW
    colour = ARM[one.arm]
    ends = one.place.row in (FIRST, LAST)
    yield {
        "type": "rect", "x0": left, "x1": left + WIDTH, "y0": top, "y1": top + BOX, "layer": "below",
        "line": {"color": colour if ends else RULE, "width": 1},
        "fillcolor": tinted(colour, 0.10 if ends else 0.03),
    }  # fmt: skip
    if one.place.stock in WAITING and one.stock:
        yield {
            "type": "rect", "x0": left, "x1": left + WIDTH * min(one.stock / scale, 1.0),
            "y0": top + BOX - 1.2, "y1": top + BOX, "line": {"width": 0}, "fillcolor": colour,
            "layer": "below",
        }  # fmt: skip


def _notes(one: Seen) -> Iterator[dict[str, Any]]:
    left, top = LEFT[one.arm], one.place.row * ROW
    yield _text(left + 1.5, top + 1.9, f"<b>{one.place.title}</b>", size=13)
    if one.stock is not None:
        text = f"<b>{plain_number(one.stock, 0)}</b>"
        yield _text(left + WIDTH - 1.5, top + 4.0, text, size=15, anchor="right")
    if one.days is not None:
        yield _text(left + 1.5, top + 4.4, f"{figure(one.days, 'days')}", colour=MUTED)
    if one.rate is not None:
        text = f"▼ {plain_number(one.rate, 0)} {one.place.passed}"
        if one.place.row == LAST:
            yield _text(left + 1.5, top + 4.4, text, colour=MUTED)
        else:
            following = (BOX + ROW) / 2
            if one.place is CONVENTIONAL[1]:
                following += ROW / 2  # the conventional way has no budget to agree: the arrow is longer
            yield _text(left + WIDTH / 2, top + following, text, colour=INK, anchor="center")


def _text(
    x: float, y: float, text: str, *, size: int = 12, colour: str = INK, anchor: str = "left"
) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": text, "showarrow": False, "xanchor": anchor, "yanchor": "middle",
        "font": {"size": size, "color": colour}, "align": "left",
    }  # fmt: skip


def _row(one: Seen) -> tuple[Value, ...]:
    return (ARMS[one.arm], one.place.title, one.stock, one.days, one.rate, one.place.passed)


def _spoken(one: Seen) -> str:
    parts = [f"{ARMS[one.arm]}, {one.place.title.lower()}:"]
    if one.stock is not None:
        parts.append(f"{plain_number(one.stock, 0)} people")
    if one.days is not None:
        parts.append(f"{figure(one.days, 'days')} for this step")
    if one.rate is not None:
        parts.append(f"{plain_number(one.rate, 0)} {one.place.passed} in the month")
    return f"{parts[0]} {', '.join(parts[1:]) or 'nobody'}"


def _alt(seen: list[Seen], month: str) -> str:
    return f"The pathways in {month_name(month)}. " + "; ".join(_spoken(one) for one in seen) + "."
