"""Files that each break one rule, made from the levers' own metadata: the message names both.

A file with a misspelt key has to be told the right one: at least 95 in 100 are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from ibsim.errors import ScenarioError
from ibsim.scenario import load
from ibsim.scenario.catalogue import Lever, catalogue, item_model, key_of, keys_at, words
from ibsim.scenario.extends import shipped_names
from ibsim.scenario.hints import split_unit
from ibsim.scenario.model import CalendarSettings, Levers
from ibsim.units import GROUPS
from tests.councils import Plain
from tests.counts import PROVING, at_push
from tests.hostile.legal import limits, outside
from tests.hostile.mutating import slip

Keys = tuple[str | int, ...]
LEVERS: dict[Keys, Lever] = {
    **{(*path,): lever for path, lever in catalogue(Levers).items()},
    **{("calendar", *path): lever for path, lever in catalogue(CalendarSettings).items()},
}
ITEMS: dict[Keys, tuple[Keys, dict[str, Any]]] = {
    ("rollout", "waves"): (
        ("rollout", "waves", 0), {"from": date(2006, 4, 1), "groups": ["OP"], "to": "everyone"}
    ),
    ("market", "providers", "listed"): (
        ("market", "providers", "listed", 0),
        {"name": "A", "service": "meals", "capacity_per_week": 90, "price_gbp": 3},
    ),
}  # fmt: skip
"""The lists whose items have keys of their own: where the first item is, and one that is legal."""
pytestmark = pytest.mark.counted
SLIPS = at_push(1, prove=30)
"""Misspellings of each key."""
RIGHT = 0.95


class Case(NamedTuple):
    """One rule broken: the path that the message names, what the scenario says, and words of the rule."""

    path: Keys
    tree: dict[str, Any]
    says: tuple[str, ...]

    def __str__(self) -> str:
        return f"{dotted(self.path)} {self.says}"


def dotted(path: Keys) -> str:
    return ".".join(map(str, path))


def tree_of(path: Keys, value: object) -> dict[str, Any]:
    """A scenario's tree with a value at one place; a number in the path is a list of that one item."""
    out: Any = value
    for step in reversed(path):
        out = [out] if isinstance(step, int) else {step: out}
    return dict(out)


