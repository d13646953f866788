"""A first scenario from about ten numbers that a council knows: written, commented, ready to run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import ScenarioError
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.scenario.problems import quote, refuse
from ibsim.scenario.reading import SUFFIXES
from ibsim.scenario.resolve import load
from ibsim.units import GROUPS, split_pence

PARENTS = ("metropolitan", "county", "unitary", "london-borough")
"""The shipped councils that a new scenario can start from."""


@dataclass(frozen=True)
class Answers:
    """What the council knows; whatever is None stays as in the parent, scaled to the council's size.

    `clients_in_year` counts everybody supported at some time in a year, `service_users_at_start` those on
    one day; whole-time posts and pounds an hour as the levers have them.
    """

    name: str
    why: str
    parent: str = "metropolitan"
    clients_in_year: int | None = None
    service_users_at_start: int | None = None
    contacts_per_year: int | None = None
    care_coordinators_fte: float | None = None
    support_planners_fte: float | None = None
    care_coordinator_gbp_per_hour: float | None = None
    facs_threshold: str | None = None
    rollout_start: date | None = None
    rollout_share_percent: float | None = None
    rollout_groups: tuple[str, ...] = GROUPS


def write_new(answers: Answers, path: Path) -> ResolvedScenario:
    """Write the scenario to a file that does not exist yet, and return it as it loads.

    Raises `ScenarioError` if the file exists or cannot be written, or an answer breaks a rule; then no
    file is left.
    """
    if path.suffix.lower() not in SUFFIXES:
        refuse(
            path,
            f"a file named {quote(path.name)}",
            "a scenario is a .yaml file",
            f"call it {path.stem}.yaml",
        )
    text = render(answers)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        refuse(path, "a file that exists", "a new scenario never replaces a file", "choose another name")
    except (OSError, ValueError) as error:
        refuse(path, f"a file that cannot be written ({error})", "the folder exists", "choose another place")
    try:
        return load(path)
    except ScenarioError:
        os.unlink(path)
        raise


def render(answers: Answers) -> str:
    """The text of the scenario: only what differs from the parent, each lever with its meaning."""
    if answers.parent not in PARENTS:
        rule = f"the parent is one of {', '.join(PARENTS)}"
        refuse("new scenario", f"the parent {quote(answers.parent)}", rule, "choose one of them")
    for key, answer in vars(answers).items():
        if isinstance(answer, (int, float)) and not 0 <= answer <= 1_000_000_000:
            refuse(
                "new scenario", f"{key} = {answer}", "an answer is a number that is not negative", "check it"
            )
    sections: dict[str, list[str]] = {}
    for path, value in _levers(answers, load(answers.parent).levers):
        lever = catalogue(Levers)[path]
        unit = f" ({lever.unit})" if lever.unit not in ("", "choice") else ""
        section, key, *below = path
        text = value if not below else f"{{{below[0]}: {value}}}"
        sections.setdefault(section, []).extend([f"  # {lever.help}{unit}", f"  {key}: {text}"])
    lines = [
        "# A scenario states only what differs from its parent; all other levers are as there.",
        "# `ibsim check` reads it, `ibsim run` runs it, `ibsim schema` helps an editor to complete it.",
        f"extends: {answers.parent}",
        f"name: {_text(answers.name)}",
        f"why: {_text(answers.why)}",
    ]
    for section, levers in sections.items():
        lines += ["", f"{section}:", *levers]
    return "\n".join([*lines, *_rollout(answers)]) + "\n"


def _text(words: str) -> str:
    """Text as a YAML word in double quotes, on one line."""
    return json.dumps(words, ensure_ascii=False)


def _levers(answers: Answers, parent: Levers) -> Iterator[tuple[tuple[str, ...], str]]:
    """The levers that the answers set: path and value as YAML."""
    people, work = parent.population, parent.workforce
    stock, referred = people.clients_at_start.array(), people.referrals_per_year.array()
    coming = float((referred * (1 - parent.access.low_percent.array() / 100)).sum())
    size, growth = _sizes(answers, float(stock.sum()), coming)
    if size is not None:
        yield ("population", "clients_at_start"), _by_group(round(stock.sum() * size), stock)
        yield ("population", "referrals_per_year"), _by_group(round(referred.sum() * growth), referred)
    contacts = answers.contacts_per_year
    if contacts is not None or size is not None:
        scaled = round(people.contacts_per_year * growth) if contacts is None else contacts
        yield ("population", "contacts_per_year"), _number(scaled)
    posts, all_posts = work.care_coordinators_fte.array(), answers.care_coordinators_fte
    scale = growth if size is not None else 1.0
    if all_posts is None and size is not None:
        all_posts = round(float(posts.sum()) * scale, 1)
    if all_posts is not None:
        yield ("workforce", "care_coordinators_fte"), _by_group(all_posts, posts, parts=100)
    if size is not None:
        yield ("workforce", "team_managers_fte"), _number(round(work.team_managers_fte * scale, 1))
        therapists = work.occupational_therapists_fte * scale
        yield ("workforce", "occupational_therapists_fte"), _number(round(therapists, 1))
        yield ("access", "access_team_fte"), _number(round(parent.access.access_team_fte * scale, 1))
        grant = parent.funding.sp.budget_gbp_per_year * scale
        yield ("funding", "sp", "budget_gbp_per_year"), _number(round(grant))
    if answers.support_planners_fte is not None:
        yield ("workforce", "support_planners_fte"), _number(answers.support_planners_fte)
    if answers.facs_threshold is not None:
        yield ("access", "facs_threshold"), _text(answers.facs_threshold)
    if answers.care_coordinator_gbp_per_hour is not None:
        yield ("finance", "care_coordinator_gbp_per_hour"), _number(answers.care_coordinator_gbp_per_hour)


def _sizes(answers: Answers, stock: float, coming: float) -> tuple[float | None, float]:
    """The council's stock and its new clients against the parent's; None if it has said neither."""
    at_start, in_year = answers.service_users_at_start, answers.clients_in_year
    if at_start is None and in_year is None:
        return None, 1.0
    if at_start is None or in_year is None:
        whole = at_start / stock if at_start is not None else (in_year or 0) / (stock + coming)
        return whole, whole
    if in_year < at_start:
        rule = "clients in a year include those at the start"
        found = f"{in_year:,} clients in a year and {at_start:,} at the start"
        refuse("new scenario", found, rule, "check the two numbers")
    return at_start / stock, (in_year - at_start) / coming


def _by_group(total: float, weights: NDArray[np.float64], parts: int = 1) -> str:
    """A total shared among the groups as in the parent, in whole `parts`, adding up exactly."""
    shares = split_pence(round(total * parts), weights) / parts
    return "{" + ", ".join(f"{group}: {share:g}" for group, share in zip(GROUPS, shares, strict=True)) + "}"


def _number(value: float) -> str:
    return repr(value)


def _rollout(answers: Answers) -> list[str]:
    if answers.rollout_start is None:
        return [
            "",
            "# No roll-out: conventional care management only.  Add waves under `rollout:` to change that.",
        ]
    share = 100.0 if answers.rollout_share_percent is None else answers.rollout_share_percent
    groups = ", ".join(answers.rollout_groups)
    return [
        "",
        "# Waves of the roll-out: from when, to which groups, at which point of their way, to what share.",
        "# `to` is new_referrals, at_review or everyone; further waves are further items.",
        "rollout:",
        f"  - from: {answers.rollout_start}",
        f"    groups: [{groups}]",
        "    to: new_referrals",
        f"    share_percent: {_number(share)}",
    ]
