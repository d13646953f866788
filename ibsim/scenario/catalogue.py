"""The catalogue of levers: every path that a scenario may set, read from the rooms' settings."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from ibsim.evidence import Evidence
from ibsim.policy.lever import ByGroup, Settings

Path = tuple[str, ...]


@dataclass(frozen=True)
class Lever:
    """One lever: its path, its type with bounds, its words, and the evidence row that is its default."""

    path: Path
    kind: Any
    bounds: tuple[Any, ...]
    by_group: bool
    dated: bool
    unit: str
    help: str
    evidence: str
    evidence_key: str
    field: FieldInfo

    @property
    def is_list(self) -> bool:
        """Whether a value of the lever is itself a list."""
        return any(get_origin(member) in (list, tuple) for member in members(self.kind))

    def default(self, evidence: Evidence, group: str = "") -> Any:
        """The value when no scenario sets the lever; `group` for one group of a by-group lever."""
        if self.evidence:
            value = evidence.value(self.evidence, group or self.evidence_key)
            return int(value) if self.kind is int else value
        return None if self.field.is_required() else self.field.get_default(call_default_factory=True)


def key_of(name: str, field: FieldInfo) -> str:
    """The key that a scenario uses for a field: its alias where the name is a Python word."""
    return field.alias or name


def members(kind: Any) -> tuple[Any, ...]:
    """The alternatives of a union, or the type alone; `Annotated` is taken off."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        return tuple(inner for member in get_args(kind) for inner in members(member))
    return (kind,)


def is_settings(kind: Any) -> bool:
    """Whether a type is a mapping of further levers."""
    return isinstance(kind, type) and issubclass(kind, Settings) and not issubclass(kind, ByGroup)


def item_model(kind: Any) -> type[Settings] | None:
    """The settings that are the items of a list type, if they are settings."""
    for member in members(kind):
        for item in get_args(member) if get_origin(member) in (list, tuple) else ():
            for inner in members(item):
                if is_settings(inner):
                    return inner  # type: ignore[no-any-return]  # is_settings has just looked
    return None


def words(kind: Any) -> tuple[str, ...]:
    """The words that a choice allows; empty for any other type."""
    return tuple(str(w) for m in members(kind) if get_origin(m) is Literal for w in get_args(m))


@cache
def catalogue(model: type[Settings]) -> dict[Path, Lever]:
    """All levers of a settings model by path, in the order of the rooms."""
    return {lever.path: lever for lever in _walk(model, (), True)}


@cache
def sections(model: type[Settings]) -> dict[Path, tuple[str, ...]]:
    """The keys that stand below each mapping of a settings model, by its path."""
    found: dict[Path, tuple[str, ...]] = {(): tuple(key_of(*f) for f in model.model_fields.items())}
    for name, field in model.model_fields.items():
        if is_settings(field.annotation):
            below = sections(field.annotation)  # type: ignore[arg-type]  # is_settings has just looked
            found |= {(key_of(name, field), *path): keys for path, keys in below.items()}
    return found


def _walk(model: type[Settings], above: Path, dated: bool) -> Iterator[Lever]:
    for name, field in model.model_fields.items():
        path = (*above, key_of(name, field))
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        may_be_dated = dated and path[0] != "population" and bool(extra.get("dated", True))
        if is_settings(field.annotation):
            yield from _walk(field.annotation, path, may_be_dated)  # type: ignore[arg-type]  # as above
            continue
        kind, bounds, by_group = _kind(field)
        yield Lever(
            path=path,
            kind=kind,
            bounds=bounds,
            by_group=by_group,
            dated=may_be_dated and item_model(kind) is None,
            unit=str(extra.get("unit", "")),
            help=field.description or "",
            evidence=str(extra.get("evidence", "")),
            evidence_key=str(extra.get("key", "")),
            field=field,
        )


def _kind(field: FieldInfo) -> tuple[Any, tuple[Any, ...], bool]:
    """A field's type without bounds, its bounds, and whether it has one value for each group."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, ByGroup):
        inner = next(iter(kind.model_fields.values()))
        return inner.annotation, tuple(inner.metadata), True
    return kind, tuple(field.metadata), False


def field_at(model: type[Settings], path: tuple[str | int, ...]) -> FieldInfo | None:
    """The field that a path of the tree reaches, list items included; None where there is no such field."""
    current: Any = model
    field: FieldInfo | None = None
    for step in path:
        if isinstance(step, int):
            current = item_model(current) or _item(current)
        elif isinstance(current, type) and issubclass(current, Settings):
            fields = {key_of(*f): f[1] for f in current.model_fields.items()}
            field = fields.get(step)
            current = field.annotation if field is not None else None
        if current is None:
            return None
    return field


def _item(kind: Any) -> Any:
    items = [get_args(m)[0] for m in members(kind) if get_origin(m) in (list, tuple) and get_args(m)]
    return items[0] if items else None
