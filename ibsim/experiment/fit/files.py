"""The result folder of a fit: fitted scenario and evidence, every figure, lever and point, the manifest."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from ibsim.evidence.rows import COLUMNS as PACK_COLUMNS
from ibsim.evidence.rows import plain
from ibsim.experiment.fit.asking import Answer
from ibsim.experiment.fit.fitting import means
from ibsim.experiment.fit.words import conclusion, interval
from ibsim.experiment.varying import lever_steps
from ibsim.results.manifest import study_manifest
from ibsim.results.seal import write_manifest
from ibsim.results.textfiles import csv_text, number, text_cell
from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.shipped import shipped_folder

DECIMALS = 6
SCENARIO = "fitted.yaml"


class _Plain(yaml.SafeDumper):
    """Writes every value out: scenarios know no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_fit(folder: Path, answer: Answer, target: Path, seconds: float, jobs: int) -> None:
    """Write the files into a folder that exists and will become `target`."""
    pack = evidence_csv(answer)
    if pack:
        _write(folder / "parameters.csv", pack)
    _write(folder / SCENARIO, scenario_text(answer, target))
    _write(folder / "figures.csv", _figures(answer))
    _write(folder / "levers.csv", _levers(answer))
    _write(folder / "points.csv", _points(answer))
    metrics = dict.fromkeys(figure.output.metric for figure in answer.asked.figures)
    tree = study_manifest(folder, _what(answer), metrics, jobs, seconds)
    write_manifest(folder, tree)


def scenario_text(answer: Answer, target: Path) -> str:
    """A scenario that extends the one given, with what `--set` changed and the fitted levers and evidence."""
    asked = answer.asked
    sets = [*asked.sets, *answer.sets]
    tree = changed(load(asked.name, sets), sets)
    used = sum(not figure.held for figure in asked.figures)
    head = {
        "extends": _parent(asked.scenario.path, target),
        "name": f"{asked.scenario.name[:180]}, fitted",
        "why": f"Fitted to {used} figures of {asked.data.name}. {' '.join(conclusion(answer))}"[:3900],
    }
    note = "# Written by `ibsim fit`; figures.csv and levers.csv beside it say how well it fits.\n"
    body = yaml.dump(head | tree, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)
    return note + body


def changed(scenario: ResolvedScenario, sets: Sequence[str]) -> dict[str, Any]:
    """The parts of a scenario's tree that these settings touched: a lever, or the list that holds it."""
    out: dict[str, Any] = {}
    for text in sets:
        path = text.partition("=")[0].strip()
        section, _, rest = path.partition(".")
        steps: tuple[str | int, ...] = (section, rest) if section == "evidence" else lever_steps(path)
        there: Any = scenario.tree
        here: dict[str, Any] = out
        for step in steps[:-1]:
            if not isinstance(there[step], dict):
                break
            there, here = there[step], here.setdefault(str(step), {})
        else:
            step = steps[-1]
        here[str(step)] = there[step]
    return out


def evidence_csv(answer: Answer) -> str:
    """A pack with the fitted rows of the evidence and their intervals; empty where none was fitted."""
    rows = []
    evidence = answer.asked.scenario.evidence
    for place, lever in enumerate(answer.asked.levers):
        section, _, key = lever.path.partition(".")
        if section != "evidence":
            continue
        id, _, group = key.partition("/")
        value, low, high = interval(answer, place)
        spread = "normal" if answer.known.levers[place].found else "uniform"
        groups = [group] if group or "" in evidence.table[id] else list(evidence.table[id])
        reason = f"fitted by ibsim fit to {answer.asked.data.name}; low and high are the 95 percent interval"
        for one in groups:
            stated = evidence.row(id, one).value  # a pack is in its own prices, whatever the scenario's
            scale = stated if lever.scaled and isinstance(stated, float) else 1.0
            rows.append(
                [id, one, plain(value * scale), lever.unit, plain(low * scale),
                 plain(high * scale), spread, "assumed", answer.asked.data.name, "", reason]
            )  # fmt: skip
    return csv_text(PACK_COLUMNS, rows) if rows else ""


