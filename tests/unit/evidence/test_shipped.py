"""The shipped tables obey every rule; these tests guard each row that is added."""

from __future__ import annotations

import csv

import pytest

from ibsim.errors import EvidenceError
from ibsim.evidence import load, tables
from ibsim.evidence.facts import DATA, documents, read_facts, read_statistics
from ibsim.evidence.rows import DISTRIBUTIONS, STATUSES
from ibsim.units import GROUPS


def test_every_row_obeys_the_rules() -> None:
    assert load().check() == []


def test_every_row_is_complete() -> None:
    known = {row.id for row in load().rows()}
    for row in load().rows():
        assert row.status in STATUSES, row.where
        assert row.distribution in DISTRIBUTIONS, row.where
        assert row.source or row.formula or row.reasoning, row.where
        if row.status == "assumed" and row.unit != "choice":
            pointed = row.reasoning.startswith("see ") and row.reasoning.removeprefix("see ") in known
            words = len(row.reasoning.split())
            assert pointed or words >= 3, f"{row.where}: an assumption is argued, or points to a row that is"


def test_a_varying_row_has_a_value_at_each_end_of_its_range() -> None:
    evidence = load()
    for uniform in (1e-6, 0.5, 1 - 1e-6):
        drawn = evidence.sampled(lambda _, uniform=uniform: uniform)  # type: ignore[misc]  # a bound number
        for row in drawn.rows():
            if row.low is not None and row.low >= 0:
                assert not isinstance(row.value, str), row.where
                assert row.value >= 0, row.where


def test_fact_ids_are_unique_and_numbers_are_numbers() -> None:
    with (DATA / "facts.csv").open(encoding="utf-8", newline="") as file:
        ids = [line["id"] for line in csv.DictReader(file)]
    assert len(ids) == len(set(ids)) == 2582
    facts = read_facts((DATA,))
    assert list(facts) == ids
    assert {fact.group for fact in facts.values()} <= {"", "all", *GROUPS}


def test_every_fact_names_a_known_document() -> None:
    assert {fact.source_file for fact in read_facts((DATA,)).values()} == set(documents())


def test_the_diary_agrees_with_the_facts() -> None:
    facts = read_facts((DATA,))
    for task in tables.diary():
        start = f"diary-task-{task.task_number:02d}-"
        hours = {
            id: fact.value for id, fact in facts.items() if id.startswith(start) and id.endswith("-hours")
        }
        assert sorted(hours.values()) == sorted((task.hours_some_ib, task.hours_no_ib)), task
    for aspect in tables.aspects():
        start = f"diary-aspect-{aspect.aspect}-"
        assert facts[f"{start}some-ib-hours"].value == aspect.hours_some_ib
        assert facts[f"{start}no-ib-hours"].value == aspect.hours_no_ib


def test_the_diarys_tasks_sum_to_what_the_report_tabulates() -> None:
    # The section totals were rounded by themselves, each of the 34 tasks to a tenth of an hour.
    assert sum(task.hours_some_ib for task in tables.diary()) == pytest.approx(34.8, abs=0.5)
    assert sum(task.hours_no_ib for task in tables.diary()) == pytest.approx(32.5, abs=0.5)


def test_an_aspect_is_the_sum_of_its_tasks_but_for_rounding() -> None:
    by_number = {task.task_number: task for task in tables.diary()}
    for aspect in tables.aspects():
        tasks = [by_number[number] for number in aspect.task_numbers]
        # Each printed hour is rounded to a tenth, the sum too.
        slack = 0.05 * (len(tasks) + 1)
        assert sum(t.hours_some_ib for t in tasks) == pytest.approx(aspect.hours_some_ib, abs=slack), aspect
        assert sum(t.hours_no_ib for t in tasks) == pytest.approx(aspect.hours_no_ib, abs=slack), aspect
        marked = [task.task_number for task in tables.diary() if aspect.aspect in task.aspects]
        assert marked == list(aspect.task_numbers)


def test_stages_keep_their_blanks() -> None:
    stages = {stage.stage: stage for stage in tables.stages()}
    assert len(stages) == 29
    assert stages["support-planning-care-co-ordinator"].time_low_hours == 6.0
    assert stages["support-planning-care-co-ordinator"].time_high_hours is None
    assert stages["conventional-assess-plan-setup"].conventional_hours_low == 10.33


def test_there_are_thirteen_sites() -> None:
    sites = tables.sites()
    assert [site.site for site in sites] == list(range(1, 14))
    assert {group for site in sites for group in site.user_groups} == {*GROUPS, "transitions"}
    assert {site.prior_direct_payments for site in sites} == {"L", "M", "H"}
    assert sites[0].deprived
    assert not sites[1].deprived


def test_national_statistics_by_measure_and_year() -> None:
    assert tables.statistics("rap-reviews", "2004-05") == 1_090_000
    assert len(read_statistics((DATA,))) == 47
    with pytest.raises(EvidenceError, match="its years are 2004-05"):
        tables.statistics("rap-reviews", "1999-00")
    with pytest.raises(EvidenceError, match=r"public_statistics\.csv"):
        tables.statistics("nothing", "2004-05")
