"""Posts and teams: rows for the most that will ever be funded, spread over localities and teams."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.policy.workforce import WorkforceSettings
from ibsim.policy.workforce.posts import WORKING_DAYS_PER_YEAR, Funded, Posts, Rota
from ibsim.words import Desk
from tests.unit.policy.filling import filled

DESKS = {Desk.ACCESS: 2.5, Desk.PLANNER: 0.0, Desk.OFFICER: 3.0, Desk.MANAGER: 1.2}


def funded(*coordinators: float, **desks: float) -> Funded:
    return Funded(np.array(coordinators), DESKS | {Desk[name]: fte for name, fte in desks.items()})


def shares(posts: Posts, group: int) -> list[float]:
    """What is funded of the posts of a group, team by team."""
    teams = [team for place in posts.teams_of[group] for team in place]
    return [round(float(posts.share[posts.team == team].sum()), 6) for team in teams]


def test_posts_funded_are_those_of_the_settings() -> None:
    settings = filled(WorkforceSettings, {"care_coordinators_fte": 4.5, "support_planners_fte": 2.0})
    found = Funded.of(settings, 7.5)
    assert found.coordinators.tolist() == [4.5] * 4
    assert found.desks[Desk.ACCESS] == 7.5 and found.desks[Desk.PLANNER] == 2.0


def test_all_funded_posts_are_there_and_no_more() -> None:
    most = funded(23.7, 9.2, 0, 83.0)
    posts = Posts(most, localities=3, team_size=10)
    posts.fund(most)
    for group, fte in enumerate(most.coordinators):
        assert posts.share[posts.group == group].sum() == pytest.approx(fte)
    for desk, fte in DESKS.items():
        assert posts.share[posts.desk == desk].sum() == pytest.approx(fte)
    assert ((posts.share >= 0) & (posts.share <= 1)).all()
    assert posts.in_post.all() and not posts.agency.any()


def test_rows_teams_and_sizes_agree() -> None:
    posts = Posts(funded(23.7, 9.2, 0, 83.0), localities=3, team_size=10)
    assert np.bincount(posts.team).tolist() == posts.sizes
    assert posts.desk.size == posts.group.size == posts.share.size == sum(posts.sizes)
    teams = [team for group in posts.teams_of for place in group for team in place]
    assert sorted([*teams, *posts.desk_team.values()]) == list(range(len(posts.sizes)))
    for group, places in enumerate(posts.teams_of):
        assert len(places) == 3
        for team in (team for place in places for team in place):
            assert (posts.group[posts.team == team] == group).all()
            assert (posts.desk[posts.team == team] == Desk.COORDINATOR).all()
    for desk, team in posts.desk_team.items():
        assert (posts.desk[posts.team == team] == desk).all()
        assert (posts.group[posts.team == team] == -1).all()


def test_teams_are_about_as_large_as_asked() -> None:
    posts = Posts(funded(84, 10, 24, 140), localities=1, team_size=10)
    assert [len(group[0]) for group in posts.teams_of] == [8, 1, 2, 14]
    for group in posts.teams_of:
        sizes = [posts.sizes[team] for team in group[0]]
        assert max(sizes) - min(sizes) <= 1


def test_every_locality_has_a_team_even_of_a_group_without_posts() -> None:
    posts = Posts(funded(0, 0, 1, 2), localities=4, team_size=10)
    assert all(len(place) >= 1 for group in posts.teams_of for place in group)
    posts.fund(funded(0, 0, 1, 2))
    assert posts.share[posts.group >= 0].sum() == 3


def test_a_cut_falls_on_all_teams() -> None:
    posts = Posts(funded(0, 0, 0, 30), localities=1, team_size=10)
    posts.fund(funded(0, 0, 0, 30))
    assert shares(posts, 3) == [10, 10, 10]
    posts.fund(funded(0, 0, 0, 16.5))
    assert sorted(shares(posts, 3)) == [5, 5.5, 6]
    posts.fund(funded(0, 0, 0, 0))
    assert shares(posts, 3) == [0, 0, 0]


def test_leave_and_sickness_come_to_their_days() -> None:
    clock = Clock(date(2006, 4, 1), 3, 0)
    settings = filled(WorkforceSettings, {"leave_days_per_year": 25.0, "sickness_days_per_year": 8.0})
    rota = Rota(clock, Draws(1, 0), 400)
    there = np.array([rota.present(day, settings) for day in range(0, clock.n_days) if clock.working[day]])
    away = (1 - there.mean()) * WORKING_DAYS_PER_YEAR
    # leave hides some sickness: 8 days are taken of those that are not leave
    assert away == pytest.approx(33, abs=0.8)


def test_leave_is_taken_in_whole_weeks() -> None:
    clock = Clock(date(2006, 4, 1), 1, 0)
    settings = filled(WorkforceSettings, {"leave_days_per_year": 60.0, "sickness_days_per_year": 0.0})
    rota = Rota(clock, Draws(1, 0), 50)
    there = np.array([rota.present(day, settings) for day in range(364)]).reshape(52, 7, 50)
    assert (there.all(axis=1) | ~there.any(axis=1)).all()
    assert 0 < there.mean() < 1


def test_who_is_on_leave_does_not_hang_on_when_it_is_asked() -> None:
    clock, settings = Clock(date(2006, 4, 1), 3, 0), filled(WorkforceSettings)
    one, other = Rota(clock, Draws(1, 0), 20), Rota(clock, Draws(1, 0), 20)
    late = one.present(700, settings)
    other.present(3, settings)
    assert np.array_equal(other.present(700, settings), late)
    assert not np.array_equal(Rota(clock, Draws(2, 0), 20).present(700, settings), late)
