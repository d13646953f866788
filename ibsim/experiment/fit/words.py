"""What a fit found, in words and tables for the terminal and the manifest."""

from __future__ import annotations

from collections.abc import Iterator

from ibsim.experiment.fit.asking import Answer, Asked, at
from ibsim.experiment.fit.knowing import Agreement, Tangle
from ibsim.experiment.ranges import LeverRange, present

FAR = 2.0
"""A figure so many standard errors away is called far from the model."""


def conclusion(answer: Answer) -> list[str]:
    """What was fitted and how well, what stays unknown, and what the figures held back say."""
    return [*_levers(answer), *_unknown(answer), *_misfit(answer), *_held(answer)]


def table(answer: Answer) -> list[tuple[str, ...]]:
    """Each figure beside the model, as text: figure, data, model, difference in standard errors, use."""
    rows: list[tuple[str, ...]] = [("figure", "data", "model", "standard errors", "")]
    for figure, row in zip(answer.asked.figures, answer.agreements, strict=True):
        use = "held back" if figure.held else "fitted"
        far = ", far" if abs(row.difference) > FAR else ""
        rows.append(
            (
                figure.output.label,
                _number(figure.value),
                _number(row.model),
                f"{row.difference:+.1f}",
                use + far,
            )
        )
    return rows


def interval(answer: Answer, lever: int) -> tuple[float, float, float]:
    """A lever's value with the ends of its 95 percent interval."""
    one, known = answer.asked.levers[lever], answer.known.levers[lever]
    return answer.found.point[lever], at(one, known.low), at(one, known.high)


def _levers(answer: Answer) -> Iterator[str]:
    for number, lever in enumerate(answer.asked.levers):
        value, low, high = interval(answer, number)
        known = answer.known.levers[number]
        span = f"{_number(low)} to {_number(high)}"
        was = present(lever, answer.asked.scenario)
        before = f" (the scenario has {_number(was)})" if was is not None and not lever.scaled else ""
        text = f"{lever.name} = {lever.told(float(_plain(value)))}"
        if not known.found:
            yield f"{text}{before}: not found, the figures allow all of {span}."
        else:
            yield f"{text}, 95 percent interval {span}{before}."
        if known.found and known.at_edge:
            ends = f"{_number(lever.low)} to {_number(lever.high)}"
            yield f"It lies at the edge of its range, {ends}; widen that."


def _unknown(answer: Answer) -> Iterator[str]:
    for tangle in answer.known.tangles:
        names = [answer.asked.levers[lever].name for lever in tangle.levers]
        if len(names) == 1:
            yield f"The figures say nothing about {names[0]}."
        elif tangle.open:
            trade = _trade(answer, tangle)
            yield f"Cannot be told apart: {' and '.join(names)}; only together are they known{trade}."
        else:
            yield f"Hard to tell apart: {' and '.join(names)}; their errors go together."


def _trade(answer: Answer, tangle: Tangle) -> str:
    """How one of two levers makes up for the other."""
    if len(tangle.levers) != 2 or len(tangle.shares) != 2:
        return ""
    one, other = (answer.asked.levers[lever] for lever in tangle.levers)
    steps = [
        share * (lever.high - lever.low) for share, lever in zip(tangle.shares, (one, other), strict=True)
    ]
    rate = steps[1] / steps[0]
    word = "more" if rate > 0 else "less"
    return (
        f" (one unit more of the first with {_number(abs(rate))} {word} of the second changes no figure much)"
    )


def _misfit(answer: Answer) -> Iterator[str]:
    found, known = answer.found, answer.known
    fitted = _rows(answer, held=False)
    near = sum(abs(row.difference) <= FAR for row in fitted)
    yield f"{near} of the {len(fitted)} fitted figures lie within {FAR:g} standard errors of the model."
    if known.stretch > 1:
        yield (
            f"Together they fit worse than chance allows (chi-square {found.misfit:.1f} on {found.freedom}): "
            "the model lacks something that these figures show, or some of them count otherwise. The "
            f"intervals are {known.stretch:.1f} times as wide for it, which does not make the model right."
        )


def _held(answer: Answer) -> Iterator[str]:
    held = _rows(answer, held=True)
    if not held:
        yield "No figure was held back, so nothing tests the fit."
        return
    near = sum(abs(row.difference) <= FAR for row in held)
    yield f"Of {len(held)} figures held back from the fit, {near} lie within {FAR:g} standard errors."


def _rows(answer: Answer, held: bool) -> list[Agreement]:
    pairs = zip(answer.asked.figures, answer.agreements, strict=True)
    return [row for figure, row in pairs if figure.held is held]


def question(asked: Asked) -> list[str]:
    """What is fitted to what."""
    held = sum(figure.held for figure in asked.figures)
    use = f"{len(asked.figures) - held} figures of {asked.data.name}, {held} held back"
    first = f"{asked.scenario.name}: fitting {len(asked.levers)} levers to {use}"
    return [first, *(f"  {_range(lever)}" for lever in asked.levers)]


def _range(lever: LeverRange) -> str:
    unit = f" {lever.unit}" if lever.unit and not lever.scaled else ""
    return f"{lever.name} from {_number(lever.low)} to {_number(lever.high)}{unit}"


def _plain(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
