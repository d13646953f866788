"""`ibsim check`, `diff` and `schema`: what a scenario says, before it is run."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from ibsim.commands.options import Scenarios, Sets
from ibsim.errors import InputError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def check(scenarios: Scenarios, sets: Sets = [], as_json: AsJson = False) -> None:  # noqa: B006  # typer's default
    """Read scenarios, say what they mean and what they change; run nothing.

    Example: ibsim check my-council.yaml --set workforce.support_planners_fte=8
    """
    from ibsim.results.manifest import plain
    from ibsim.scenario import load
    from ibsim.scenario.check import describe

    refused, told = [], []
    for name in scenarios:
        try:
            scenario = load(name, sets)
        except InputError as error:
            refused.append(error)
            told.append({"scenario": name, "valid": False, "message": str(error)})
            continue
        lines = describe(scenario)
        told.append(
            {
                "scenario": name,
                "valid": True,
                "name": scenario.name,
                "hash": scenario.hash,
                "lineage": scenario.lineage,
                "lines": lines,
            }
        )
        if not as_json:
            print("\n".join(lines))
    if as_json:
        print(json.dumps(plain({"scenarios": told})["scenarios"], ensure_ascii=False, indent=2))
    for refusal in refused:
        print(refusal, file=sys.stderr)
    if refused:
        raise typer.Exit(InputError.exit_code)


def diff(
    first: Annotated[str, typer.Argument(help="A scenario.")],
    second: Annotated[str, typer.Argument(help="The scenario to set beside it.")],
    as_json: AsJson = False,
) -> None:
    """Show what differs between two scenarios, lever by lever, parents and defaults included.

    Example: ibsim diff metropolitan metropolitan-pilot
    """
    from ibsim.results.manifest import plain
    from ibsim.scenario import load
    from ibsim.scenario.check import tell
    from ibsim.scenario.diff import diff as differences

    one, other = load(first), load(second)
    rows = differences(one, other)
    if as_json:
        keys = ("path", "first", "second", "unit", "since")
        items = plain([{key: getattr(row, key) for key in keys} for row in rows])
        print(json.dumps(items, ensure_ascii=False, indent=2))
        return
    print(f"{one.name} -> {other.name}")
    print("\n".join(f"  {tell(row)}" for row in rows) or "  no lever differs")


def schema() -> None:
    """Print the JSON Schema of scenario files, with which an editor completes and checks them.

    Example: ibsim schema > scenario.schema.json
    """
    from ibsim.scenario.schema import schema_text

    sys.stdout.write(schema_text())
