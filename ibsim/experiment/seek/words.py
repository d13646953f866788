"""The answer of a search in words, for the terminal and for the manifest."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ibsim.experiment.ranges import LeverRange
from ibsim.experiment.samples import Point
from ibsim.experiment.seek.asking import Answer, Asked
from ibsim.experiment.seek.front import Front
from ibsim.experiment.seek.least import Least
from ibsim.experiment.seek.targets import UNDECIDED, Finding, Target
from ibsim.experiment.seek.trials import Tried


def question(asked: Asked) -> list[str]:
    """What is sought, in a few lines."""
    percent = 100 * asked.rule.confidence
    lines = [f"{asked.scenario.name}: what meets, with {percent:g} percent confidence,"]
    lines += [f"  {target.name}{_unit(target)}" for target in asked.targets]
    lines += [f"  by {_range(lever)}" for lever in asked.levers]
    return lines


def conclusion(answer: Answer) -> list[str]:
    """The answer in sentences: what meets, what one step less gives, and what should be doubted."""
    if answer.least is not None:
        return [*_least(answer.asked, answer.least), *_bumps(answer.asked, answer.least)]
    assert answer.front is not None
    return _front(answer.asked, answer.front)


def tried_line(asked: Asked, tried: Tried) -> str:
    """One point as it was decided: `team_size 5: 81.3 (80.1 to 82.5); 6 replications: not met`."""
    place = ", ".join(_brief(lever, value) for lever, value in zip(asked.levers, tried.point, strict=True))
    return f"{place}: {gives(asked, tried)}; {len(tried.values)} replications: {tried.verdict}"


def gives(asked: Asked, tried: Tried) -> str:
    """The targets' numbers at a point."""
    pairs = zip(asked.targets, tried.findings, strict=True)
    if len(asked.targets) == 1:
        return _finding(asked.targets[0], tried.findings[0])
    return ", ".join(f"{_label(target)} {_finding(target, found)}" for target, found in pairs)


def at(asked: Asked, point: Point) -> str:
    """A point in words: its levers with units, and what it costs where costs were given."""
    levers = [f"{lever.name} = {lever.told(value)}" for lever, value in zip(asked.levers, point, strict=True)]
    return ", ".join(levers) + (f" (£{cost(asked, point):,.0f})" if asked.costs else "")


def cost(asked: Asked, point: Point) -> float:
    """Pounds that a point costs; 0 where no costs were given."""
    return sum(price * value for price, value in zip(asked.costs, point, strict=bool(asked.costs)))


def _least(asked: Asked, least: Least) -> Iterator[str]:
    lever = asked.levers[0]
    which = "least" if lever.first <= lever.last else "greatest"
    fewer = "less" if which == "least" else "more"
    many = "targets" if len(asked.targets) > 1 else "target"
    if least.found is None:
        yield f"No value from {lever.low:g} to {lever.high:g} is shown to meet the {many}."
        best = least.best
        yield f"The nearest is {at(asked, best.point)}, which gives {gives(asked, best)}: {best.verdict}."
        return
    yield (
        f"Answer: {at(asked, least.found.point)}, the {which} that is shown to meet the {many}; "
        f"it gives {gives(asked, least.found)}."
    )
    if least.before is None:
        yield f"It is the first value of the range; whether {fewer} would do was not asked."
        return
    step = abs(least.found.point[0] - least.before.point[0])
    verdict: str = least.before.verdict
    if verdict == UNDECIDED:
        verdict += f" after {len(least.before.values)} replications; it may do, but is not shown to"
    yield f"One step {fewer} (by {step:g}) gives {gives(asked, least.before)}: {verdict}."


def _bumps(asked: Asked, least: Least) -> Iterator[str]:
    for turn in least.turns:
        one, two = turn.before, turn.after
        yield (
            f"Not monotone: {_label(turn.target)} turns between {one.point[0]:g} and {two.point[0]:g} "
            f"({gives(asked, one)}; {gives(asked, two)}): "
            "between the values tried others may do."
        )
    for tried in least.relapses:
        yield (
            f"Not monotone: {tried.point[0]:g} is shown not to meet ({gives(asked, tried)}), "
            "though an earlier value of the range does."
        )


def _front(asked: Asked, front: Front) -> list[str]:
    if not front.points:
        best = front.best
        return [
            "No combination that was tried is shown to meet every target.",
            f"The nearest is {at(asked, best.point)}, which gives {gives(asked, best)}: {best.verdict}.",
        ]
    lines = [
        f"{len(front.points)} combinations meet every target and cannot be bettered in all levers at once:"
        if len(front.points) > 1
        else "One combination meets every target, and no other that was tried betters it:"
    ]
    lines += [f"  {at(asked, tried.point)}: {gives(asked, tried)}" for tried in front.points]
    if asked.costs:
        lines.append(f"The cheapest is {at(asked, front.points[0].point)}.")
    if not front.is_complete:
        lines.append("The search ended at its number of points; a larger --points may better some of these.")
    if front.contradictions:
        one, two = front.contradictions[0]
        lines.append(
            f"Not monotone: {at(asked, one.point)} meets and {at(asked, two.point)} is shown not to, "
            "so the front holds for what was tried only."
        )
    return lines


def _finding(target: Target, found: Finding) -> str:
    if target.percent is not None:
        hits = round(found.value * found.replications / 100)
        return f"{hits} of {found.replications} replications meet it (mean {_number(target, found.mean)})"
    if math.isnan(found.mean):
        return "nobody counts"
    low, high = _number(target, found.ci_low), _number(target, found.ci_high)
    return f"{_number(target, found.mean)} ({low} to {high})"


def _number(target: Target, value: float) -> str:
    """A number with a digit or two more than its limit needs."""
    size = max(abs(target.limit), abs(value))
    return f"{value:,.0f}" if size >= 1000 else f"{value:,.1f}" if size >= 10 else f"{value:.3g}"


def _label(target: Target) -> str:
    return target.output.label if target.output is not None else target.name


def _unit(target: Target) -> str:
    unit = target.output.about.unit if target.output is not None else ""
    return f" ({unit})" if unit else ""


def _brief(lever: LeverRange, value: float) -> str:
    parts = lever.name.split(".")
    return f"{'.'.join(parts[1:])} {value:g}"


def _range(lever: LeverRange) -> str:
    grid: Sequence[float] = lever.grid()
    step = abs(grid[1] - grid[0])
    unit = f" {lever.unit}" if lever.unit and not lever.scaled else ""
    since = f", from {lever.dates[1]} on" if lever.dates else ""
    return f"{lever.name} from {lever.first:g} to {lever.last:g}{unit} in steps of {step:g}{since}"
