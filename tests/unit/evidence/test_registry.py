from __future__ import annotations

import pickle
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ibsim.errors import EvidenceError
from ibsim.evidence import Evidence, load
from ibsim.evidence.rows import read_parameters
from tests.unit.evidence.conftest import Pack


def test_a_group_without_a_row_of_its_own_shares_the_blank_one(evidence: Evidence) -> None:
    assert evidence.value("base") == 4.0
    assert evidence.value("base", "LD") == 5.0
    assert evidence.value("base", "OP") == 4.0
    np.testing.assert_array_equal(evidence.by_group("base"), [4.0, 5.0, 4.0, 4.0])
    assert evidence.by_group("base").dtype == np.float64


def test_a_group_that_nobody_stands_for_is_an_error(evidence: Evidence) -> None:
    with pytest.raises(EvidenceError) as caught:
        evidence.by_group("share")
    assert "PD, OP" in caught.value.rule or caught.value.found == "group 'LD'"


def test_an_unknown_id_names_the_nearest(evidence: Evidence) -> None:
    with pytest.raises(EvidenceError, match="did you mean 'weekly'"):
        evidence.value("weakly")


def test_a_choice_is_a_word_and_no_number(evidence: Evidence) -> None:
    assert evidence.text("mode") == "slow"
    assert evidence.text("base", "LD") == "5"
    with pytest.raises(EvidenceError, match=r"text\(\)"):
        evidence.value("mode")


def test_explain_shows_the_sum_with_its_numbers(evidence: Evidence) -> None:
    lines = [line.strip(" =") for line in evidence.explain("weekly").splitlines()]
    assert lines == ["weekly = [base] * 2", "4 * 2", "8 hours, in use as 8"]
    assert evidence.explain("base", "LD") == "base/LD = 5 hours (measured: Table 1)"


def test_references_reach_parameters_facts_and_national_figures(evidence: Evidence) -> None:
    assert evidence.resolve("base|LD") == 5.0
    assert evidence.resolve("diary-aspect-review-no-ib-hours") == 3.6
    assert evidence.resolve("rap-reviews|2004-05") == 1_090_000
    with pytest.raises(EvidenceError, match=r"did you mean 'rap-reviews\|2004-05'"):
        evidence.resolve("rap-review|2004-05")


class TestOverrides:
    def test_they_give_new_evidence_and_leave_the_old(self, evidence: Evidence) -> None:
        changed = evidence.with_overrides({"base": 4.5, "base/LD": 6})
        assert (changed.value("base"), changed.value("base", "LD")) == (4.5, 6.0)
        assert (evidence.value("base"), evidence.overrides) == (4.0, {})
        assert changed.overrides == {"base": 4.5, "base/LD": 6}
        assert {row.key for row in changed.rows() if row.origin == "override"} == {"base", "base/LD"}
        assert changed.digest != evidence.digest
        assert changed != evidence

    def test_a_group_may_leave_the_shared_row(self, evidence: Evidence) -> None:
        changed = evidence.with_overrides({"fixed/OP": 9})
        np.testing.assert_array_equal(changed.by_group("fixed"), [7.0, 7.0, 7.0, 9.0])

    def test_an_id_without_a_blank_row_means_all_its_groups(self, evidence: Evidence) -> None:
        changed = evidence.with_overrides({"share/OP": 80, "share": 25})
        assert (changed.value("share", "PD"), changed.value("share", "OP")) == (25.0, 80.0)

    def test_groups_with_rows_of_their_own_keep_them_and_a_note_says_so(self, evidence: Evidence) -> None:
        changed = evidence.with_overrides({"base": 5})
        assert changed.value("base", "LD") == 5.0
        assert "base: rows of its own keep their value for LD" in changed.notes

    def test_a_value_outside_the_range_is_allowed_and_noted(self, evidence: Evidence) -> None:
        changed = evidence.with_overrides({"base/LD": 50})
        assert changed.value("base", "LD") == 50.0
        assert "base/LD = 50 lies outside the evidence's range, 5 to 7 hours" in changed.notes

    def test_a_derived_row_left_behind_is_noted(self, evidence: Evidence) -> None:
        changed = evidence.with_overrides({"base": 5})
        assert "weekly keeps 8, though base was overridden" in changed.notes
        assert not evidence.with_overrides({"base": 4, "weekly": 8}).notes[1:]

    def test_they_add_up(self, evidence: Evidence) -> None:
        once = evidence.with_overrides({"fixed": 6, "mode": "fast"})
        twice = evidence.with_overrides({"fixed": 6}).with_overrides({"mode": "fast"})
        assert once == twice
        assert hash(once) == hash(twice)
        assert twice.text("mode") == "fast"

    def test_a_number_may_come_as_text(self, evidence: Evidence) -> None:
        assert evidence.with_overrides({"fixed": "6.5"}).value("fixed") == 6.5

    @pytest.mark.parametrize(
        ("key", "given", "part"),
        [
            ("fixt", 1, "did you mean 'fixed'"),
            ("base/LDD", 1, "did you mean LD"),
            ("share/LD", 1, "the groups of share are PD, OP"),
            ("fixed", True, "finite number"),
            ("fixed", float("nan"), "finite number"),
            ("fixed", float("inf"), "finite number"),
            ("fixed", 10**400, "finite number"),
            ("fixed", None, "finite number"),
            ("fixed", [1], "finite number"),
            ("fixed", "many", "finite number"),
            ("mode", 3, "is a word"),
            ("mode", "two words", "is a word"),
        ],
    )
    def test_bad_ones_are_refused(self, evidence: Evidence, key: str, given: object, part: str) -> None:
        with pytest.raises(EvidenceError) as caught:
            evidence.with_overrides({key: given})  # type: ignore[dict-item]  # as a scenario may give it
        assert part in str(caught.value)
        assert repr(key) in caught.value.where


