"""What drives the answer: sensitivity, what the scenario sets, and why scenarios differ lever by lever."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from ibsim.evidence import Evidence
from ibsim.results.reading import StoredFolder, StoredRun
from ibsim.results.report.charts import Bar, Bars, bars
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.drawing import amount
from ibsim.results.report.markup import Cells, Markup, element, grid, paragraph, together
from ibsim.results.workbook.standing import levers_table
from ibsim.scenario.catalogue import Lever, catalogue
from ibsim.scenario.model import Levers
from ibsim.units import GROUPS

MOST_FACTORS = 12
Row = dict[str, str]


def drivers(contents: Contents, evidence: Evidence) -> Iterator[Part]:
    """What drives the answer, as far as it was asked, and what the scenario changes."""
    body = [
        *_sensitivity(contents.sensitivity),
        *(part for n, folder in enumerate(contents.comparisons) for part in _waterfalls(folder, n)),
    ]
    if not body:
        text = (
            "No sensitivity study was given (--sensitivity FOLDER of ibsim sensitivity). Below stands "
            "what the scenario sets itself; everything else is the evidence's default."
        )
        body.append(paragraph(text))
    for run in contents.runs:
        body.append(_stated(run, evidence))
    yield Part("drivers", "What drives it", together(*body))


def _sensitivity(folder: StoredFolder | None) -> Iterator[Markup]:
    if folder is None:
        return
    yield paragraph(
        f"From the sensitivity study of “{folder.name}”: each assumption or lever is moved alone over its "
        "range, with everything else as it stands. The widest bars matter most."
    )
    rows = folder.table("sensitivity.csv")
    for number, (labels, factors) in enumerate(groupby(rows, key=_output)):
        yield _tornado(f"tornado-{number}", labels, list(factors))
    decisions: list[Cells] = [
        [
            row["target"], "met" if row["met"] == "yes" else "not met",
            row["factor"] or "nothing alone", row["end"], row["turns_at"],
        ]
        for row in folder.table("decisions.csv")
    ]  # fmt: skip
    if decisions:
        heads = ("target", "as it stands", "what turns it round", "at", "from")
        yield grid("What alone would turn a decision round", heads, decisions, text=range(5))


def _output(row: Row) -> tuple[str, str]:
    labels = [row[name] for name in ("group", "arm", "year") if row[name] != "all"]
    return row["metric"] + (f" ({', '.join(labels)})" if labels else ""), row["unit"]


def _tornado(id: str, output: tuple[str, str], rows: Sequence[Row]) -> Markup:
    base = float(rows[0]["as_it_stands"] or "nan")
    known = [row for row in rows if row["at_low"] and row["at_high"]]
    moving = [row for row in known if row["at_low"] != row["at_high"]][:MOST_FACTORS]
    if not moving or math.isnan(base):
        return paragraph(f"Nothing that was moved alone changes {output[0]}.")
    drawn = []
    for row in moving:
        ends = sorted((float(row["at_low"]), float(row["at_high"])))
        said = f"{amount(float(row['at_low']))} to {amount(float(row['at_high']))}"
        drawn.append(Bar(_plain(row["factor"]), ends[0], ends[1], said))
    words = (
        f"As it stands {amount(base)} {output[1]} (the upright line). Beside each bar stand the values "
        "with the factor at the low and at the high end of its range."
    )
    heads = ("factor", "at the low end to at the high end")
    return bars(id, Bars(f"What moves {output[0]}", output[1], words, tuple(drawn), heads, base))


def _waterfalls(folder: StoredFolder, number: int) -> Iterator[Markup]:
    """Why each scenario of a comparison differs from the first, for the metric that it is ranked by."""
    metric = str(folder.manifest.get("objective", {}).get("metric", ""))
    rows = [row for row in folder.table("waterfall.csv") if row["metric"] == metric]
    for place, (label, steps) in enumerate(groupby(rows, key=lambda row: row["scenario"])):
        drawn = list(_steps(list(steps), _plain(label)))
        if len(drawn) > 2:
            words = (
                "From the level of the first scenario to that of the other, changing its levers one after "
                "the other with the same dice; another order shares the same sum out otherwise."
            )
            title = f"Why {metric} differs: {_plain(label)}"
            unit = rows[0]["unit"]
            chart = Bars(title, unit, words, tuple(drawn), ("step", unit))
            yield bars(f"waterfall-{number}-{place}", chart)


def _steps(rows: Sequence[Row], label: str) -> Iterator[Bar]:
    if any(not row["level"] for row in rows):
        return
    first, *others = rows
    level = float(first["level"])
    yield Bar(_plain(first["levers"]), 0.0, level, amount(level), whole=True)
    for row in others:
        after = float(row["level"])
        low, high = (float(row[name] or "nan") for name in ("ci_low", "ci_high"))
        half = (high - low) / 2
        said = f"{after - level:+,.1f}" + ("" if math.isnan(half) else f" ± {amount(half)}")
        yield Bar(_plain(row["levers"]), level, after, said, after - half, after + half)
        level = after
    yield Bar(label, 0.0, level, amount(level), whole=True)


def _plain(text: str) -> str:
    """A text of a CSV file without the apostrophe that guards it from spreadsheets."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r"} else text


def _stated(run: StoredRun, evidence: Evidence) -> Markup:
    """What the scenario and its parents set, beside what the evidence would have it."""
    known = {".".join(path): lever for path, lever in catalogue(Levers).items()}
    rows: list[Cells] = []
    for (path, since, meaning), told in _settings(run).items():
        named = together(element("code", path), f" {meaning}")
        rows.append([named, since, ", ".join(told), _default(path, known, evidence)])
    lineage = " from ".join(str(name) for name in run.manifest["scenario"]["lineage"])
    note = paragraph(
        f"The scenario {lineage} sets what follows; every other lever has the evidence’s default."
    )
    heads = ("lever", "from", "value", "evidence’s default")
    table = grid(f"What the scenario sets: {run.name}", heads, rows, text=(0, 1, 2, 3), class_="log")
    return together(element("h3", f"What the scenario sets: {run.name}"), note, *([table] if rows else []))


def _settings(run: StoredRun) -> dict[tuple[str, str, str], list[str]]:
    """What the scenario sets, by path, first day and meaning; an entry of a list is one setting."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for path, since, value, unit, said, meaning in levers_table(run.manifest["scenario"]).rows:
        if said == "yes":
            parts = str(path).split(".")
            count = next((n for n, part in enumerate(parts, 1) if part.isdecimal()), len(parts))
            name = f"{parts[-1]} " if count < len(parts) else ""
            in_unit = f" {unit}" if unit and unit not in ("date", "choice") and not name else ""
            key = ".".join(parts[:count]), str(since), str(meaning or "")
            found.setdefault(key, []).append(f"{name}{_text(value)}{in_unit}")
    return found


def _default(path: str, known: dict[str, Lever], evidence: Evidence) -> str:
    """The value that the evidence gives the lever at a path; empty where the evidence has no word on it."""
    parts = path.split(".")
    count = next(n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in known)
    lever = known[".".join(parts[:count])]
    group = parts[count] if count < len(parts) and parts[count] in GROUPS else ""
    said = lever.evidence and (group or not lever.by_group)
    return _text(lever.default(evidence, group)) if said else ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return amount(value) if isinstance(value, float) else str(value)
