"""What a scenario says once it is resolved: the calendar, the levers of every room, the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from ibsim.caseload import Caseload
from ibsim.evidence import Evidence
from ibsim.evidence.prices import PACK_PRICES
from ibsim.policy.access import AccessSettings
from ibsim.policy.allocation import AllocationSettings
from ibsim.policy.assessment import AssessmentSettings
from ibsim.policy.brokerage import BrokerageSettings
from ibsim.policy.charges import ChargesSettings
from ibsim.policy.deployment import DeploymentSettings, service_split
from ibsim.policy.finance import FinanceSettings
from ibsim.policy.funding import FundingSettings
from ibsim.policy.lever import Misfit, Settings
from ibsim.policy.market import MarketSettings
from ibsim.policy.outcomes import OutcomesSettings
from ibsim.policy.packages import PackagesSettings
from ibsim.policy.planning import PlanningSettings
from ibsim.policy.population import PopulationSettings
from ibsim.policy.review import ReviewSettings
from ibsim.policy.rollout import RolloutSettings
from ibsim.policy.safeguarding import SafeguardingSettings
from ibsim.policy.setup import SetupSettings
from ibsim.policy.signoff import SignoffSettings
from ibsim.policy.verdict import VerdictSettings
from ibsim.policy.workforce import WorkforceSettings
from ibsim.units import add_years, year_label

UNDATED_SECTIONS = ("calendar", "population", "evidence")


def _fixed(default: Any, unit: str, help: str, **bounds: Any) -> Any:
    extra: dict[str, Any] = {"unit": unit, "dated": False}
    return Field(default=default, description=help, json_schema_extra=extra, **bounds)


class CalendarSettings(Settings):
    """When the run starts, how long it lasts, and in which year's prices it speaks."""

    start: date = _fixed(
        date(2006, 4, 1), "date", "first day that is counted", ge=date(1990, 1, 1), le=date(2100, 12, 31)
    )
    years: Annotated[int, Field(ge=1, le=40)] = _fixed(5, "years", "years that are counted")
    warm_up_years: Annotated[int, Field(ge=0, le=10)] = _fixed(
        2, "years", "years of conventional work before the start, the same in every scenario and not counted"
    )
    price_base: Annotated[str, Field(pattern=r"^(19|20)\d\d-\d\d$")] = _fixed(
        PACK_PRICES,
        "financial year",
        "the financial year in whose prices the scenario's pounds, and all results, are",
    )

    @field_validator("price_base")
    @classmethod
    def _is_a_year(cls, label: str) -> str:
        right = year_label(int(label[:4]))
        if label != right:
            raise ValueError(f"a financial year is written like 2007-08; did you mean {right}?")
        return label

    @property
    def first_day(self) -> date:
        """The first day of the warm-up, from which the run is simulated."""
        return add_years(self.start, -self.warm_up_years)

    @property
    def end(self) -> date:
        """The day after the last one that is simulated."""
        return add_years(self.start, self.years)


class Levers(Settings):
    """Every room's settings, complete: what holds from one date to the next change."""

    population: PopulationSettings = Field(description="who needs care")
    access: AccessSettings = Field(description="first contact and eligibility")
    workforce: WorkforceSettings = Field(description="who works, how many hours, on what first")
    assessment: AssessmentSettings = Field(description="assessment of both kinds")
    allocation: AllocationSettings = Field(description="from points to an indicative budget")
    planning: PlanningSettings = Field(description="care plans and support plans")
    signoff: SignoffSettings = Field(description="sign-off and rework")
    deployment: DeploymentSettings = Field(
        description="who helps to plan, how budgets are held, what they buy"
    )
    brokerage: BrokerageSettings = Field(description="arranging services")
    review: ReviewSettings = Field(description="first, annual and unplanned reviews")
    safeguarding: SafeguardingSettings = Field(description="adult-protection referrals")
    rollout: RolloutSettings = Field(description="who is offered an individual budget, and when")
    packages: PackagesSettings = Field(description="what support costs a week")
    market: MarketSettings = Field(description="providers, contracts and personal assistants")
    funding: FundingSettings = Field(description="who else pays, and how it joins an IB")
    finance: FinanceSettings = Field(description="what an hour costs")
    outcomes: OutcomesSettings = Field(description="how people fare, and what the health service spends")
    charges: ChargesSettings = Field(description="what users pay towards their support")
    setup: SetupSettings = Field(description="what introducing IBs costs, and grants for it")
    verdict: VerdictSettings = Field(description="when the roll-out counts as cost-neutral")

    @model_validator(mode="after")
    def _waves_lie_in_the_council(self) -> Levers:
        most = self.population.localities
        for number, wave in enumerate(self.rollout.waves):
            beyond = [locality for locality in wave.localities or [] if locality > most]
            if beyond:
                raise Misfit(
                    ("rollout", "waves", number, "localities"),
                    f"rollout.waves.{number} names locality {beyond[0]}, and population.localities is {most}",
                )
        return self

    @model_validator(mode="after")
    def _money_can_come_from_its_users(self) -> Levers:
        people = self.packages
        service_split(self.deployment, people.needs_sigma.array(), people.conventional_sigma.array())
        return self


@dataclass(frozen=True)
class ResolvedScenario:
    """A scenario with its parents merged, every default filled in and every value checked.

    `lineage` names the files from this one to its oldest parent and `files` their paths; `tree` is the
    merged tree as plain values, `sources` says for each of its leaves (`workforce.team_size`) the file and
    line that set it.  `timeline` holds the levers from the first day of the warm-up, and once more at each
    date at which they change.  `caseload` is what the council's own file says of those known at the start
    where the scenario names one.  `hash` is the content that a result depends on (see
    `resolve.content_hash`).
    """

    name: str
    why: str
    path: Path
    lineage: tuple[str, ...]
    files: tuple[Path, ...]
    tree: dict[str, Any]
    sources: dict[str, str]
    hash: str
    calendar: CalendarSettings
    timeline: tuple[tuple[date, Levers], ...]
    evidence: Evidence
    caseload: Caseload | None = None
    draws_evidence: bool = False
    """whether each replication draws the uncertain evidence anew (see `ibsim.scenario.variants`)"""

    @property
    def levers(self) -> Levers:
        """The levers in force on the first day that is counted."""
        return self.levers_at(self.calendar.start)

    def levers_at(self, day: date) -> Levers:
        """The levers in force on `day`; those of the first day for any day before it."""
        current = self.timeline[0][1]
        for since, levers in self.timeline:
            if since <= day:
                current = levers
        return current