def essentials(answer: Answer, where: Path) -> dict[str, Any]:
    """What a program needs to know: where the results are, the levers with their intervals, the words."""
    return {"results": str(where), "name": answer.asked.scenario.name, **_found(answer)}


def _what(answer: Answer) -> dict[str, Any]:
    asked = answer.asked
    return {
        "study": "fit",
        "name": asked.scenario.name,
        "scenario": asked.name,
        "sets": asked.sets,
        "scenario_hash": asked.scenario.hash,
        "data": asked.data.name,
        "effort": vars(asked.effort),
        "replications": answer.samples.replications,
        **_found(answer),
    }


def _found(answer: Answer) -> dict[str, Any]:
    names = [lever.name for lever in answer.asked.levers]
    known = answer.known
    return {
        "levers": {
            name: dict(zip(("value", "low", "high"), interval(answer, place), strict=True))
            | {"found": known.levers[place].found, "at_edge": known.levers[place].at_edge}
            for place, name in enumerate(names)
        },
        "not_told_apart": [
            {"levers": [names[lever] for lever in tangle.levers], "open": tangle.open}
            for tangle in known.tangles
        ],
        "singular_values": known.singular_values,
        "chi_square": answer.found.misfit,
        "degrees_of_freedom": answer.found.freedom,
        "chance": known.chance,
        "intervals_widened_by": known.stretch,
        "words": conclusion(answer),
    }


def _figures(answer: Answer) -> str:
    columns = (
        "metric", "group", "arm", "year", "unit", "value", "uncertainty", "use", "model", "standard_error",
        "difference_in_standard_errors",
    )  # fmt: skip
    rows = []
    for figure, row in zip(answer.asked.figures, answer.agreements, strict=True):
        output = figure.output
        numbers = [number(value, DECIMALS) for value in (figure.value, figure.uncertainty)]
        labels = [text_cell(output.metric), output.group, output.arm, output.year, output.about.unit]
        found = [number(value, DECIMALS) for value in (row.model, row.error, row.difference)]
        rows.append([*labels, *numbers, "held back" if figure.held else "fitted", *found])
    return csv_text(columns, rows)


def _levers(answer: Answer) -> str:
    ends = ("range_low", "range_high")
    columns = ("lever", "unit", "value", "ci_low", "ci_high", "found", "at_edge", *ends)
    rows = []
    for place, lever in enumerate(answer.asked.levers):
        known = answer.known.levers[place]
        numbers = [plain(value) for value in interval(answer, place)]
        words = ["yes" if flag else "no" for flag in (known.found, known.at_edge)]
        unit = "times" if lever.scaled else lever.unit
        rows.append([text_cell(lever.name), unit, *numbers, *words, plain(lever.low), plain(lever.high)])
    return csv_text(columns, rows)


def _points(answer: Answer) -> str:
    """Every point that was run: its levers, its replications, the mean of each figure."""
    names = [text_cell(lever.name) for lever in answer.asked.levers]
    labels = [text_cell(figure.output.label) for figure in answer.asked.figures]
    return csv_text(("point", *names, "replications", *labels), _point_rows(answer))


def _point_rows(answer: Answer) -> Iterator[list[str]]:
    for place, (point, values) in enumerate(answer.samples.at.items(), 1):
        averages = [number(float(value), DECIMALS) for value in means(values)]
        yield [str(place), *map(plain, point), str(len(values)), *averages]


def _parent(path: Path, target: Path) -> str:
    """How the fitted scenario names the one it extends: a shipped one by name, another by where it is."""
    if path.resolve().is_relative_to(shipped_folder().resolve()):
        return path.stem
    return Path(os.path.relpath(path.absolute(), target.absolute())).as_posix()


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
