"""The catalogue of levers: every path that a scenario may set, read from the rooms' settings."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
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
        return any(get_origin(member) is list for member in members(self.kind))

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


def words(kind: Any) -> tuple[str, ...]:
    """The words that a choice allows; empty for any other type."""
    return tuple(str(w) for m in members(kind) if get_origin(m) is Literal for w in get_args(m))


@cache
def catalogue(model: type[Settings]) -> dict[Path, Lever]:
    """All levers of a settings model by path, in the order of the rooms."""
    return {lever.path: lever for lever in _walk(model, (), True)}


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


def type_at(model: type[Settings], path: Sequence[str | int]) -> tuple[Any, tuple[Any, ...], str] | None:
    """Type, bounds and unit of the field or list item that a path reaches; None where there is none."""
    if not path:
        return model, (), ""
    field, kind = _follow(model, path)
    if field is None or kind is None:
        return None
    bounds = tuple(field.metadata) if kind is field.annotation else getattr(kind, "__metadata__", ())
    return kind, bounds, str(_extra_at(model, path, "unit"))


def evidence_at(model: type[Settings], path: Sequence[str | int]) -> str:
    """The id of the evidence row behind the field at a path; empty where there is none."""
    return str(_extra_at(model, path, "evidence"))


def _extra_at(model: type[Settings], path: Sequence[str | int], key: str) -> object:
    """What a lever declares about itself; one group of a by-group lever speaks for the whole."""
    while path:
        field = _follow(model, path)[0]
        extra = field.json_schema_extra if field is not None else None
        if isinstance(extra, dict) and key in extra:
            return extra[key]
        path = path[:-1]
    return ""


def keys_at(model: type[Settings], path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that may stand in the mapping at `path`; empty where no mapping belongs."""
    kind = _bare(_follow(model, path)[1])
    if isinstance(kind, type) and issubclass(kind, Settings):
        return tuple(key_of(*field) for field in kind.model_fields.items())
    return ()


def _follow(model: type[Settings], path: Sequence[str | int]) -> tuple[FieldInfo | None, Any]:
    kind: Any = model
    field: FieldInfo | None = None
    for step in path:
        if isinstance(step, int):
            kind = _item(kind)
        elif isinstance(_bare(kind), type) and issubclass(kind := _bare(kind), Settings):
            field = {key_of(*pair): pair[1] for pair in kind.model_fields.items()}.get(step)
            kind = field.annotation if field is not None else None
        else:
            return None, None
    return field, kind


def _bare(kind: Any) -> Any:
    """A type without bounds and without None."""
    return next((member for member in members(kind) if member is not type(None)), kind)


def item_model(kind: Any) -> type[Settings] | None:
    """The settings that are the items of a list type, if they are settings."""
    item = _bare(_item(kind))
    return item if is_settings(item) else None


def _item(kind: Any) -> Any:
    """The type of a list's items; None for a type that is no list."""
    for member in members(kind):
        if get_origin(member) is list:
            return get_args(member)[0]
    return None
