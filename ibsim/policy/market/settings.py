"""The levers of the market: what providers are like, how they are paid, what the council does for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ibsim.policy.lever import (
    ByGroup,
    Factor,
    Percent,
    Pounds,
    RatePerYear,
    Settings,
    Sigma,
    Weeks,
    choice,
    lever,
)
from ibsim.words import SOLD

SOLD_NAMES = tuple(category.name.lower() for category in SOLD)
"""The services that are sold, in the order of their codes; the first is that of personal assistants."""
PLACED_NAMES = SOLD_NAMES[1:]
"""Those that have providers; assistants are hired one by one."""
Months = Annotated[float, Field(ge=0, le=240)]
Power = Annotated[float, Field(ge=0, le=20)]
Years = Annotated[float, Field(gt=0, le=40)]
Quantity = Annotated[float, Field(ge=1, le=1_000_000)]
Stock = Annotated[float, Field(ge=0, le=1_000_000)]
UnitPrice = Annotated[float, Field(ge=0.01, le=10_000)]
_UNDATED: dict[str, Any] = {"dated": False}


def _fixed(evidence_id: str, unit: str, help: str) -> Any:
    return lever(evidence_id, unit, help, dated=False)


class Prices(Settings):
    """What services cost at the start: the council's average over all its providers (Table C.5)."""

    home_care_gbp_per_hour: UnitPrice = _fixed("home-care-price-gbp-per-hour", "pounds an hour", "home care")
    day_centre_gbp_per_attendance: UnitPrice = _fixed(
        "day-centre-price-gbp-per-attendance", "pounds an attendance", "day care"
    )
    supported_living_gbp_per_hour: UnitPrice = _fixed(
        "supported-living-price-gbp-per-hour", "pounds an hour", "support in supported living"
    )
    meal_gbp: UnitPrice = _fixed("meal-price-gbp", "pounds a meal", "a meal brought to the home")
    assistant_gbp_per_hour: UnitPrice = _fixed(
        "pa-wage-gbp-per-hour", "pounds an hour", "a personal assistant, employer's costs included"
    )

    def array(self) -> tuple[float, ...]:
        """Pounds a unit, in the order of the services' codes."""
        return (
            self.assistant_gbp_per_hour,
            self.home_care_gbp_per_hour,
            self.day_centre_gbp_per_attendance,
            self.supported_living_gbp_per_hour,
            self.meal_gbp,
        )


class BySold(Settings):
    """A percentage for each service that has providers; a single number in the scenario means all four."""

    home_care: Percent
    day_care: Percent
    supported_living: Percent
    meals: Percent

    def array(self) -> tuple[float, ...]:
        """The percentages as shares, in the order of the services' codes; none for assistants."""
        return (0.0, *(getattr(self, name) / 100 for name in PLACED_NAMES))


class BlockPercent(BySold):
    """Share of each service's council volume under block contracts at the start."""

    home_care: Percent = _fixed("home-care-block-percent", "percent", "home care under block")
    day_care: Percent = _fixed("day-centre-block-percent", "percent", "day care under block")
    supported_living: Percent = _fixed(
        "supported-living-block-percent", "percent", "supported living under block"
    )
    meals: Percent = _fixed("meals-block-percent", "percent", "meals under block")


class FixedCosts(BySold):
    """Share of providers' costs at their starting volume that does not fall with volume."""

    home_care: Percent = _fixed("home-care-fixed-cost-percent", "percent", "fixed costs of agencies")
    day_care: Percent = _fixed("day-centre-fixed-cost-percent", "percent", "fixed costs of day centres")
    supported_living: Percent = _fixed(
        "supported-living-fixed-cost-percent", "percent", "fixed costs of supported living"
    )
    meals: Percent = _fixed("meals-fixed-cost-percent", "percent", "fixed costs of meals services")


