from __future__ import annotations

from dataclasses import replace

import pytest

from ibsim.errors import EvidenceError
from ibsim.evidence import Evidence, load


def with_derived(evidence: Evidence, id: str, value: float, formula: str, unit: str = "hours") -> Evidence:
    changed = evidence.copy()
    row = replace(evidence.row("weekly"), id=id, value=value, printed=str(value), formula=formula, unit=unit)
    changed.table[id] = {"": row}
    return changed


def test_a_derived_row_follows_and_so_does_what_rests_on_it(evidence: Evidence) -> None:
    chain = with_derived(evidence, "yearly", 352, "[weekly] * 44")
    changed = chain.with_overrides({"base": 5}).rederived()
    assert (changed.value("weekly"), changed.value("yearly")) == (10.0, 440.0)
    assert changed.row("yearly").origin == "formula"
    assert chain.value("yearly") == 352.0


def test_an_overridden_derived_row_stays_and_is_built_upon(evidence: Evidence) -> None:
    chain = with_derived(evidence, "yearly", 352, "[weekly] * 44")
    changed = chain.with_overrides({"base": 5, "weekly": 1}).rederived()
    assert (changed.value("weekly"), changed.value("yearly")) == (1.0, 44.0)


def test_rows_follow_a_group_that_left_the_shared_row(evidence: Evidence) -> None:
    one = with_derived(evidence, "op", 8, "[base|OP] * 2")
    assert one.with_overrides({"base/OP": 6}).rederived().value("op") == 12.0


def test_rows_follow_a_draw_but_a_row_with_a_range_is_drawn_itself(evidence: Evidence) -> None:
    drawn = evidence.sampled(lambda _: 0.9).rederived()
    assert drawn.value("weekly") == pytest.approx(2 * drawn.value("base"))
    ranged = evidence.copy()
    ranged.table["weekly"][""] = replace(evidence.row("weekly"), low=7.0, high=9.0, distribution="uniform")
    assert ranged.sampled(lambda _: 0.5).rederived().value("weekly") == 8.0


def test_a_range_is_stretched_in_proportion(evidence: Evidence) -> None:
    ranged = evidence.copy()
    ranged.table["weekly"][""] = replace(evidence.row("weekly"), low=6.0, high=10.0, distribution="uniform")
    row = ranged.with_overrides({"base": 6}).rederived().row("weekly")
    assert (row.low, row.value, row.high) == (9.0, 12.0, 15.0)


def test_nonsense_is_held_at_the_bound_and_noted(evidence: Evidence) -> None:
    difference = with_derived(evidence, "rest", 2, "6 - [base]")
    changed = difference.with_overrides({"base": 8}).rederived()
    assert changed.value("rest") == 0.0
    assert "rest is held at 0: its formula gives -2" in changed.notes
    percent = with_derived(evidence, "part", 40, "[base] * 10", "percent")
    assert percent.with_overrides({"base": 20}).rederived().value("part") == 100.0


def test_a_circle_is_an_error(evidence: Evidence) -> None:
    with pytest.raises(EvidenceError, match="circle"):
        with_derived(evidence, "weekly", 8, "[weekly]").rederived()


def test_the_shipped_pack_comes_back_as_it_is() -> None:
    assert load().rederived() == load()
    assert load().rederived().notes == ()