def message(folder: Path, tree: dict[str, Any]) -> ScenarioError:
    """What a file of this tree meets."""
    path = folder / "broken.yaml"
    text = yaml.dump({"name": "n", "why": "w"} | tree, Dumper=Plain, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value


# --- values -----------------------------------------------------------------------------------------


def wrongs(lever: Lever) -> list[tuple[object, tuple[str, ...]]]:
    """Values that a lever must refuse, each with what the rule has to say."""
    bounds = tuple(f"{limit:,}" for limit in _numbers(lever))
    if lever.kind in (int, float):
        noun = "a whole number" if lever.kind is int else "a number"
        out: list[tuple[object, tuple[str, ...]]] = [(value, (noun, *bounds)) for value in outside(lever)]
        out += [(value, (noun, *bounds)) for value in ("some text", True, "12 %", None, date(2006, 4, 1))]
        out += [(value, ("a number is finite",)) for value in (float("nan"), float("inf"), -float("inf"))]
        out += [(1e300, (noun, *bounds)), (10**30, ("at most 18 digits",))]
        out += [(1.5, (noun, *bounds))] if lever.kind is int else []
        out += [([], ("a dated lever is a list",) if lever.dated else ("cannot be dated",))]
        out += [({"XX": 1}, ("only keys that ibsim knows",) if lever.by_group else (noun, *bounds))]
        if lever.by_group:
            out += [({"OP": value}, (noun, *bounds)) for value in (*outside(lever), "many", None, {"OP": 1})]
        return out
    if choices := words(lever.kind):
        return [(value, choices) for value in ("qqqq", 3, None, {"PD": 1})]
    if lever.kind is bool:
        return [(value, ("true or false",)) for value in ("no", "off", 1, None, {"PD": 1})]
    if any(kind in str(lever.kind) for kind in ("date",)):
        return [(value, ("a date",)) for value in ("2006-4-1", "1/4/2006", 2006, True, {"PD": 1})]
    return []


def _numbers(lever: Lever) -> list[float]:
    return [limit for _, limit in limits(lever.bounds) if isinstance(limit, (int, float))]


def later(lever: Lever) -> list[tuple[object, tuple[str, ...]]]:
    """Dated changes that a lever must refuse."""
    change = {"from": date(2007, 4, 1), "value": 1}
    if not lever.dated:
        return [([change], ("holds for the whole run and cannot be dated",))]
    rule = ("a dated lever is a list of entries",)
    out: list[tuple[object, tuple[str, ...]]] = [
        ([change | {"until": 1}], rule), ([change | {"from": "soon"}], rule),
        ([{"from": date(2007, 4, 1)}], rule), ([change, change], ("in order, each once",)),
        ([change | {"from": date(2031, 1, 1)}], ("within the run",)),
    ]  # fmt: skip
    bad = outside(lever)
    out += [([change | {"value": bad[0]}], tuple(f"{limit:,}" for limit in _numbers(lever)))] if bad else []
    return out


def of_values() -> Iterator[Case]:
    """A value and a dated change that each lever refuses: another kind from lever to lever."""
    for number, (path, lever) in enumerate(LEVERS.items()):
        for kinds in (wrongs(lever), later(lever) if path[0] != "calendar" else []):
            some = kinds if PROVING else kinds[number % len(kinds) :][:1] if kinds else []
            for value, says in some:
                yield Case(path, tree_of(path, value), says)


def of_items() -> Iterator[Case]:
    """A value that each key of a list's items refuses, and the items that lack a key."""
    for path, (place, legal) in ITEMS.items():
        model = item_model(LEVERS[path].kind)
        assert model is not None
        for lever in catalogue(model).values():
            for value, says in wrongs(lever):
                if value == [] or (value is None and "None" in str(lever.field.annotation)):
                    continue  # not told as a dated change, or as if the key were left out
                yield Case(
                    (*place, *lever.path), tree_of(place, legal | {str(lever.path[0]): value}), says[:1]
                )
        for name, field in model.model_fields.items():
            if field.is_required():
                key = key_of(name, field)
                rest = {other: value for other, value in legal.items() if other != key}
                yield Case((*place, key), tree_of(place, rest), (f"`{key}` is needed",))


def of_the_file() -> Iterator[Case]:
    """Rules of the file itself, and of its evidence."""
    texts: tuple[object, ...] = (None, 3, "", [], {}, "x" * 5_000, date(2006, 4, 1))
    parents: tuple[object, ...] = (
        3, "", [], ["metropolitan"], "../../../../etc/passwd", "/etc/passwd", "no-such", "c:\\x", "~/x",
    )  # fmt: skip
    rows: tuple[tuple[str, object, str], ...] = (
        ("no-such-row", 3, "id"), ("team-size", "many", ""), ("team-size", None, "evidence is a mapping"),
        ("team-size", [3], "evidence is a mapping"), ("team-size/XX", 3, ""), ("review-hours/OP", "x", ""),
    )  # fmt: skip
    for key in ("name", "why"):
        yield from (Case((key,), {key: text}, (f"each scenario says its {key}",)) for text in texts)
    for parent in parents:
        yield Case(("extends",), {"extends": parent}, ("`extends` names a scenario file",))
    for id, value, rule in rows:
        yield Case(("evidence", id), {"evidence": {id: value}}, (rule,))
    for section in dict.fromkeys(str(path[0]) for path in LEVERS):
        for wrong in (3, "x", True):
            yield Case((section,), {section: wrong}, ("a mapping with",))


CASES = [*of_values(), *of_items(), *of_the_file()]


def test_there_are_as_many_as_rules() -> None:
    assert len({case.path for case in CASES}) > 500 and len(CASES) > 1_000
    kinds = {type(value) for lever in LEVERS.values() for value, _ in wrongs(lever)}
    assert {int, float, str, bool, date, list, dict, type(None)} <= kinds


@pytest.mark.parametrize("part", range(8))
def test_each_broken_rule_is_named_with_its_lever(tmp_path: Path, part: int) -> None:
    for case in CASES[part::8]:
        error = message(tmp_path, case.tree)
        told = f"{case}\n{error}"
        place, _, name = error.where.partition(", ")
        assert place.rpartition(":")[2].isdecimal(), told
        assert name == dotted(case.path) or name.startswith(f"{dotted(case.path)}."), told
        assert all(word in f"{error.rule} {error.remedy}" for word in case.says), told
        assert "more to mend" not in error.remedy, told
        assert error.found and "validation error" not in str(error), told


def test_a_set_that_breaks_a_rule_is_named_with_its_lever(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text("name: n\nwhy: w\n", encoding="utf-8")
    for keys, lever in LEVERS.items():
        for value in outside(lever)[-1:]:
            with pytest.raises(ScenarioError) as caught:
                load(path, [f"{dotted(keys)}={value}"])
            assert caught.value.where.startswith(f"--set {dotted(keys)}={value}, {dotted(keys)}")
            assert all(f"{limit:,}" in caught.value.rule for limit in _numbers(lever))


# --- names ------------------------------------------------------------------------------------------


def misspelt() -> Iterator[tuple[Keys, str, str]]:
    """The mapping in which a key stands, the key, and what stands there instead."""
    dice = random.Random(9)
    paths = {path[:depth] for path in LEVERS for depth in range(1, len(path) + 1)}
    for path in [
        *sorted(paths, key=dotted),
        *((*place, key) for place, legal in ITEMS.values() for key in legal),
    ]:
        key = str(path[-1])
        siblings = keys_at(Levers, path[:-1]) or keys_at(CalendarSettings, ())
        for _ in range(SLIPS):
            wrong = slip(dice, key)
            if wrong not in siblings and wrong != "name":
                yield path[:-1], key, wrong


def test_a_misspelt_key_is_told_the_right_one(tmp_path: Path) -> None:
    asked, right, other = 0, 0, []
    for above, key, wrong in misspelt():
        place, legal = next((item for item in ITEMS.values() if item[0] == above), (above, {}))
        rest = {name: value for name, value in legal.items() if name != key}
        error = message(tmp_path, tree_of(place, rest | {wrong: legal.get(key, 1)}))
        asked += 1
        told = [error.remedy, *error.remedy.splitlines()]
        if any(f"`{key}`" in line for line in told):
            right += 1
        else:
            other.append(f"{dotted((*above, wrong))}: {error}")
    print(f"{right} of {asked} misspelt keys were told the right one; not so:", *other, sep="\n")
    assert asked > 500 * SLIPS
    assert right >= RIGHT * asked


def test_a_key_in_another_unit_is_told_the_one_with_the_right_unit(tmp_path: Path) -> None:
    turned = {"weeks": "days", "days": "weeks", "hours": "minutes", "percent": "share", "minutes": "hours"}
    asked, right = 0, 0
    for path in LEVERS:
        stem, unit = split_unit(str(path[-1]))
        other = f"{stem}_{turned[unit]}" if unit in turned else ""
        if other and (*path[:-1], other) not in LEVERS:
            asked += 1
            error = message(tmp_path, tree_of((*path[:-1], other), 1))
            right += f"`{path[-1]}`" in error.remedy
    assert asked > 200 and right >= RIGHT * asked


def test_a_misspelt_word_is_told_the_right_one(tmp_path: Path) -> None:
    dice, asked, right = random.Random(10), 0, 0
    for path, lever in LEVERS.items():
        for word in words(lever.kind):
            wrong = slip(dice, word)
            value = [wrong] if lever.is_list else wrong
            error = message(tmp_path, tree_of(path, value))
            asked += 1
            right += f"`{word}`" in error.remedy
    assert asked > 40 and right >= RIGHT * asked


def test_a_misspelt_parent_is_told_the_right_one(tmp_path: Path) -> None:
    dice, right = random.Random(11), 0
    names = [name for name in shipped_names() if not name.startswith("site-")]  # a number has no nearest one
    for name in names:
        error = message(tmp_path, {"extends": slip(dice, name)})
        right += f"'{name}', which comes with ibsim" in error.remedy
    assert right >= RIGHT * len(names)


def test_a_group_that_is_none_is_told_all_there_are(tmp_path: Path) -> None:
    for path in [path for path, lever in LEVERS.items() if lever.by_group][::5]:
        assert all(group in message(tmp_path, tree_of((*path, "XX"), 1)).remedy for group in GROUPS)
