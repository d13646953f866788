"""The tree of a scenario: plain values, each with the file and line where it was written.

It is built from the YAML parser's events, never composed, so that depth and count are bounded as the
values arrive, and tags, anchors, aliases, repeated keys and further documents are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from ibsim.scenario.problems import path_text, quote, refuse
from ibsim.scenario.scalars import Scalar, ScalarError, character_name, plain_scalar, unseen

MAX_DEPTH = 40
MAX_NODES = 100_000
MAX_KEY_CHARACTERS = 200
_TOO_DEEP = (
    f"nesting deeper than {MAX_DEPTH}",
    f"values are nested at most {MAX_DEPTH} deep",
    "look for a bracket that is not closed",
)
_NO_TAGS = "tags are not used in a scenario"
_NO_ANCHORS = "anchors and aliases are not used in a scenario"

# libyaml's event parser keeps its own stack and is safe at any depth (its composer is not); where PyYAML
# was built without it the pure Python one gives the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place: a file as the user knows it and a line from 1, or a `--set` (line 0)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(slots=True)
class Node:
    """A value of the tree and where it was written; mappings and lists hold nodes."""

    value: Scalar | dict[str, Node] | list[Node]
    mark: Mark

    def plain(self) -> Any:
        """The value without its places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def planted(value: Any, mark: Mark) -> Node:
    """Plain values (see `Node.plain`) as a tree again, all of it said to stand at one place."""
    if isinstance(value, dict):
        return Node({key: planted(below, mark) for key, below in value.items()}, mark)
    if isinstance(value, list):
        return Node([planted(item, mark) for item in value], mark)
    return Node(value, mark)


def parse(text: str, shown: str, line: int = 1) -> Node:
    """Build the tree of one YAML document; lines count from `line` (0: the text has no lines to tell).

    Raises `ScenarioError`, named after `shown`, for anything that is not YAML of the guarded kind.
    """
    try:
        return _Builder(shown, line, iter(yaml.parse(text, Loader=_LOADER))).document()
    except yaml.MarkedYAMLError as error:
        _not_yaml(error, text, shown, line)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The pure Python parser lets these through for escapes and version numbers out of all bounds.
        refuse(shown, f"not YAML: {str(error).splitlines()[0]}", _IS_YAML, "mend the file")


_IS_YAML = "a scenario is written in YAML"


def _not_yaml(error: yaml.MarkedYAMLError, text: str, shown: str, line: int) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    lines = text.split("\n")
    last = max(len(text.splitlines()) - 1, 0)
    # What is missing at the end of a file is missed on its last line.
    offset = min(mark.line, last) if mark is not None else last
    place = Mark(shown, offset + line if line else 0)
    if "cannot start any token" in (error.problem or "") and "\t" in lines[min(offset, len(lines) - 1)]:
        refuse(place, "a tab", "lines are indented with spaces", "replace the tab with spaces")
    problem = error.problem or error.context
    if "nesting depth" in (problem or ""):
        # A newer libyaml gives up at a thousand brackets, before it has told of the first.
        refuse(place, *_TOO_DEEP)
    refuse(
        place,
        f"not YAML: {problem}",
        _IS_YAML,
        "mend this line or the one before; quote text that has : or #",
    )


class _Builder:
    """Turns events into nodes; counts and refuses as they arrive."""

    def __init__(self, shown: str, line: int, events: Iterator[Any]) -> None:
        self.shown, self.line, self.events = shown, line, events
        self.count = 0
        self.path: list[str | int] = []

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._refuse(
                        event, "a second document (`---`)", "a file holds one scenario", "split the file"
                    )
                if event.tags:
                    self._refuse(event, "a %TAG line", _NO_TAGS, "take the line out")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event)
        return root or Node(None, Mark(self.shown, self.line))

    def _mark(self, event: Any) -> Mark:
        return Mark(self.shown, event.start_mark.line + self.line if self.line else 0)

    def _refuse(self, event: Any, found: str, rule: str, remedy: str) -> NoReturn:
        place = str(self._mark(event))
        refuse(f"{place}, {path_text(self.path)}" if self.path else place, found, rule, remedy)

    def _guard(self, event: Any) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            limit = f"a scenario has at most {MAX_NODES:,} values"
            self._refuse(event, f"more than {MAX_NODES:,} values", limit, "write a smaller file")
        if len(self.path) > MAX_DEPTH:
            self.path = self.path[:3]
            self._refuse(event, *_TOO_DEEP)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(
                event, "an anchor or alias (& or *)", _NO_ANCHORS, "write the value out, or quote it"
            )
        if getattr(event, "tag", None) is not None:
            self._refuse(event, f"the tag {quote(event.tag)}", _NO_TAGS, "take it out, or quote the text")

    def _node(self, event: Any) -> Node:
        self._guard(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event)
        return Node(self._scalar(event), self._mark(event))

    def _scalar(self, event: Any) -> Scalar:
        text: str = event.value
        if (hidden := unseen(text)) is not None:
            found = f"the character {character_name(hidden.group())}"
            self._refuse(event, found, "text has no control or hidden characters", "take the escape out")
        if not event.implicit[0]:
            return text
        try:
            return plain_scalar(text)
        except ScalarError as error:
            self._refuse(event, error.found, error.rule, error.remedy)

    def _list(self, start: Any) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.path.append(len(items))
            items.append(self._node(event))
            self.path.pop()
        return Node(items, self._mark(start))

    def _mapping(self, start: Any) -> Node:
        entries: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in entries:
                remedy = f"keep one of the two; the first is at {entries[key].mark}"
                self._refuse(event, f"the key {quote(key)} again", "a key stands once in its mapping", remedy)
            self.path.append(key)
            node = self._node(next(self.events))
            self.path.pop()
            # A value is placed at the line of its key, where its author looks for it.
            entries[key] = Node(node.value, self._mark(event))
        return Node(entries, self._mark(start))

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(event, "a key that is no word", "a key is a word", "write `key: value`")
        self._guard(event)
        key: str = event.value
        if not key or len(key) > MAX_KEY_CHARACTERS or unseen(key) is not None:
            self._refuse(event, f"the key {quote(key)}", "a key is a short plain word", "write `key: value`")
        if key == "<<":
            self._refuse(event, "a merge key (<<)", "merge keys are not used", "use `extends:`")
        return key
