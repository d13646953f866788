from __future__ import annotations

import json

from ibsim.evidence import Evidence
from ibsim.evidence.listing import HEADINGS, cells, render, search, to_dict, to_json


def keys(evidence: Evidence, words: str) -> list[str]:
    return [row.key for row in search(evidence, words)]


def test_every_word_must_occur_somewhere_in_any_case(evidence: Evidence) -> None:
    assert keys(evidence, "HOURS table 1") == ["base", "base/LD"]
    assert keys(evidence, "guess pounds") == ["spread"]
    assert keys(evidence, "derived") == ["weekly"]
    assert keys(evidence, "nothing-of-the-kind") == []
    assert len(search(evidence, [])) == len(evidence.rows())


def test_facts_and_national_figures_can_be_searched_too(evidence: Evidence) -> None:
    assert search(evidence, "staff-active-caseload") == []
    found = search(evidence, "staff-active-caseload-some-ib", include_facts=True)
    assert [(row.id, row.value, row.file) for row in found] == [
        ("staff-active-caseload-some-ib", 22.2, "facts.csv")
    ]
    assert "Individual Budgets Evaluation Network" in found[0].source
    (figure,) = search(evidence, "rap-reviews", include_facts=True)
    assert (figure.id, figure.printed) == ("rap-reviews|2004-05", "1090000")
    assert "2003-04" in render(evidence, figure)
    assert to_dict(evidence, figure)["value"] == 1_090_000


def test_a_listing_has_one_cell_a_heading(evidence: Evidence) -> None:
    assert all(len(cells(row)) == len(HEADINGS) for row in evidence.rows())
    assert cells(evidence.row("base"))[4] == "3 to 6 (triangular)"
    assert cells(evidence.row("fixed"))[4] == "6 to 8"
    assert cells(evidence.row("mode"))[6] == "A way of working."


def test_one_row_in_full(evidence: Evidence) -> None:
    text = render(evidence, evidence.row("base"))
    assert text.splitlines() == [
        "base: 4 hours",
        "  range: 3 to 6 (triangular)",
        "  status: measured",
        "  source: Table 1",
    ]
    assert "    weekly = [base] * 2" in render(evidence, evidence.row("weekly")).splitlines()
    assert "  reasoning: A guess." in render(evidence, evidence.row("spread")).splitlines()


def test_an_overridden_row_says_so(evidence: Evidence) -> None:
    changed = evidence.with_overrides({"share": 25})
    assert "overridden" in render(changed, changed.row("share", "OP"))
    assert to_dict(changed, changed.row("share", "OP"))["overridden"] is True
    assert to_dict(changed, changed.row("base"))["overridden"] is False


def test_json_is_an_array_of_rows(evidence: Evidence) -> None:
    rows = json.loads(to_json(evidence, evidence.rows()))
    assert len(rows) == len(evidence.rows())
    weekly = next(row for row in rows if row["id"] == "weekly")
    assert weekly["formula"] == "[base] * 2"
    assert "4 * 2" in weekly["worked"]
    assert weekly["low"] is None


def test_a_formula_that_fails_is_shown_as_such(evidence: Evidence) -> None:
    broken = evidence.with_overrides({"base": 0})
    table = {key: dict(groups) for key, groups in broken.table.items()}
    from dataclasses import replace

    table["weekly"][""] = replace(table["weekly"][""], formula="1 / [base]")
    bad = Evidence(table)
    assert "cannot be worked out" in render(bad, bad.row("weekly"))
