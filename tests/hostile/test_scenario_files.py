"""Whatever a file holds, it is a valid scenario or one ScenarioError: never a traceback, never a hang."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ibsim.errors import ScenarioError
from ibsim.scenario import load
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers

SEED_TEXT = """\
name: A council
why: To see what happens
calendar: {start: 2006-04-01, years: 5, warm_up_years: 2, price_base: 2007-08}
workforce:
  support_planners_fte: [{from: 2006-04-01, value: 8}, {from: 2008-04-01, value: 12}]
  care_coordinators_fte: {OP: 60, LD: [{from: 2007-04-01, value: 20}]}
  team_size: 9
review:
  hours: 3
  first_review_weeks: 13
access: {facs_threshold: substantial}
rollout:
  trial: {enabled: true}
  waves:
    - {from: 2006-04-01, groups: [OP], to: new_referrals, share_percent: 40}
    - {from: 2007-04-01, groups: [PD, LD, MH], to: at_review, quota: 80, deadline: 2008-04-01}
evidence:
  team-size: 9
  review-hours/OP: 2.5
"""
hostile = settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def valid_or_refused(path: Path) -> bool:
    try:
        scenario = load(path)
    except ScenarioError as error:
        assert all((error.where, error.found, error.rule, error.remedy))
        return False
    assert len(scenario.hash) == 64
    return True


def test_the_seed_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SEED_TEXT)
    assert valid_or_refused(path)


@hostile
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(content)
    assert not valid_or_refused(path)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=8),
    st.sampled_from(["PD", "moderate", "at_review", "2006-04-01", "40%", ".nan"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["PD", "OP", "from", "value", "waves", "x", "groups"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)
PATHS = st.sampled_from(
    [*catalogue(Levers), ("calendar", "start"), ("calendar", "years"), ("evidence", "team-size")]
)


@hostile
@given(st.lists(st.tuples(PATHS, VALUES), min_size=1, max_size=3))
def test_any_value_at_any_lever(tmp_path: Path, changes: list[tuple[tuple[str, ...], Any]]) -> None:
    tree: dict[str, Any] = {"name": "n", "why": "w"}
    for lever, value in changes:
        here = tree
        for step in lever[:-1]:
            here = here.setdefault(step, {})
        here[lever[-1]] = value
    path = tmp_path / "s.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    valid_or_refused(path)


@hostile
@given(st.text(max_size=30))
def test_any_text_as_a_set(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SEED_TEXT)
    for change in (text, f"workforce.{text}", f"rollout.waves.{text}=3", f"workforce.team_size={text}"):
        try:
            load(path, [change])
        except ScenarioError as error:
            assert error.where


@hostile
@given(st.text(max_size=30))
def test_any_text_as_a_parent(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        yaml.safe_dump({"name": "n", "why": "w", "extends": text}, allow_unicode=True), encoding="utf-8"
    )
    valid_or_refused(path)
