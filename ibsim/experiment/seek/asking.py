"""A search as the user asked for it, from the texts of the command line, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ibsim.errors import InputError
from ibsim.experiment.modelling import Run, ScenarioModel
from ibsim.experiment.outputs import run_years
from ibsim.experiment.ranges import LeverRange, check_ranges, parse_range
from ibsim.experiment.seek.front import Front, front
from ibsim.experiment.seek.least import Least, least
from ibsim.experiment.seek.targets import Target, fewest, parse_target
from ibsim.experiment.seek.trials import Rule, Trials, Tried, usual_rule
from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.problems import quote

MOST_LEVERS = 6
POINTS_PER_LEVER = 24
"""Points that a search over several levers may try, for each lever, unless the user says otherwise."""


@dataclass(frozen=True)
class Asked:
    """What is sought: levers over their ranges, targets that must all be met, the rule that decides.

    `costs` has pounds a unit of each lever where any were given, else it is empty; `name` and `sets` are as
    for `load`.
    """

    name: str
    sets: tuple[str, ...]
    scenario: ResolvedScenario
    levers: tuple[LeverRange, ...]
    targets: tuple[Target, ...]
    costs: tuple[float, ...]
    rule: Rule
    points: int
    seed: int


@dataclass(frozen=True)
class Answer:
    """What a search found: `least` for one lever, `front` for several; `tried` in the order of trying."""

    asked: Asked
    least: Least | None
    front: Front | None
    tried: tuple[Tried, ...]
    replications: int


@dataclass(frozen=True)
class Wish:
    """The options of the command, unread."""

    levers: Sequence[str]
    targets: Sequence[str]
    costs: Sequence[str] = ()
    confidence_percent: float = 95.0
    most_replications: int | None = None
    points: int | None = None
    since: date | None = None
    seed: int = 1


def ask(name: str, sets: Sequence[str], wish: Wish) -> Asked:
    """Read and check everything before anything is run; InputError says what cannot be used."""
    scenario = load(name, sets)
    _check_wish(wish)
    levers = tuple(parse_range(text, "--lever", scenario, wish.since) for text in wish.levers)
    check_ranges(name, sets, levers, "--lever")
    years = run_years(scenario.calendar)
    targets = tuple(parse_target(text, years) for text in wish.targets)
    rule = usual_rule(wish.confidence_percent / 100, targets, wish.most_replications)
    _check_shares(targets, rule)
    points = wish.points or POINTS_PER_LEVER * len(levers)
    costs = _costs(wish.costs, levers)
    return Asked(name, tuple(sets), scenario, levers, targets, costs, rule, points, wish.seed)


def answer(asked: Asked, run: Run, on_tried: Callable[[Tried], None] = lambda tried: None) -> Answer:
    """Search, running replications through `run`; `on_tried` is called with each point that is decided.

    Raises InputError where nobody counts for a target at any point.
    """
    outputs = [target.output for target in asked.targets if target.output is not None]
    model = ScenarioModel(asked.name, asked.sets, asked.levers, outputs, run)
    trials = Trials(model, asked.targets, asked.rule, on_tried)
    grids = [lever.grid() for lever in asked.levers]
    one = many = None
    if len(grids) == 1:
        one = least(trials, grids[0])
    else:
        many = front(trials, grids, asked.costs or (0.0,) * len(grids), asked.points, asked.seed)
    _refuse_empty(trials)
    return Answer(asked, one, many, tuple(trials.tried.values()), trials.samples.replications)


def _check_wish(wish: Wish) -> None:
    if not wish.levers or len(wish.levers) > MOST_LEVERS:
        rule = f"a search has 1 to {MOST_LEVERS} levers"
        remedy = "give --lever PATH=FIRST..LAST"
        raise InputError("--lever", f"{len(wish.levers)} levers", rule, remedy)
    if not wish.targets:
        raise InputError("--target", "no target", "a search has at least one target", "give --target")
    if not 50 <= wish.confidence_percent < 100:
        rule = "the confidence lies from 50 to below 100 percent"
        raise InputError("--confidence", f"{wish.confidence_percent:g}", rule, "write for instance 95")


def _check_shares(targets: Sequence[Target], rule: Rule) -> None:
    """Refuse a share that could not be shown even if every replication met its limit."""
    for target in targets:
        needed = fewest(target.percent, rule.doubt) if target.percent is not None else 0
        if needed > rule.looks[-1]:
            rule_text = f"to show it takes at least {needed} replications at a point, all of them meeting it"
            found = f"at most {rule.looks[-1]} replications"
            raise InputError(f"--target {target.name}", found, rule_text, "raise --most-replications")


def _costs(texts: Sequence[str], levers: Sequence[LeverRange]) -> tuple[float, ...]:
    """Pounds a unit of each lever, 0 where none is given; empty where none is given at all."""
    given: dict[str, float] = {}
    for text in texts:
        path, _, price = text.partition("=")
        where, rule = f"--cost {quote(text)[1:-1]}", "a cost is written PATH=POUNDS, for a unit of a --lever"
        try:
            given[path.strip().removesuffix("*")] = float(price)
        except ValueError:
            raise InputError(where, quote(price), rule, "write a number of pounds") from None
        if not 0 <= float(price) < 1e12:
            raise InputError(where, quote(price), "a cost is not negative", "write a number of pounds")
    for path in given:
        lever = next((lever for lever in levers if lever.path == path), None)
        if lever is None:
            rule = "a cost belongs to a lever of the search"
            raise InputError(f"--cost {path}", "a lever that is not sought", rule, "name one of the --lever")
        if lever.first > lever.last:
            found, rule = f"{lever.first:g}..{lever.last:g}", "a lever with a cost is sought from its low end"
            raise InputError(f"--cost {path}", found, rule, "turn the range round")
    return tuple(given.get(lever.path, 0.0) for lever in levers) if given else ()


def _refuse_empty(trials: Trials) -> None:
    """A target for which nobody counts anywhere is a slip in its labels, not an answer."""
    import numpy as np

    for column, target in enumerate(trials.targets):
        if all(np.isnan(tried.values[:, column]).all() for tried in trials.tried.values()):
            rule = "a target is about people who are there"
            remedy = "name another group, arm or year, or a scenario that has them"
            raise InputError(f"--target {target.name}", "nobody counts at any value tried", rule, remedy)
