from __future__ import annotations

import pytest
import yaml

from ibsim.errors import ScenarioError
from ibsim.scenario import tree
from ibsim.scenario.tree import Node, parse


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure Python":
        monkeypatch.setattr(tree, "_LOADER", yaml.SafeLoader)


def test_values_know_their_lines() -> None:
    root = parse("a:\n  b: 1\n  c:\n    - x\n    - y\n'd': \"5\"\n", "f.yaml")
    assert root.plain() == {"a": {"b": 1, "c": ["x", "y"]}, "d": "5"}
    assert isinstance(root.value, dict)
    a = root.value["a"].value
    assert isinstance(a, dict)
    assert str(a["b"].mark) == "f.yaml:2"
    items = a["c"].value
    assert isinstance(items, list)
    assert [str(item.mark) for item in items] == ["f.yaml:4", "f.yaml:5"]
    assert str(root.value["d"].mark) == "f.yaml:6"


def test_an_empty_document_is_nothing() -> None:
    assert parse("# only a comment\n", "f").value is None
    assert parse("", "f").value is None


def test_one_document_mark_is_allowed() -> None:
    assert parse("%YAML 1.2\n---\na: 1\n", "f").plain() == {"a": 1}


@pytest.mark.parametrize(
    ("text", "found", "line"),
    [
        ("a: 1\nb: !!python/object:os.system x", "tag", 2),
        ("a: ! x", "tag", 1),
        ("a: &x 1", "anchor", 1),
        ("a: 1\nb: *a", "anchor", 2),
        ("&k a: 1", "anchor", 1),
        ("!k a: 1", "tag", 1),
        ("*k : 1", "no word", 1),
        ("a: 1\nb: 2\na: 3", "again", 3),
        ("<<: {a: 1}", "merge key", 1),
        ("'<<': 1", "merge key", 1),
        ("a: 1\n---\nb: 2", "second document", 2),
        ("%TAG ! tag:x,2000:\n---\na: 1", "%TAG", 1),
        ("? [1, 2]\n: 3", "no word", 1),
        ("'': 1", "key ''", 1),
        ("a: 1\n" + "k" * 201 + ": 1", "key 'kkk", 2),
        ('"\\u202ea": 1', "key", 1),
        ('a: "x\\u202e"', "U+202E", 1),
        ('a: "x\\0"', "U+0000", 1),
        ("a: {b: [.nan]}", ".nan", 1),
        ("a: " + "9" * 5000, "5000", 1),
        ("a:\n\tb: 1", "a tab", 2),
        ("a: [1", "not YAML", 1),
        ("a: b: c", "not YAML", 1),
        ("a: @x", "not YAML", 1),
        ("[" * 100_000, "nesting deeper", 1),
        ("- " * 5_000, "nesting deeper", 1),
        ("a: " + "{b: " * 60, "nesting deeper", 1),
    ],
)
def test_what_is_refused_is_placed(text: str, found: str, line: int) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "f.yaml")
    assert found in caught.value.found
    assert caught.value.where.startswith(f"f.yaml:{line}")


def test_numbers_that_only_the_pure_parser_lets_through() -> None:
    for text in ('"\\UFFFFFFFF"', "%YAML 1." + "9" * 5000 + "\n---\na: 1", '"\\ud800"'):
        with pytest.raises(ScenarioError):
            parse(text, "f.yaml")


def test_too_many_values() -> None:
    with pytest.raises(ScenarioError, match="more than 100,000 values"):
        parse("[" + "1," * 100_001 + "]", "f.yaml")


def test_a_set_has_no_line() -> None:
    assert str(Node(1, tree.Mark("--set a=1", 0)).mark) == "--set a=1"
    with pytest.raises(ScenarioError) as caught:
        parse("[1", "--set a=[1", line=0)
    assert caught.value.where == "--set a=[1"
