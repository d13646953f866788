"""Points tried: replications are added at a point until each target is decided there, or to a limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ibsim.experiment.samples import Evaluate, Floats, Point, Samples
from ibsim.experiment.seek.targets import MET, NOT_MET, UNDECIDED, Finding, Target, Verdict, fewest, find

FIRST_LOOK = 6
USUAL_LOOKS = 5
"""Six replications, doubled four times: 96 at most."""
MOST_LOOKS = 14


@dataclass(frozen=True)
class Rule:
    """When a point is decided: `confidence` (0..1) of each statement, `looks` at growing replications."""

    confidence: float
    looks: tuple[int, ...]

    @property
    def doubt(self) -> float:
        """The chance that a one-sided bound at one look is wrong.

        It is shared out among the looks (Bonferroni), because looking again after each doubling would
        otherwise find a false 'met' several times as often as the confidence says.
        """
        return (1 - self.confidence) / len(self.looks)


def usual_rule(confidence: float, targets: Sequence[Target], most: int | None = None) -> Rule:
    """Looks at 6, 12, 24, ... replications, up to `most`.

    Without `most` there are five, or as many as a target on a share of replications needs to be shown.
    """
    looks = [FIRST_LOOK * 2**number for number in range(MOST_LOOKS)]
    if most is not None:
        return Rule(confidence, (*(look for look in looks if look < most), most))
    shares = [target.percent for target in targets if target.percent is not None]
    for count in range(USUAL_LOOKS, MOST_LOOKS):
        rule = Rule(confidence, tuple(looks[:count]))
        # Twice what it takes when none fails, so that one or two failures can be afforded.
        if all(2 * fewest(share, rule.doubt) <= rule.looks[-1] for share in shares):
            break
    return rule


@dataclass(frozen=True)
class Tried:
    """A point with what was found there for each target; `values` are float64[replications, targets]."""

    point: Point
    findings: tuple[Finding, ...]
    values: Floats
    verdict: Verdict


class Trials:
    """The points tried so far, by point, in the order in which they were tried."""

    def __init__(
        self,
        evaluate: Evaluate,
        targets: Sequence[Target],
        rule: Rule,
        on_tried: Callable[[Tried], None] = lambda tried: None,
    ) -> None:
        self.samples = Samples(evaluate)
        self.targets, self.rule, self._on_tried = tuple(targets), rule, on_tried
        self.tried: dict[Point, Tried] = {}

    def decide(self, point: Point) -> Tried:
        """Run a point until all targets are met, one is not, or the last look is taken."""
        if point not in self.tried:
            for look in self.rule.looks:
                found = self._look(point, look)
                if found.verdict != UNDECIDED:
                    break
            self.tried[point] = found
            self._on_tried(found)
        return self.tried[point]

    def met(self) -> list[Tried]:
        """The points at which all targets are shown to be met."""
        return [tried for tried in self.tried.values() if tried.verdict == MET]

    def shortfall(self, tried: Tried) -> float:
        """How far a point is from its worst target, in shares of the limit; below 0 where it meets."""
        gaps = []
        for target, found in zip(self.targets, tried.findings, strict=True):
            if target.percent is not None:
                gaps.append((target.percent - found.value) / 100)
            else:
                gap = target.limit - found.value if target.at_least else found.value - target.limit
                gaps.append(gap / (abs(target.limit) or 1.0))
        return max(np.inf if np.isnan(gap) else gap for gap in gaps)

    def _look(self, point: Point, look: int) -> Tried:
        values = self.samples.first(point, look)
        columns = zip(self.targets, values.T, strict=True)
        findings = tuple(find(target, column, self.rule.doubt) for target, column in columns)
        verdicts = {found.verdict for found in findings}
        verdict = NOT_MET if NOT_MET in verdicts else UNDECIDED if UNDECIDED in verdicts else MET
        return Tried(point, findings, values, verdict)
