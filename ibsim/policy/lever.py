"""What a lever is: a setting with a unit, bounds, help and the evidence row that is its default.

Every room's settings are a frozen `Settings`.  A field that the scenario leaves out takes the value
of its evidence row, so that no number stands in code and an evidence override reaches the lever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.fields import FieldInfo

from ibsim.units import GROUPS

if TYPE_CHECKING:
    from ibsim.evidence import Evidence

Percent = Annotated[float, Field(ge=0, le=100)]
Hours = Annotated[float, Field(ge=0, le=1_000)]
Minutes = Annotated[float, Field(ge=0, le=100_000)]
Days = Annotated[float, Field(ge=0, le=3_660)]
Weeks = Annotated[float, Field(ge=0, le=520)]
RatePerYear = Annotated[float, Field(ge=0, le=50)]
Factor = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=2_000_000)]
Posts = Annotated[float, Field(ge=0, le=3_500)]
"""Of one group or desk: those of all together are numbered in 16 bits."""
Pounds = Annotated[float, Field(ge=0, le=10_000_000)]
Visits = Annotated[int, Field(ge=1, le=10)]
Sigma = Annotated[float, Field(ge=0, le=3)]

T = TypeVar("T")


class Misfit(ValueError):
    """A rule about several levers is broken; `path` is where, below the settings that state the rule."""

    def __init__(self, path: tuple[str | int, ...], rule: str) -> None:
        super().__init__(rule)
        self.path = path


def lever(evidence_id: str, unit: str, help: str, *, evidence_key: str = "", dated: bool = True) -> Any:
    """Declare a lever: the default is the value of `evidence_id` (of its row `evidence_key`).

    `unit` and `help` are shown by the schema, the input workbook and the dashboard.
    `dated=False` marks a lever that cannot change during a run.
    """
    extra: dict[str, Any] = {"evidence": evidence_id, "key": evidence_key, "unit": unit, "dated": dated}
    return Field(description=help, json_schema_extra=extra)


def choice(default: str, help: str, *, dated: bool = True) -> Any:
    """Declare a lever that chooses a way of working by its name; it has no unit and no evidence row."""
    extra: dict[str, Any] = {"unit": "choice", "dated": dated}
    return Field(default=default, description=help, json_schema_extra=extra)


class Settings(BaseModel):
    """The levers of one room, complete and frozen; unknown keys, NaN and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _fill_from_evidence(cls, data: Any, info: ValidationInfo) -> Any:
        evidence: Evidence | None = (info.context or {}).get("evidence")
        if evidence is None or not isinstance(data, dict):
            return data
        filled = dict(data)
        for name, field in cls.model_fields.items():
            kind = field.annotation
            if isinstance(kind, type) and issubclass(kind, ByGroup):
                whole = kind.model_fields["PD"].annotation is int
                filled[name] = _fill_groups(filled.get(name, {}), field.json_schema_extra, evidence, whole)
            elif isinstance(kind, type) and issubclass(kind, Settings):
                filled[name] = _fill_section(filled.get(name, {}), field)
            elif name not in filled and isinstance(field.json_schema_extra, dict):
                row_id = field.json_schema_extra.get("evidence")
                if isinstance(row_id, str):
                    value = evidence.value(row_id, str(field.json_schema_extra["key"]))
                    filled[name] = _whole(value) if kind is int else value
        return filled

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickle looks classes up by name, and `ByGroup[Percent]` has none: settings travel as plain values.
        return type(self).model_validate, (self.model_dump(by_alias=True),)


class ByGroup(Settings, Generic[T]):
    """One value for each service user group; a single number in the scenario means all four."""

    PD: T
    LD: T
    MH: T
    OP: T

    def array(self) -> NDArray[np.float64]:
        """The four values in the order of `GROUPS`, as floats."""
        return np.array([getattr(self, group) for group in GROUPS], dtype=np.float64)


def _fill_groups(given: Any, extra: Any, evidence: Evidence, whole: bool) -> Any:
    """Complete a by-group lever: what the scenario leaves out comes from the evidence row."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return {group: given for group in GROUPS}
    if not isinstance(given, dict) or not isinstance(extra, dict) or "evidence" not in extra:
        return given
    row_id = str(extra["evidence"])
    defaults = {group: evidence.value(row_id, group) for group in GROUPS}
    if whole:
        defaults = {group: _whole(value) for group, value in defaults.items()}
    return defaults | given


def _fill_section(given: Any, field: FieldInfo) -> Any:
    """Complete a mapping of levers that has defaults of its own; other sections fill themselves."""
    if field.is_required() or not isinstance(given, dict):
        return given
    default: Settings = field.get_default(call_default_factory=True)
    return default.model_dump() | given


def _whole(value: float) -> float:
    """The evidence's number as an int where it is one; a fraction is left for the lever to refuse."""
    return int(value) if value.is_integer() else value
