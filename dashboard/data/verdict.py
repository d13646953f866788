"""The verdict on cost-neutrality out of verdict.json: the gap to the twin that never rolled out."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ibsim.results.guarded import damaged, read_json


class _Part(BaseModel):
    """A part of the verdict; keys that this reader does not know are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Pounds(_Part):
    """Pounds: mean over replications, 95 percent interval of the mean, percentiles over replications."""

    mean: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None


class BreakEven(_Part):
    """When the cumulative gap closes for good: the month at the mean, and its percentiles."""

    date: str | None = None
    probability_by_end: float | None = None
    p10: str | None = None
    p50: str | None = None
    p90: str | None = None


class VerdictYear(_Part):
    """A financial year: its gap, the gap since the start, and the probability of being neutral by its end."""

    year: str
    gap_gbp: Pounds = Pounds()
    cumulative_gbp: Pounds = Pounds()
    probability: float | None = None


class VerdictMonth(_Part):
    """A month: the gap since the start, and the probability of being neutral by its end."""

    month: str
    cumulative_gbp: Pounds = Pounds()
    probability: float | None = None


class Cause(_Part):
    """A part of the gap; the parts add up to it."""

    cause: str
    gbp: Pounds = Pounds()


class Part(_Part):
    """The verdict for a part of the money: without the set-up, or of the council alone."""

    gap_gbp: Pounds = Pounds()
    probability: float | None = None


class Verdict(_Part):
    """The whole verdict.  A gap above nought means that the change costs more than carrying on."""

    sentence: str = ""
    tolerance_percent: float = 0.0
    replications: int = 0
    uncertainty: str = ""
    probability: float | None = None
    probability_low: float | None = None
    probability_high: float | None = None
    break_even: BreakEven = BreakEven()
    years: tuple[VerdictYear, ...] = ()
    months: tuple[VerdictMonth, ...] = ()
    causes: tuple[Cause, ...] = ()
    without_setup: Part = Part()
    council_only: Part = Part()
    per_person_gbp: Pounds = Pounds()

    @property
    def gap(self) -> Pounds:
        """The whole gap, all years together."""
        return self.years[-1].cumulative_gbp if self.years else Pounds()


def read_verdict(path: Path) -> Verdict:
    """Read verdict.json; ResultFolderError if it is not what ibsim writes."""
    tree = read_json(path)
    try:
        return Verdict.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise damaged(path, f"{where or 'it'}: {first['msg']}") from error