class ListedProvider(Settings):
    """One provider of the council's own list."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = Field(
        description="its name, as results show it"
    )
    service: Literal["home_care", "day_care", "supported_living", "meals"] = Field(
        description="what it sells"
    )
    capacity_per_week: Quantity = Field(
        description="hours, attendances or meals a week at most, all customers"
    )
    price_gbp: UnitPrice = Field(description="pounds an hour, an attendance or a meal")
    block_per_week: Stock = Field(default=0.0, description="hours, attendances or meals a week under block")
    block_ends_months: Months = Field(default=36.0, description="months from the start until the block ends")
    private_percent: Percent = Field(default=0.0, description="share of its volume for other customers")
    reserves_gbp: Annotated[float, Field(ge=0, le=1e9)] | None = Field(
        default=None, description="pounds in reserve at the start; left out: provider_reserve_weeks of costs"
    )
    fixed_cost_percent: Percent | None = Field(
        default=None, description="share of its costs that is fixed; left out: as its service"
    )
    locality: Annotated[int, Field(ge=1, le=50)] | None = Field(
        default=None, description="where it works; left out: everywhere"
    )
    in_house: bool = Field(default=False, description="run by the council itself")
    preferred: bool = Field(default=False, description="on the preferred-provider list")

    @model_validator(mode="after")
    def _block_fits(self) -> ListedProvider:
        if self.block_per_week > self.capacity_per_week:
            raise ValueError(
                f"a block is part of what a provider can give: block_per_week is {self.block_per_week:g}, "
                f"capacity_per_week {self.capacity_per_week:g}"
            )
        return self


class Providers(Settings):
    """Providers at the start, where the council does not list its own, and what they live on."""

    listed: list[ListedProvider] = Field(
        default=[],
        max_length=400,
        description="the council's own providers; a service with none listed has generated ones",
        json_schema_extra=_UNDATED,
    )
    in_house_home_care_percent: Percent = _fixed(
        "market-in-house-home-care-percent", "percent", "council home care given in house at the start"
    )
    in_house_price_multiple: Factor = _fixed(
        "in-house-price-multiple", "times", "an in-house hour against an independent one"
    )
    agency_small_percent: Percent = _fixed(
        "agency-small-share-percent", "percent", "hours with small agencies"
    )
    agency_medium_percent: Percent = _fixed(
        "agency-medium-share-percent", "percent", "hours with medium ones"
    )
    agency_large_percent: Percent = _fixed("agency-large-share-percent", "percent", "hours with large ones")
    agency_small_hours: Quantity = _fixed("agency-small-hours", "hours a week", "a small agency")
    agency_medium_hours: Quantity = _fixed("agency-medium-hours", "hours a week", "a medium agency")
    agency_large_hours: Quantity = _fixed("agency-large-hours", "hours a week", "a large agency")
    day_centre_places: Quantity = _fixed("day-centre-places", "attendances a week", "a day centre")
    supported_living_hours: Quantity = _fixed(
        "supported-living-provider-hours", "hours a week", "a supported-living provider"
    )
    meals_per_week: Quantity = _fixed("meals-provider-meals", "meals a week", "a meals service")
    agency_private_percent: Percent = _fixed(
        "agency-private-percent", "percent", "agencies' volume for private customers and other councils"
    )
    day_centre_private_percent: Percent = _fixed(
        "day-centre-private-percent", "percent", "the same for day centres, supported living and meals"
    )
    capacity_headroom_percent: Percent = _fixed(
        "capacity-headroom-percent", "percent", "capacity above volume at the start"
    )
    fixed_cost_percent: FixedCosts = Field(
        description="share of costs that is fixed", json_schema_extra=_UNDATED
    )
    in_house_fixed_cost_percent: Percent = _fixed(
        "in-house-fixed-cost-percent", "percent", "share of in-house costs that is fixed"
    )
    margin_percent: Percent = _fixed("provider-margin-percent", "percent", "providers' margin on their costs")
    margin_sigma_percent: Percent = _fixed(
        "provider-margin-sigma-percent", "percent", "spread of margins between providers"
    )
    reserve_weeks: Weeks = _fixed("provider-reserve-weeks", "weeks", "reserves in weeks of costs, median")
    reserve_weeks_sigma: Sigma = _fixed("provider-reserve-weeks-sigma", "log units", "spread of reserves")
    quality_sigma: Sigma = _fixed(
        "quality-sigma", "log units", "how far providers differ in what people prefer"
    )


class Contracts(Settings):
    """How the council buys: blocks, spot under a framework, lists, and budgets held by providers."""

    block_percent: BlockPercent = Field(
        description="council volume under block at the start", json_schema_extra=_UNDATED
    )
    block_headroom_percent: Percent = _fixed(
        "block-headroom-percent", "percent", "blocks above what of them is used at the start"
    )
    block_term_years: Years = lever(
        "block-term-years", "years", "term of a block; at the start ends are spread over it"
    )
    block_renewal_percent: Annotated[float, Field(ge=0, le=200)] = lever(
        "block-renewal-percent", "percent", "size of a renewed block against its use in the year before"
    )
    block_release_percent: Percent = lever(
        "block-release-percent",
        "percent",
        "unused block hours that are handed back at month ends, after notice",
    )
    block_notice_months: Months = lever(
        "block-notice-months", "months", "notice for handing block hours back"
    )
    preferred_list: Literal["off", "on"] = choice(
        "off", "place people with listed providers first, at a discount for volume"
    )
    preferred_list_discount_percent: Percent = lever(
        "preferred-list-discount-percent", "percent", "discount of listed providers on spot hours"
    )
    preferred_list_volume_percent: Percent = lever(
        "preferred-list-volume-percent", "percent", "share of each service's capacity that is listed"
    )
    individual_service_fund_percent: ByGroup[Percent] = _fixed(
        "individual-service-fund-percent", "percent", "IB holders whose provider holds the budget"
    )
    pooled_percent: Percent = _fixed("pooled-percent", "percent", "IB holders who buy together with others")
    pooled_discount_percent: Percent = lever(
        "pooled-discount-percent", "percent", "what buying together saves"
    )


class Matching(Settings):
    """How people and providers come together."""

    price_sensitivity: Power = lever(
        "price-sensitivity", "log units", "how far a higher price puts people off"
    )
    stay_with_provider_percent: Percent = lever(
        "stay-with-provider-percent", "percent", "people who stay with their provider where it has room"
    )
    short_notice_percent: Percent = lever(
        "ib-short-notice-percent", "percent", "IB hours asked for at short notice or banked"
    )
    short_notice_cost_percent: Percent = lever(
        "short-notice-cost-percent", "percent", "what rostering them adds to their variable cost"
    )
    invoice_gbp: Pounds = lever("invoice-gbp", "pounds", "what handling one invoice costs a provider")
    ib_invoices_per_month: Power = lever(
        "ib-invoices-per-month", "invoices", "invoices to one IB holder a month"
    )
    late_payment_weeks: Weeks = lever("late-payment-weeks", "weeks", "how late IB holders pay")
    unpaid_percent: Percent = lever("unpaid-percent", "percent", "IB holders' invoices that are never paid")
    missed_percent: Percent = lever("missed-hours-percent", "percent", "hours that providers miss")
    missed_short_notice_percent: Percent = lever(
        "missed-hours-short-notice-percent", "percent", "the same of hours at short notice"
    )
    bridging_premium_percent: Percent = lever(
        "bridging-premium-percent",
        "percent",
        "what cover costs on top until a displaced person has a provider",
    )


class Fortunes(Settings):
    """How providers answer to their books."""

    price_response_share: Annotated[float, Field(ge=0, le=1)] = lever(
        "price-response-share",
        "share",
        "part of a change of unit cost that prices follow at the yearly review",
    )
    price_rise_most_percent: Percent = lever(
        "price-rise-most-percent", "percent", "largest rise in one review"
    )
    fixed_cost_shed_percent_per_year: Percent = lever(
        "fixed-cost-shed-percent-per-year",
        "percent a year",
        "fixed cost beyond volume that providers can shed",
    )
    capacity_cut_percent: Percent = lever(
        "capacity-cut-percent", "percent", "capacity that a provider in trouble gives up"
    )
    capacity_cut_trigger_weeks: Weeks = lever(
        "capacity-cut-trigger-weeks", "weeks", "reserves, in weeks of costs, at which it is in trouble"
    )
    capacity_growth_percent_per_year: Percent = lever(
        "capacity-growth-percent-per-year", "percent a year", "capacity that providers add where people wait"
    )
    diversification_percent_per_year: Percent = lever(
        "diversification-percent-per-year",
        "percent a year",
        "lost council hours that providers replace elsewhere",
    )
    base_exit_percent_per_year: Percent = lever(
        "provider-base-exit-percent-per-year",
        "percent a year",
        "providers that close for reasons of their own",
    )
    closure_notice_weeks: Weeks = lever(
        "closure-notice-weeks", "weeks", "notice that a closing provider gives"
    )
    entry_months: Months = lever(
        "provider-entry-months", "months", "until a newcomer opens where demand waits"
    )
    entry_trigger_percent: Percent = lever(
        "provider-entry-trigger-percent",
        "percent",
        "searches in vain, of all in a month, that bring a newcomer",
    )
    newcomer_use_percent: Percent = lever(
        "newcomer-use-percent", "percent", "part of its capacity with which a newcomer reckons"
    )


class MarketSupport(Settings):
    """What the council does for its market."""

    transition_grant_percent: Percent = lever(
        "transition-grant-percent", "percent", "share of a provider's monthly loss that the council meets"
    )
    transition_grant_months: Months = lever(
        "transition-grant-months", "months", "how long one provider can have the grant"
    )
    in_house: Literal["keep", "close", "convert"] = choice(
        "keep", "what becomes of in-house home care: kept, closed, or turned to reablement"
    )
    in_house_rundown_months: Months = lever(
        "in-house-rundown-months",
        "months",
        "until overheads end once in-house home care closes or is converted",
    )


class Assistants(Settings):
    """The local pool of personal assistants."""

    spare_percent: Percent = _fixed(
        "pa-pool-hours-percent", "percent", "hours on offer beyond those taken at the start"
    )
    supply_elasticity: Power = lever("pa-supply-elasticity", "log per log", "how supply answers to the wage")
    wage_adjustment_per_year: RatePerYear = lever(
        "pa-wage-adjustment-per-year", "a year", "how fast the wage closes a gap between demand and supply"
    )
    from_agencies_percent: Percent = lever(
        "pa-from-agencies-percent", "percent", "new assistants' hours that come from agencies' staff"
    )
    tightness_power: Power = lever(
        "pa-recruiting-tightness-power", "power", "how recruiting days grow as spare hours get fewer"
    )
    most_tightness: Annotated[float, Field(ge=1, le=1000)] = lever(
        "pa-most-tightness",
        "times",
        "how many times as hard as at the start finding an assistant gets at most",
    )
    recruiting_failure_percent: Percent = lever(
        "pa-recruiting-failure-percent", "percent", "recruitments that fail and begin again"
    )
    lost_after_weeks: Weeks = lever(
        "pa-lost-after-weeks", "weeks", "wait for sign-off after which an assistant lined up may be lost"
    )
    lost_percent: Percent = lever(
        "pa-lost-percent", "percent", "of those who wait so long, how many lose theirs"
    )
    missed_percent: Percent = lever("pa-missed-hours-percent", "percent", "hours without cover in sickness")


class Unlisted(Settings):
    """Day care and supported living: parts of the money that Tables 5.6 and 7.2 do not list."""

    day_care_conventional_percent: ByGroup[Percent] = _fixed(
        "day-care-conventional-percent", "percent", "people with a package who attend a day centre"
    )
    day_care_ib_percent: ByGroup[Percent] = _fixed("day-care-ib-percent", "percent", "the same with an IB")
    supported_living_conventional_percent: ByGroup[Percent] = _fixed(
        "supported-living-conventional-percent", "percent", "people with a package in supported living"
    )
    supported_living_ib_percent: ByGroup[Percent] = _fixed(
        "supported-living-ib-percent", "percent", "the same with an IB"
    )
    day_care_part_percent: Percent = _fixed(
        "day-care-part-of-unlisted-percent", "percent", "part of an attender's unlisted money for day care"
    )
    supported_living_part_percent: Percent = _fixed(
        "supported-living-part-of-unlisted-percent", "percent", "the same for supported living"
    )

    @model_validator(mode="after")
    def _parts_fit(self) -> Unlisted:
        if self.day_care_part_percent + self.supported_living_part_percent > 100:
            raise ValueError(
                "day_care_part_percent and supported_living_part_percent add up to 100 at the most"
            )
        return self


class MarketSettings(Settings):
    """Providers, contracts, matching, their fortunes, and personal assistants."""

    prices: Prices = Field(description="unit prices at the start", json_schema_extra=_UNDATED)
    unlisted: Unlisted = Field(description="day care and supported living", json_schema_extra=_UNDATED)
    providers: Providers = Field(description="providers at the start", json_schema_extra=_UNDATED)
    contracts: Contracts = Field(description="how the council buys")
    matching: Matching = Field(description="how people and providers come together")
    fortunes: Fortunes = Field(description="how providers answer to their books")
    support: MarketSupport = Field(description="what the council does for its market")
    assistants: Assistants = Field(description="the pool of personal assistants")
