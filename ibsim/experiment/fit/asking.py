"""A fit as the user asked for it, from the texts of the command line, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ibsim.errors import InputError
from ibsim.experiment.fit.figures import Figure, read_figures
from ibsim.experiment.fit.fitting import Effort, Found, Problem, fit, usual_effort
from ibsim.experiment.fit.knowing import Agreement, Knowledge, agreements, knowledge
from ibsim.experiment.modelling import Run, ScenarioModel
from ibsim.experiment.outputs import run_years
from ibsim.experiment.ranges import LeverRange, check_ranges, parse_range, present
from ibsim.experiment.samples import Floats, Point, Samples
from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.varied import tidy

MOST_LEVERS = 10


@dataclass(frozen=True)
class Asked:
    """What is fitted to what; `name` and `sets` are as for `load`, `data` is the table of figures."""

    name: str
    sets: tuple[str, ...]
    scenario: ResolvedScenario
    data: Path
    figures: tuple[Figure, ...]
    levers: tuple[LeverRange, ...]
    effort: Effort


@dataclass(frozen=True)
class Answer:
    """What was found, what is known of it, how each figure agrees; `samples` holds every point run."""

    asked: Asked
    found: Found
    known: Knowledge
    agreements: tuple[Agreement, ...]
    samples: Samples

    @property
    def sets(self) -> list[str]:
        """The levers at the best point, as `--set` would be given them."""
        levers = zip(self.asked.levers, self.found.point, strict=True)
        return [text for lever, value in levers for text in lever.sets(value)]


def ask(
    name: str, sets: Sequence[str], data: Path, fits: Sequence[str], *, hold_every: int, seed: int
) -> Asked:
    """Read and check everything before anything is run; InputError says what cannot be used."""
    scenario = load(name, sets)
    figures = read_figures(data, run_years(scenario.calendar), hold_every)
    if not fits or len(fits) > MOST_LEVERS:
        rule = f"a fit has 1 to {MOST_LEVERS} levers or rows of evidence"
        raise InputError("--fit", f"{len(fits)} of them", rule, "give --fit PATH=FROM..TO")
    levers = tuple(parse_range(text, "--fit", scenario) for text in fits)
    check_ranges(name, sets, levers, "--fit")
    use = sum(not figure.held for figure in figures)
    if use < len(levers):
        found = f"{use} figures to fit {len(levers)} levers to, {len(figures) - use} held back"
        remedy = "give more figures, fit fewer levers, or hold nothing back (--hold-every 0)"
        raise InputError(str(data), found, "there are at least as many figures as levers", remedy)
    return Asked(name, tuple(sets), scenario, data, figures, levers, usual_effort(len(levers), seed))


def answer(asked: Asked, run: Run, on_wave: Callable[[str], None] = lambda text: None) -> Answer:
    """Fit, running replications through `run`; InputError for a figure about people who are not there."""
    model = ScenarioModel(asked.name, asked.sets, asked.levers, [one.output for one in asked.figures], run)

    def evaluate(point: Point, numbers: Sequence[int]) -> Floats:
        values = model(point, numbers)
        for column, figure in enumerate(asked.figures):
            if np.isnan(values[:, column]).all():
                rule = "a figure is about people who are there, at every value of the levers"
                found = f"nobody counts for {figure.output.label} in the model"
                raise InputError(figure.where, found, rule, "take the figure out, or change the scenario")
        return values

    samples = Samples(evaluate)
    problem = Problem(
        values=np.array([figure.value for figure in asked.figures]),
        errors=np.array([figure.uncertainty for figure in asked.figures]),
        fitted=np.array([not figure.held for figure in asked.figures]),
        home=np.array([_home(lever, asked.scenario) for lever in asked.levers]),
        point=lambda place: tuple(at(lever, one) for lever, one in zip(asked.levers, place, strict=True)),
    )
    found = fit(samples, problem, asked.effort, on_wave)
    known = knowledge(problem, found)
    return Answer(asked, found, known, tuple(agreements(problem, found, known)), samples)


def _home(lever: LeverRange, scenario: ResolvedScenario) -> float:
    """Where the scenario stands in a lever's range: in its middle where it cannot be said."""
    value = present(lever, scenario)
    if value is None:
        return 0.5
    return min(max((value - lever.low) / (lever.high - lever.low), 0.0), 1.0)


def at(lever: LeverRange, place: float) -> float:
    """The value at a place from 0 to 1 of a lever's range, to six digits, whole where it has to be."""
    value = lever.low + float(place) * (lever.high - lever.low)
    return float(round(value) if lever.whole and not lever.scaled else tidy(value))