class TestCouncilPacks:
    def test_its_rows_replace_shipped_ones(self, pack: Pack) -> None:
        shipped = load()
        row = next(row for row in shipped.rows() if not row.group and not isinstance(row.value, str))
        folder = pack(f"{row.id},OP,123,{row.unit},,,point,measured,Our own count,,")
        own = load(folder)
        assert own.value(row.id, "OP") == 123.0
        assert own.value(row.id) == row.value
        assert len(own.rows()) >= len(shipped.rows())
        assert shipped.row(row.id, "OP").source != "Our own count"
        assert own.digest != shipped.digest

    def test_an_unknown_id_is_an_error_with_the_nearest(self, pack: Pack) -> None:
        row_id = load().rows()[0].id
        folder = pack(f"{row_id}x,,1,hours,,,point,measured,T,,")
        with pytest.raises(EvidenceError) as caught:
            load(folder)
        assert repr(row_id) in caught.value.remedy
        assert "line 2" in caught.value.where

    def test_it_may_bring_facts_for_its_formulas(self, pack: Pack) -> None:
        row_id = next(row.id for row in load().rows() if row.unit != "choice" and not row.group)
        folder = pack(f"{row_id},,14,hours,,,point,derived,,[our-own-count] * 2,")
        (folder / "facts.csv").write_text(
            "id,topic,group,arm,statistic,value,unit,price_year,source_file,source_place,note\n"
            "our-own-count,time-use,,,value,7,hours,,diary.xlsx,sheet 1,\n",
            encoding="utf-8",
        )
        own = load(folder)
        assert own.worked(own.row(row_id)) == 14.0
        assert own.resolve("diary-aspect-review-no-ib-hours") == 3.6

    def test_a_folder_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(EvidenceError, match=r"parameters\.csv"):
            load(tmp_path / "nowhere")


def test_the_digest_ignores_words_about_a_number(pack: Pack) -> None:
    digests = []
    for line in ("base,,4,hours,,,point,measured,T,,", "base,,4.0,hours,,,point,assumed,,,Why not."):
        (row,) = read_parameters(pack(line) / "parameters.csv")
        digests.append(Evidence({"base": {"": row}}).digest)
    assert digests[0] == digests[1]


def test_evidence_crosses_process_borders(evidence: Evidence) -> None:
    changed = evidence.with_overrides({"fixed": 6})
    copy = pickle.loads(pickle.dumps(changed))  # noqa: S301  # our own bytes
    assert copy == changed
    assert copy.notes == changed.notes


def test_the_shipped_pack_is_read_once() -> None:
    assert load() is load()


def test_loading_is_quick_and_leaves_the_facts_alone(tmp_path: Path, pack: Pack) -> None:
    folder = pack(*(f"row-{n},,4,hours,3,6,triangular,measured,Table 1,,Some words." for n in range(400)))
    started = time.process_time()
    read_parameters(folder / "parameters.csv")
    # A busy machine needs some air; 400 rows take about 6 ms on an idle one.
    assert time.process_time() - started < 0.1
    code = (
        "import sys, ibsim.evidence as e; from ibsim.evidence import facts; e.load(); "
        "assert facts.read_facts.cache_info().misses == 0; "
        "assert not {'pandas', 'scipy', 'ibsim.evidence.sampling'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
