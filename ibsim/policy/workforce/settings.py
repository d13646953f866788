"""The levers of the workforce: who works, how many hours, on what first."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from ibsim.policy.lever import ByGroup, Percent, Posts, Settings, Sigma, Weeks, lever

WorkName = Literal[
    "new_assessment", "care_plan", "ib_assessment", "support_plan", "arranging", "reassessment",
    "carer_assessment", "screening", "monitoring", "first_review", "annual_review",
]  # fmt: skip
DEFAULT_PRIORITIES: tuple[WorkName, ...] = (
    "care_plan", "arranging", "support_plan", "new_assessment", "ib_assessment", "screening",
    "reassessment", "carer_assessment", "monitoring", "first_review", "annual_review",
)  # fmt: skip

WeekHours = Annotated[float, Field(ge=0, le=60)]


class HoursByActivity(Settings):
    """Hours a week of each co-ordinator for three kinds of work."""

    assessment: WeekHours = Field(description="assessment, of both kinds")
    planning: WeekHours = Field(description="care plans, support plans and arranging services")
    review: WeekHours = Field(description="monitoring and reviews")


class WorkforceSettings(Settings):
    """Who works, how many hours, on what first."""

    care_coordinators_fte: ByGroup[Posts] = lever(
        "care-coordinators-fte", "posts", "funded care co-ordinator posts in the teams of each group"
    )
    team_size: Annotated[float, Field(ge=1, le=100)] = lever(
        "team-size", "posts", "co-ordinators in a team", dated=False
    )
    hours_per_week: WeekHours = lever("hours-per-week", "hours a week", "a co-ordinator's recorded week")
    organisational_hours_per_week: WeekHours = lever(
        "organisational-hours-per-week", "hours a week", "training, meetings, administration, breaks"
    )
    travel_hours_per_case_hour: Annotated[float, Field(ge=0, le=2)] = lever(
        "travel-hours-per-case-hour",
        "hours",
        "travel and untabulated time that goes with an hour of case work",
    )
    ib_extra_hours_per_week: WeekHours = lever(
        "ib-extra-hours-per-week", "hours a week", "further hours recorded by co-ordinators with IB cases"
    )
    ib_organisational_hours_per_week: WeekHours = lever(
        "ib-organisational-hours-per-week",
        "hours a week",
        "further organisational hours with IB cases (training)",
    )
    ib_travel_hours_per_case_hour: Annotated[float, Field(ge=0, le=2)] = lever(
        "ib-travel-hours-per-case-hour", "hours", "travel and untabulated time of co-ordinators with IB cases"
    )
    support_hours_per_case_per_week: Annotated[float, Field(ge=0, le=10)] = lever(
        "support-hours-per-case-per-week",
        "hours a week",
        "support, paperwork, multidisciplinary exchange and supervision that follow an open case",
    )
    leave_days_per_year: Annotated[float, Field(ge=0, le=200)] = lever(
        "leave-days-per-year", "days a year", "annual leave and study days of a post"
    )
    sickness_days_per_year: Annotated[float, Field(ge=0, le=200)] = lever(
        "sickness-days-per-year", "days a year", "sickness absence of a post"
    )
    turnover_percent_per_year: Annotated[float, Field(ge=0, le=300)] = lever(
        "turnover-percent-per-year", "percent a year", "co-ordinators who leave their post"
    )
    weeks_to_fill_a_post: Weeks = lever(
        "weeks-to-fill-a-post", "weeks", "a post is vacant after somebody leaves"
    )
    agency_cover_percent: Percent = lever(
        "agency-cover-percent", "percent", "vacant posts that agency staff cover"
    )
    overtime_hours_per_week_max: WeekHours = lever(
        "overtime-hours-per-week-max",
        "hours a week",
        "paid overtime of a co-ordinator whose in-tray does not clear",
    )
    screening_sigma: Sigma = lever(
        "screening-sigma", "log units", "spread of the time that contacts take which end at screening"
    )
    caseload_limit: Annotated[int, Field(ge=1, le=1_000)] = lever(
        "caseload-limit", "cases", "cases open to one co-ordinator by name, at most"
    )
    ib_coordinators_percent: Percent = lever(
        "ib-coordinators-percent", "percent", "co-ordinators who take IB cases (champions, trained first)"
    )
    learning_first_case_factor: Annotated[float, Field(ge=1, le=10)] = lever(
        "learning-first-case-factor",
        "times",
        "hours of a co-ordinator's first IB case against a practised one's",
    )
    learning_cases: Annotated[float, Field(ge=0.01, le=1_000)] = lever(
        "learning-cases", "cases", "IB cases after which two thirds of the extra time are learnt away"
    )
    champion_teams_percent: Percent = lever(
        "champion-teams-percent", "percent", "teams with an IB champion to ask", dated=False
    )
    champion_saving_percent: Percent = lever(
        "champion-saving-percent", "percent", "of the beginner's extra time that a champion saves"
    )
    protected_hours_per_week: HoursByActivity = Field(
        default_factory=lambda: HoursByActivity(assessment=0, planning=0, review=0),
        description="hours of each co-ordinator's week kept for an activity, whatever waits elsewhere",
    )
    capped_hours_per_week: HoursByActivity = Field(
        default_factory=lambda: HoursByActivity(assessment=60, planning=60, review=60),
        description="hours of each co-ordinator's week that an activity may take at most",
    )
    priorities: list[WorkName] = Field(
        default_factory=lambda: list(DEFAULT_PRIORITIES),
        description="kinds of work, most pressing first; urgent work and what is begun come before all",
        json_schema_extra={"unit": "order", "dated": False},
    )
    support_planners_fte: Posts = lever(
        "support-planners-fte",
        "posts",
        "in-house support planners with a queue of their own, from the first wave on",
    )
    reviewing_officers_fte: Posts = lever(
        "reviewing-officers-fte", "posts", "reviewing officers who take first and annual reviews"
    )
    team_managers_fte: Posts = lever(
        "team-managers-fte", "posts", "team managers (supervision, approval, sign-off)"
    )
    occupational_therapists_fte: Posts = lever(
        "ot-posts", "posts", "occupational therapists who assess for adaptations and equipment"
    )
    desk_hours_per_week: WeekHours = lever(
        "desk-hours-per-week",
        "hours a week",
        "working hours of planners, officers and access staff for their cases",
    )
    manager_case_hours_per_week: WeekHours = lever(
        "manager-case-hours-per-week", "hours a week", "a team manager's hours for approvals and sign-off"
    )

    def without_planners(self) -> WorkforceSettings:
        """The same staff without in-house support planners."""
        return self.model_copy(update={"support_planners_fte": 0.0}) if self.support_planners_fte else self

    @field_validator("priorities")
    @classmethod
    def _each_once(cls, order: list[WorkName]) -> list[WorkName]:
        if sorted(order) != sorted(DEFAULT_PRIORITIES):
            raise ValueError(f"priorities must name each of these once: {', '.join(DEFAULT_PRIORITIES)}")
        return order
