"""Resolving: from a file to a scenario with its parents merged, defaults filled in, everything checked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ibsim.caseload import Caseload
from ibsim.errors import EvidenceError
from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.evidence.prices import PACK_PRICES
from ibsim.policy.lever import Settings
from ibsim.scenario.caseload import caseload_of
from ibsim.scenario.dated import node_at, outside, spread, timeline
from ibsim.scenario.extends import Document, gather, merge
from ibsim.scenario.model import CalendarSettings, Levers, ResolvedScenario
from ibsim.scenario.prices import in_one_base, stated
from ibsim.scenario.problems import Problem, path_text, quote, refuse_all, show
from ibsim.scenario.sets import apply_sets
from ibsim.scenario.tree import Mark, Node
from ibsim.scenario.validate import Broken, Path, Place, build
from ibsim.units import GROUPS

MAX_TEXT = {"name": 200, "why": 4_000}
_FILE_NAMES = {"population": {"caseload_file"}}


def load(
    path: str | os.PathLike[str], sets: Sequence[str] = (), evidence: Evidence | None = None
) -> ResolvedScenario:
    """Read, merge and check a scenario; `sets` are `path=value` texts that change it last.

    `path` is a file or the name of a scenario that comes with ibsim.  `evidence` takes the place of the
    shipped pack; what it overrides itself (a row that a study varies) goes before the scenario's own
    overrides.  Nothing is written.  Raises `ScenarioError` with file, line, path, what was found, the rule
    and the remedy; up to ten problems of the levers come in one message.
    """
    documents = gather(path)
    pack = evidence or load_evidence()
    files = [spread(document.root, Levers) for document in reversed(documents)]
    try:
        root = _merged(files, sets, pack)
        _check_texts([*(document.root for document in documents), root])
        return _resolve(documents, root, pack)
    except Broken as broken:
        refuse_all(broken.problems)


def _merged(files: list[Node], sets: Sequence[str], pack: Evidence) -> Node:
    """The files, oldest first, as one tree with what is set last; pounds in the price base of the whole."""
    root = apply_sets(merge(files), sets, Levers)
    base = stated(root) or PACK_PRICES
    if all((stated(file) or PACK_PRICES) == base == PACK_PRICES for file in files):
        return root
    _calendar(node_at(root, ("calendar",), {}, date.min), root)
    try:
        return apply_sets(merge(in_one_base(files, base, pack)), sets, Levers)
    except EvidenceError as error:
        raise _no_such_base(root, base, error) from None


def _no_such_base(root: Node, base: str, error: EvidenceError) -> Broken:
    """The price base has no inflators in the evidence: where the scenario says it."""
    place = node_at(root, ("calendar", "price_base"), {}, date.min) or root
    return Broken([Problem(f"{place.mark}, calendar.price_base", quote(base), error.rule, error.remedy)])


def without_own_levers(documents: list[Document]) -> ResolvedScenario:
    """The scenario as it would be if its first file stated nothing but its evidence overrides.

    Where those do not fit the parent alone, they are left out too.
    """
    above = [spread(document.root, Levers) for document in reversed(documents[1:])]
    first = documents[0].root
    own = Node({key: node for key, node in _entries(first).items() if key in MAX_TEXT}, first.mark)
    overrides = _entries(first).get("evidence")
    with_overrides = Node(_entries(own) | ({"evidence": overrides} if overrides else {}), first.mark)
    try:
        return _resolve(documents, _merged([*above, with_overrides], (), load_evidence()), load_evidence())
    except Broken:
        return _resolve(documents, _merged([*above, own], (), load_evidence()), load_evidence())


def content_hash(
    calendar: CalendarSettings,
    steps: Iterable[tuple[date, Settings]],
    evidence: Evidence,
    caseload: Caseload | None = None,
) -> str:
    """SHA-256 over everything that a result depends on, as hex.

    That is the calendar, every lever at every date with its defaults, the evidence with its overrides and
    what stands in the caseload's file.  `name`, `why`, comments, file names, the order of keys and the way
    from parent to child change no result and are left out.
    """
    content = {
        "calendar": calendar.model_dump(mode="json"),
        "timeline": [
            [day.isoformat(), levers.model_dump(mode="json", exclude=_FILE_NAMES)] for day, levers in steps
        ],
        "evidence": evidence.digest,
        "overrides": evidence.overrides,
    }
    if caseload is not None:
        content["caseload"] = caseload.digest
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _resolve(documents: list[Document], root: Node, pack: Evidence) -> ResolvedScenario:
    entries = _entries(root)
    levers = {key: node for key, node in entries.items() if key not in ("extends", "name", "why")}
    calendar = _calendar(levers.pop("calendar", None), root)
    evidence, overridden = _evidence(levers.pop("evidence", None), pack)
    try:
        evidence = evidence.in_prices(calendar.price_base)
    except EvidenceError as error:
        raise _no_such_base(root, calendar.price_base, error) from None
    lever_root = Node(levers, root.mark)
    late = _late_waves(lever_root, calendar)
    try:
        steps = timeline(lever_root, Levers, calendar, evidence, overridden)
    except Broken as broken:
        raise Broken([*broken.problems, *late]) from None
    if late:
        raise Broken(late)
    caseload = caseload_of(root, documents, calendar)
    if caseload is not None:
        steps = tuple((day, with_stock(levers, caseload)) for day, levers in steps)
    return ResolvedScenario(
        name=entries["name"].plain(),
        why=entries["why"].plain(),
        path=documents[0].path,
        lineage=tuple(document.path.name for document in documents),
        files=tuple(document.path for document in documents),
        tree={key: value for key, value in root.plain().items() if key != "extends"},
        sources={path_text(path): str(node.mark) for path, node in _leaves(root, ())},
        hash=content_hash(calendar, steps, evidence, caseload),
        calendar=calendar,
        timeline=steps,
        evidence=evidence,
        caseload=caseload,
    )


def with_stock(levers: Levers, caseload: Caseload) -> Levers:
    """The levers with the caseload's own numbers of people who have support at the start."""
    people = levers.population
    counts = dict(zip(GROUPS, caseload.people(waiting=False).tolist(), strict=True))
    stock = people.clients_at_start.model_copy(update=counts)
    return levers.model_copy(update={"population": people.model_copy(update={"clients_at_start": stock})})


