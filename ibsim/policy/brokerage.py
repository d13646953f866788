"""Brokerage: arranging what the plan says, and the days until it is in place."""

from __future__ import annotations

from ibsim.policy.lever import ByGroup, Days, Hours, Percent, Settings, Sigma, lever


class BrokerageSettings(Settings):
    """Arranging services in both arms; recruiting a personal assistant is on the person's side."""

    conventional_hours: ByGroup[Hours] = lever(
        "arranging-hours", "hours", "co-ordinator's time to arrange conventional services"
    )
    ib_hours: Hours = lever("ib-arranging-hours", "hours", "co-ordinator's time to arrange an IB's services")
    start_days_median: Days = lever(
        "service-start-days-median", "days", "median days until an arranged service starts"
    )
    start_sigma: Sigma = lever("service-start-sigma", "log units", "spread of those days")
    personal_assistant_percent: ByGroup[Percent] = lever(
        "personal-assistant-percent", "percent", "IB holders who recruit a personal assistant"
    )
    recruiting_days_median: Days = lever(
        "recruiting-days-median", "days", "median days to recruit an assistant"
    )
    recruiting_sigma: Sigma = lever("recruiting-sigma", "log units", "spread of those days")
    criminal_record_check_days: Days = lever(
        "criminal-record-check-days", "days", "days that a criminal record check adds, where one is made"
    )
    criminal_record_check_percent: Percent = lever(
        "criminal-record-check-percent", "percent", "assistants for whom a criminal record check is made"
    )
    paused_percent: Percent = lever(
        "arranging-paused-percent", "percent", "people whose IB start is put off on their side"
    )
