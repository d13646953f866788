"""Everybody as they are born: who comes and when, what each is like, and each one's money."""

from __future__ import annotations

from dataclasses import fields
from math import floor

from ibsim.scenario.model import ResolvedScenario
from tests.oracle.draws import Draws
from tests.oracle.endowments import holding_of, ilf_beside_packages, market_traits_of, streams_of
from tests.oracle.enrolment import REFERRED, Row, enrolled
from tests.oracle.needs import Columns, Laws, Who, needs_of
from tests.oracle.people import GROUPS, Born, Person

KINDS = {field.name: {"int": int, "float": float, "bool": bool}[str(field.type)] for field in fields(Born)}


def money_at_birth(scenario: ResolvedScenario, draws: Draws, people: list[Who]) -> list[Columns]:
    """The money columns of everybody; only package holders can have an IB or another stream's money."""
    levers, laws = scenario.timeline[0][1], Laws(scenario.evidence)
    out = []
    for who in people:
        known = needs_of(who, levers, laws, draws) | market_traits_of(who, levers, draws)
        if who.has_package:
            known |= holding_of(who, known, levers, draws) | streams_of(who, levers, draws)
        out.append(known | {"ilf_conventional": 0})
    for group in GROUPS:
        holders = [
            (who, known)
            for who, known in zip(people, out, strict=True)
            if who.group == group and who.has_package
        ]
        beside = ilf_beside_packages(holders, levers, draws)
        for who, known in holders:
            known["ilf_conventional"] = beside.get(who.id, 0)
    return out


def columns_at_birth(scenario: ResolvedScenario, seed: int, number: int) -> list[Row]:
    """All that is drawn of everybody, by the names of the engine's people table."""
    rows, draws = enrolled(scenario, seed, number), Draws(seed, number)
    people = [
        Who(row["id"], GROUPS[row["group"]], row["has_package"], row["age"], row["arrives_at"])
        for row in rows
    ]
    return [row | money for row, money in zip(rows, money_at_birth(scenario, draws, people), strict=True)]


def everybody(scenario: ResolvedScenario, seed: int, number: int) -> list[Person]:
    """Everybody who will ever come to the council, in the order of arrival."""
    draws = Draws(seed, number)
    people = []
    for place, row in enumerate(columns_at_birth(scenario, seed, number)):
        if not row["has_package"]:  # and so can have no IB: what one would be is not drawn
            row = {name: 0 for name in KINDS} | row
        born = Born(**{name: kind(row[name]) for name, kind in KINDS.items()})
        id = row["id"]
        tie = floor(draws.uniform("tie", id) * 2**30)
        people.append(Person(place, id, GROUPS[born.group], born, id >> 40 < REFERRED, tie))
    return people
