"""The levers of deployment: who helps to plan, how a budget is held, and what it buys."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ibsim.policy.lever import (
    ByGroup,
    Hours,
    Percent,
    Pounds,
    RatePerYear,
    Settings,
    Sigma,
    Weeks,
    choice,
    lever,
)
from ibsim.units import GROUPS

SERVICES = ("personal_assistance", "home_care", "meals", "leisure", "other_mainstream", "unlisted")
"""What money buys, in the order of the bits of a person's services; everybody has some of the last."""
Correlation = Annotated[float, Field(gt=-1, lt=1)]
_UNDATED: dict[str, Any] = {"dated": False}


class Holding(Settings):
    """How budgets are held (Table 5.3): five main ways that add up to 100, and budgets held in two ways."""

    personal_account_percent: ByGroup[Percent] = lever(
        "held-personal-account-percent", "percent", "paid into the person's own account", dated=False
    )
    joint_account_percent: ByGroup[Percent] = lever(
        "held-joint-account-percent", "percent", "paid into a joint account", dated=False
    )
    agent_percent: ByGroup[Percent] = lever(
        "held-agent-percent", "percent", "paid to an agent of the person", dated=False
    )
    third_party_percent: ByGroup[Percent] = lever(
        "held-third-party-percent", "percent", "paid to a trust, a provider or another", dated=False
    )
    council_percent: ByGroup[Percent] = lever(
        "held-council-percent", "percent", "held by the council alone", dated=False
    )
    mixed_percent: ByGroup[Percent] = lever(
        "held-mixed-percent", "percent", "paid out, part of it held by the council", dated=False
    )
    mixed_council_part_percent: Percent = lever(
        "mixed-council-part-percent", "percent", "the council's part of a mixed budget", dated=False
    )

    def ways(self) -> NDArray[np.float64]:
        """Percent of budgets held in each of the five ways: float64[way, group]."""
        ways = (
            self.personal_account_percent,
            self.joint_account_percent,
            self.agent_percent,
            self.third_party_percent,
            self.council_percent,
        )
        return np.array([way.array() for way in ways])

    @model_validator(mode="after")
    def _adds_up(self) -> Holding:
        for group, total in zip(GROUPS, self.ways().sum(axis=0), strict=True):
            if abs(total - 100) > 0.01:
                raise ValueError(
                    f"the five ways of holding a budget must add up to 100 in every group; "
                    f"those of {group} add up to {total:g}"
                )
            council, mixed = getattr(self.council_percent, group), getattr(self.mixed_percent, group)
            if council + mixed > 100.01:
                raise ValueError(
                    f"mixed budgets are among those that the council does not hold alone: in {group} "
                    f"council_percent leaves {100 - council:g}, and mixed_percent is {mixed:g}"
                )
        return self


def _leading(party: str) -> Any:
    name = party.replace("-", " ")
    return lever(f"plan-leading-{party}-percent", "percent", f"plans that the {name} leads", dated=False)


def _involved(party: str) -> Any:
    name = party.replace("-", " ")
    said = f"plans that the {name} helps with and does not lead"
    return lever(f"plan-involved-{party}-percent", "percent", said, dated=False)


class Leading(Settings):
    """Who leads support plans (Table 5.4).  Several may lead one plan: they add up to 100 or more."""

    la_care_manager_percent: Percent = _leading("la-care-manager")
    non_la_care_manager_percent: Percent = _leading("non-la-care-manager")
    independent_broker_advocate_percent: Percent = _leading("independent-broker-advocate")
    provider_percent: Percent = _leading("provider")
    ib_holder_percent: Percent = _leading("ib-holder")
    partner_percent: Percent = _leading("partner")
    son_daughter_percent: Percent = _leading("son-daughter")
    parent_percent: Percent = _leading("parent")
    other_family_percent: Percent = _leading("other-family")
    friend_percent: Percent = _leading("friend")

    def array(self) -> NDArray[np.float64]:
        """The percentages, in the order of `PARTIES`."""
        return np.array([getattr(self, f"{party}_percent") for party in PARTIES])

    @model_validator(mode="after")
    def _everybody_has_a_leader(self) -> Leading:
        total = self.array().sum()
        if total < 99.99:
            raise ValueError(
                f"somebody leads every plan: the shares of those who lead must add up to 100 or more; "
                f"they add up to {total:g}"
            )
        return self