def _entries(root: Node) -> dict[str, Node]:
    return root.value if isinstance(root.value, dict) else {}


def _check_texts(roots: list[Node]) -> None:
    """Raise `Broken` unless each file of the line, and what `--set` made of it, has its name and why."""
    problems: list[Problem] = []
    for root in roots:
        problems += [problem for problem in _text_problems(root) if problem not in problems]
    if problems:
        raise Broken(problems)


def _text_problems(root: Node) -> Iterator[Problem]:
    for key, longest in MAX_TEXT.items():
        node = _entries(root).get(key)
        where = f"{node.mark if node else root.mark}, {key}"
        rule = f"each scenario says its {key} in text of up to {longest:,} characters"
        if node is None:
            yield Problem(where, "no such key", rule, f"write a line `{key}: ...`")
        elif not isinstance(node.value, str) or not node.value.strip():
            yield Problem(where, show(node.plain()), rule, "write it in words; put quotes round a number")
        elif len(node.value) > longest:
            yield Problem(where, f"text of {len(node.value):,} characters", rule, "keep it short")


def _calendar(node: Node | None, root: Node) -> CalendarSettings:
    node = node or Node({}, root.mark)

    def find(path: Path) -> Node | None:
        return node_at(node, path[1:], {}, date.min)

    rule = "the calendar holds for the whole run and cannot be dated"
    dated = [
        Problem(f"{below.mark}, calendar.{key}", show(below.plain()), rule, "write one value")
        for key, below in _entries(node).items()
        if isinstance(below.value, list)
    ]
    if dated:
        raise Broken(dated)
    return build(CalendarSettings, node.plain(), None, Place(find, ("calendar",)))


def _evidence(node: Node | None, evidence: Evidence) -> tuple[Evidence, dict[str, Mark]]:
    """The evidence with the scenario's overrides, and where each overridden row was set."""
    if node is None:
        return evidence, {}
    rule = "evidence is a mapping of row ids, or id/GROUP, to a value; `ibsim evidence` lists them"
    if not isinstance(node.value, dict):
        where = f"{node.mark}, evidence"
        raise Broken([Problem(where, show(node.plain()), rule, "write `id: value` below `evidence:`")])
    given: dict[str, float | str] = {}
    problems: list[Problem] = []
    for key, below in node.value.items():
        where = f"{below.mark}, evidence.{quote(key)[1:-1]}"
        value = below.value
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            problems.append(
                Problem(where, show(below.plain()), rule, "write one number or word; it cannot be dated")
            )
            continue
        # A spreadsheet knows no difference between 12 and 12.0, nor does a result.
        given[key] = int(value) if isinstance(value, float) and value.is_integer() else value
        try:
            evidence.with_overrides({key: value})
        except EvidenceError as error:
            problems.append(Problem(where, error.found, error.rule, error.remedy))
    if problems:
        raise Broken(problems)
    changed = evidence.with_overrides(given).with_overrides(evidence.overrides)
    return changed, {key.partition("/")[0]: node.value[key].mark for key in given}


def _late_waves(root: Node, calendar: CalendarSettings) -> list[Problem]:
    """Roll-out waves that begin outside the counted years; the warm-up is conventional work only."""
    late: list[Problem] = []
    waves = node_at(root, ("rollout", "waves"), {}, date.min)
    for number, wave in enumerate(waves.value if waves and isinstance(waves.value, list) else []):
        since = _entries(wave).get("from")
        if (
            since is not None
            and isinstance(since.value, date)
            and not (calendar.start <= since.value < calendar.end)
        ):
            late.append(
                outside(f"{since.mark}, rollout.waves.{number}.from", since.value, calendar, counted=True)
            )
    return late


def _leaves(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    if isinstance(node.value, dict):
        for key, below in node.value.items():
            yield from _leaves(below, (*path, key))
    elif path != ("extends",):
        yield path, node
