from __future__ import annotations

from dataclasses import replace

import pytest

from ibsim.evidence import Evidence
from ibsim.evidence.checking import agrees


def with_row(evidence: Evidence, id: str, **changes: str) -> Evidence:
    table = {key: dict(groups) for key, groups in evidence.table.items()}
    group, row = next(iter(table[id].items()))
    table[id][group] = replace(row, **changes)  # type: ignore[arg-type]  # text columns only
    return Evidence(table)


def test_a_sound_pack_has_no_problems(evidence: Evidence) -> None:
    assert evidence.check() == []


@pytest.mark.parametrize(
    ("printed", "exact", "same"),
    [
        ("2.94", 2.9431, True),
        ("2.9", 2.9431, True),
        ("2.95", 2.9431, True),
        ("2.97", 2.9431, False),
        ("3", 2.9431, False),
        ("3", 2.99, True),
        ("0.9", 0.94, False),
        ("0.90", 0.904, True),
        ("0", 0.0, True),
        ("0", 0.1, False),
        ("-1.5", -1.54, True),
        ("-1.5", 1.5, False),
        ("18000", 18_080.0, True),
        ("18000", 18_100.0, False),
    ],
)
def test_a_derived_value_is_its_formula_rounded(printed: str, exact: float, same: bool) -> None:
    assert agrees(printed, exact) is same


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        ("[base] * 3", "the value is 8, its formula gives 12"),
        ("[bass] * 2", "did you mean 'base'"),
        ("[base] ** 2", "the formula fails"),
        ("[share] * 2", "the formula fails"),
        ("[weekly]", "go round in a circle: weekly -> weekly"),
    ],
)
def test_wrong_formulas_are_told(evidence: Evidence, formula: str, part: str) -> None:
    (problem,) = with_row(evidence, "weekly", formula=formula).check()
    assert part in problem


def test_a_longer_circle_is_told(evidence: Evidence) -> None:
    round_about = with_row(evidence, "base", formula="[weekly] / 2")
    assert any("circle" in problem for problem in round_about.check())


def test_a_source_in_the_form_of_an_id_must_exist_and_agree(evidence: Evidence) -> None:
    gone = with_row(evidence, "base", source="fact: staff-active-case-load").check()
    assert "not in the evidence; did you mean 'staff-active-caseload" in gone[0]
    off = with_row(evidence, "base", source="staff-active-caseload-no-ib", unit="cases").check()
    assert off[0].endswith("the value is 4, its source staff-active-caseload-no-ib says 20.7")
    assert with_row(evidence, "base", source="Table 1; staff-active-caseload-no-ib").check() == []


def test_a_choice_has_no_formula(evidence: Evidence) -> None:
    assert "a choice has no formula" in with_row(evidence, "mode", formula="[base]").check()[0]