PARTIES = tuple(name.removesuffix("_percent") for name in Leading.model_fields)
"""Who may plan, in the order of the bits of `leads` and `helps`: staff, paid help, the person and others."""


class Involved(Settings):
    """Who helps with a plan without leading it (Table 5.4): at most all plans that they do not lead."""

    la_care_manager_percent: Percent = _involved("la-care-manager")
    non_la_care_manager_percent: Percent = _involved("non-la-care-manager")
    independent_broker_advocate_percent: Percent = _involved("independent-broker-advocate")
    provider_percent: Percent = _involved("provider")
    ib_holder_percent: Percent = _involved("ib-holder")
    partner_percent: Percent = _involved("partner")
    son_daughter_percent: Percent = _involved("son-daughter")
    parent_percent: Percent = _involved("parent")
    other_family_percent: Percent = _involved("other-family")
    friend_percent: Percent = _involved("friend")

    def array(self) -> NDArray[np.float64]:
        """The percentages, in the order of `PARTIES`."""
        return np.array([getattr(self, f"{party}_percent") for party in PARTIES])


def _use(service: str, arm: str) -> Any:
    name = service.replace("-", " ")
    return lever(f"{service}-{arm}-percent", "percent", f"people who have {name}", dated=False)


def _money(service: str, arm: str) -> Any:
    said = f"mean over everybody, for {service.replace('-', ' ')}"
    return lever(f"{service}-{arm}-gbp-per-week", "pounds a week", said, dated=False)


