"""Councils' own caseloads for tests: a folder with a scenario that names one, and files of any kind."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from ibsim.scenario import ResolvedScenario, load

START = date(2006, 4, 1)
QUIET = """
  contacts_per_year: 0
  referrals_per_year: 0
  localities: 1
  exit_rate_package_per_year: 0
  exit_rate_other_per_year: 0
  withdrawal_rate_per_year: 0
  needs_change_rate_per_year: 0
review: {crisis_rate_per_year: 0, reassessment_percent: 0}
safeguarding: {referrals_per_1000_per_year: 0}
"""
"""Nothing happens but what the caseload brings."""


def scenario_text(file: str = "caseload.csv", more: str = "\n", warm_up: int = 0) -> str:
    return (
        "extends: metropolitan\nname: ours\nwhy: a test\n"
        f"calendar: {{start: {START}, years: 1, warm_up_years: {warm_up}}}\n"
        f"population:\n  caseload_file: {file}{more}"
    )


def council(folder: Path, csv: str, more: str = "\n") -> ResolvedScenario:
    """The scenario that starts from this caseload."""
    (folder / "caseload.csv").write_text(csv, encoding="utf-8")
    path = folder / "ours.yaml"
    path.write_text(scenario_text(more=more), encoding="utf-8")
    return load(path)


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with these rows on its first sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
