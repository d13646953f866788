"""`--set path=value`: one lever changed from the command line, in the scenario's own words."""

from __future__ import annotations

from collections.abc import Iterable

from ibsim.policy.lever import Settings
from ibsim.scenario.dated import spread
from ibsim.scenario.problems import quote, refuse
from ibsim.scenario.tree import Mark, Node, parse

_RULE = "--set takes path=value, like workforce.support_planners_fte=8 or rollout.waves.0.share_percent=50"


def apply_sets(root: Node, sets: Iterable[str], model: type[Settings]) -> Node:
    """The tree with each `path=value` put in, in order; values are written as in a scenario file.

    Numbers in a path pick an item of a list, counted from 0.  Whether the path is a lever is found when
    the levers are validated; `ScenarioError` here is for a text that is no path=value.
    """
    for text in sets:
        shown = f"--set {quote(text)[1:-1]}"
        path, equals, value = text.partition("=")
        steps = _steps(path.strip())
        if not equals or not all(steps) or steps == ["extends"]:
            found = quote(text) if steps != ["extends"] else "`extends`, which belongs to the file"
            refuse(shown, found, _RULE, "write path=value")
        changed = _put(root, steps, parse(value, shown, line=0), Mark(shown, 0))
        # A later --set may name one group of what this one gave to all.
        root = spread(changed, model)
    return root


def _steps(path: str) -> list[str]:
    first, _, rest = path.partition(".")
    if first == "evidence":
        return [first, rest] if rest else [first]
    steps = path.split(".")
    # The roll-out may be written as the bare list of its waves, in a path as in a file.
    if first == "rollout" and len(steps) > 1 and steps[1].isdecimal():
        steps.insert(1, "waves")
    return steps


def _put(node: Node, steps: list[str], value: Node, mark: Mark) -> Node:
    if not steps:
        return Node(value.value, mark)
    step, rest = steps[0], steps[1:]
    if isinstance(node.value, list):
        if not (step.isascii() and step.isdecimal() and len(step) < 7 and int(step) < len(node.value)):
            count = len(node.value)
            rule = f"the items of this list are 0 to {count - 1}" if count else "this list has no items"
            refuse(mark, quote(step), rule, "name an item by its number, or set the whole list")
        items = list(node.value)
        items[int(step)] = _put(items[int(step)], rest, value, mark)
        return Node(items, node.mark)
    entries = dict(node.value) if isinstance(node.value, dict) else {}
    entries[step] = _put(entries.get(step, Node({}, mark)), rest, value, mark)
    return Node(entries, node.mark)