class _Services(Settings):
    """Use and money of one arm; a service that the arm does not name is not used."""

    def table(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Share of users 0..1 and pounds a week, each float64[service, group]."""
        use, money = (np.zeros((len(SERVICES), len(GROUPS))) for _ in range(2))
        for place, service in enumerate(SERVICES):
            if hasattr(self, f"{service}_gbp_per_week"):
                money[place] = getattr(self, f"{service}_gbp_per_week").array()
            if hasattr(self, f"{service}_percent"):
                use[place] = getattr(self, f"{service}_percent").array() / 100
        use[-1] = 1.0
        return use, money

    @model_validator(mode="after")
    def _money_has_users(self) -> _Services:
        use, money = self.table()
        for service, group in np.argwhere((money > 0) & (use == 0)).tolist():
            raise ValueError(
                f"{SERVICES[service]}_gbp_per_week of {GROUPS[group]} is {money[service, group]:g}, "
                f"and nobody uses the service: its percent is 0"
            )
        for group in np.flatnonzero(money[-1] <= 0).tolist():
            raise ValueError(
                f"unlisted_gbp_per_week of {GROUPS[group]} must be above 0: "
                "it is what people have who use nothing else"
            )
        return self


class IBServices(_Services):
    """What IBs buy: users (Tables 5.5, 5.6) and mean pounds a week (Table 7.2)."""

    personal_assistance_percent: ByGroup[Percent] = _use("personal-assistance", "ib")
    home_care_percent: ByGroup[Percent] = _use("home-care", "ib")
    meals_percent: ByGroup[Percent] = _use("meals", "ib")
    leisure_percent: ByGroup[Percent] = _use("leisure", "ib")
    other_mainstream_percent: ByGroup[Percent] = _use("other-mainstream", "ib")
    personal_assistance_gbp_per_week: ByGroup[Pounds] = _money("personal-assistance", "ib")
    home_care_gbp_per_week: ByGroup[Pounds] = _money("home-care", "ib")
    meals_gbp_per_week: ByGroup[Pounds] = _money("meals", "ib")
    leisure_gbp_per_week: ByGroup[Pounds] = _money("leisure", "ib")
    other_mainstream_gbp_per_week: ByGroup[Pounds] = _money("other-mainstream", "ib")
    unlisted_gbp_per_week: ByGroup[Pounds] = _money("unlisted", "ib")


class ConventionalServices(_Services):
    """What conventional packages hold: users and mean pounds a week (Table 7.2)."""

    personal_assistance_percent: ByGroup[Percent] = _use("personal-assistance", "conventional")
    home_care_percent: ByGroup[Percent] = _use("home-care", "conventional")
    meals_percent: ByGroup[Percent] = _use("meals", "conventional")
    personal_assistance_gbp_per_week: ByGroup[Pounds] = _money("personal-assistance", "conventional")
    home_care_gbp_per_week: ByGroup[Pounds] = _money("home-care", "conventional")
    meals_gbp_per_week: ByGroup[Pounds] = _money("meals", "conventional")
    unlisted_gbp_per_week: ByGroup[Pounds] = _money("unlisted", "conventional")


class PaymentSupport(Settings):
    """What it takes to run a budget that is paid out: within the budget, and from outside it."""

    payroll_percent: Percent = lever(
        "payroll-support-percent", "percent", "budgets paid out that pay for a payroll service", dated=False
    )
    payroll_gbp_per_year: Pounds = lever(
        "payroll-support-gbp-per-year", "pounds a year", "a payroll service", dated=False
    )
    in_budget_percent: Percent = lever(
        "direct-payment-support-in-budget-percent", "percent", "budgets paid out that pay for help with it",
        dated=False,
    )  # fmt: skip
    in_budget_gbp_per_year: Pounds = lever(
        "direct-payment-support-in-budget-gbp-per-year", "pounds a year", "that support", dated=False
    )
    outside_percent: Percent = lever(
        "direct-payment-support-percent",
        "percent",
        "holders of a budget paid out who use a support organisation that the council pays",
        dated=False,
    )
    outside_gbp_per_year: Pounds = lever(
        "direct-payment-support-gbp-per-year", "pounds a year", "its cost a person", dated=False
    )


class OneOff(Settings):
    """One-off payments within the first year's council money (Table 5.1)."""

    percent: ByGroup[Percent] = lever("one-off-percent", "percent", "budgets with one", dated=False)
    gbp: ByGroup[Pounds] = lever("one-off-gbp", "pounds", "mean of those paid", dated=False)
    sigma: ByGroup[Sigma] = lever("one-off-sigma", "log units", "spread of those paid", dated=False)


class PlanChanges(Settings):
    """Changes of a plan in use, and whether the council only hears of them or decides on them."""

    per_year: RatePerYear = lever("plan-changes-per-year", "a year", "changes of a plan in use")
    agreed_by: Literal["notice", "panel"] = choice(
        "notice", "whether people tell of a change or ask the panel first"
    )
    hours: Hours = lever("plan-change-hours", "hours", "co-ordinator's time for a change")


class DeploymentSettings(Settings):
    """Who helps to plan, how budgets are held, what they buy, and what is left of them."""

    held: Holding = Field(description="how budgets are held", json_schema_extra=_UNDATED)
    leading: Leading = Field(description="who leads support plans", json_schema_extra=_UNDATED)
    involved: Involved = Field(description="who helps without leading", json_schema_extra=_UNDATED)
    payment_support: PaymentSupport = Field(
        description="help with running a budget that is paid out", json_schema_extra=_UNDATED
    )
    one_off: OneOff = Field(description="one-off payments", json_schema_extra=_UNDATED)
    plan_changes: PlanChanges = Field(description="changes of plans in use")
    ib_services: IBServices = Field(description="what IBs buy", json_schema_extra=_UNDATED)
    conventional_services: ConventionalServices = Field(
        description="what conventional packages hold", json_schema_extra=_UNDATED
    )
    service_use_correlation: Correlation = lever(
        "service-use-correlation", "correlation", "how far larger sums go with more services", dated=False
    )
    in_house_home_care_percent: Percent = lever(
        "in-house-home-care-percent", "percent", "home-care money that goes to the council's own", dated=False
    )
    underspend_percent: Percent = lever(
        "underspend-percent", "percent", "mean of what is left of a year's money paid out", dated=False
    )
    underspend_sigma: Sigma = lever("underspend-sigma", "log units", "spread of what is left", dated=False)
    clawback_percent: Percent = lever(
        "clawback-percent", "percent", "taken back of what is left beyond the reserve"
    )
    clawback_kept_weeks: Weeks = lever("clawback-kept-weeks", "weeks", "money left to people as a reserve")
