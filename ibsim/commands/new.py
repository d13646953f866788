"""`ibsim new`: a first scenario from about ten numbers, asked for or given as options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

Ask = tuple[str, str, Callable[[str], Any]]


def _date(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d").date()


def _groups(text: str) -> tuple[str, ...]:
    return tuple(part.strip().upper() for part in text.split(",") if part.strip())


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


QUESTIONS: tuple[Ask, ...] = (
    ("name", "Name of the scenario", str),
    ("why", "Why, in a sentence", str),
    ("parent", "Council to start from: metropolitan, county, unitary or london-borough", str),
    ("clients_in_year", "People supported at some time in a year", _whole),
    ("service_users_at_start", "People supported on the first day", _whole),
    ("contacts_per_year", "Contacts in a year", _whole),
    ("care_coordinators_fte", "Care co-ordinators, whole-time posts", float),
    ("support_planners_fte", "Support planners, whole-time posts", float),
    ("care_coordinator_gbp_per_hour", "Cost of an hour of a co-ordinator, pounds", float),
    ("facs_threshold", "Lowest band supported: critical, substantial, moderate or low", str),
    ("rollout_start", "First day on which IBs are offered, like 2006-04-01", _date),
    ("rollout_share_percent", "Percent of new referrals who are offered one", float),
    ("rollout_groups", "Groups who are, like PD,LD,MH,OP", _groups),
)
REQUIRED = ("name", "why")


def new(
    path: Annotated[Path, typer.Argument(help="The file to write; must not exist.")],
    name: Annotated[str | None, typer.Option(help="Name of the scenario.")] = None,
    why: Annotated[str | None, typer.Option(help="Why, in a sentence.")] = None,
    parent: Annotated[
        str | None, typer.Option(help="Council to start from: metropolitan, county, ...")
    ] = None,
    clients_in_year: Annotated[
        int | None, typer.Option(help="People supported at some time in a year.")
    ] = None,
    service_users_at_start: Annotated[
        int | None, typer.Option(help="People supported on the first day.")
    ] = None,
    contacts_per_year: Annotated[int | None, typer.Option(help="Contacts in a year.")] = None,
    care_coordinators_fte: Annotated[float | None, typer.Option(help="Care co-ordinators, posts.")] = None,
    support_planners_fte: Annotated[float | None, typer.Option(help="Support planners, posts.")] = None,
    care_coordinator_gbp_per_hour: Annotated[
        float | None, typer.Option(help="Cost of an hour, pounds.")
    ] = None,
    facs_threshold: Annotated[
        str | None, typer.Option(help="critical, substantial, moderate or low.")
    ] = None,
    rollout_start: Annotated[str | None, typer.Option(help="First day of IBs, like 2006-04-01.")] = None,
    rollout_share_percent: Annotated[float | None, typer.Option(help="Percent of new referrals.")] = None,
    rollout_groups: Annotated[str | None, typer.Option(help="Groups, like PD,LD,MH,OP.")] = None,
) -> None:
    """Write a first scenario from the numbers that a council knows.

    On a terminal it asks for what is not given; an empty answer keeps the parent's value, scaled to the
    council's size.

    Example: ibsim new my-council.yaml --name "My council" --why "Our pilot" --clients-in-year 9000
    """
    from ibsim.scenario.new import Answers, write_new

    given = dict(locals())
    answers = {key: given[key] for key, _, _ in QUESTIONS if given[key] is not None}
    for key, convert in (("rollout_start", _date), ("rollout_groups", _groups)):
        if key in answers:
            answers[key] = _converted(key, answers[key], convert)
    if asks():
        answers |= _ask(answers)
    missing = [f"--{key}" for key in REQUIRED if not answers.get(key)]
    if missing:
        raise typer.BadParameter(f"a scenario needs {' and '.join(missing)}")
    scenario = write_new(Answers(**answers), path)
    print(f"Wrote {path} ({scenario.name}). Next: ibsim check {path}, then ibsim run {path}")


def asks() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _ask(answers: dict[str, Any]) -> dict[str, Any]:
    """Ask on the terminal for what was not given, again until the answer can be read."""
    found: dict[str, Any] = {}
    for key, question, convert in QUESTIONS:
        if key in answers or (
            key.startswith("rollout_") and key != "rollout_start" and not found.get("rollout_start")
        ):
            continue
        while key not in found:
            text = typer.prompt(
                question, default=None if key in REQUIRED else "", show_default=False, err=True
            )
            if not text:
                break
            try:
                found[key] = convert(text)
            except ValueError:
                typer.echo("That cannot be read; try again, or leave it empty.", err=True)
    return found


def _converted(key: str, text: str, convert: Callable[[str], Any]) -> Any:
    try:
        return convert(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: {error}", param_hint=f"--{key.replace('_', '-')}") from error
