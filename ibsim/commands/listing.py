"""`ibsim scenarios` and `ibsim metrics`: what there is to run, and what comes out."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Words = Annotated[list[str] | None, typer.Argument(help="Words that all occur; none lists all.")]
WIDTH = 100


def scenarios(words: Words = None, as_json: AsJson = False) -> None:
    """List the scenarios that come with ibsim, and why each is there.

    Example: ibsim scenarios pilot
    """
    from ibsim.scenario.reading import read_file
    from ibsim.scenario.shipped import shipped_folder

    folder = shipped_folder()
    paths = [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("pilot-sites/*.yaml"))]
    texts = {path.stem: read_file(path, path.name).plain() for path in paths}
    found = [{"scenario": key, "name": text["name"], "why": text["why"]} for key, text in texts.items()]
    rows = [row for row in found if _has(row, words)]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    for row in [] if as_json else rows:
        print(f"{row['scenario']}: {row['name']}\n{_indented(row['why'])}")
    _none(rows, words, "scenario")


def metrics(words: Words = None, as_json: AsJson = False) -> None:
    """List the metrics of a result folder: name, unit, definition, and which direction is better.

    Example: ibsim metrics review
    """
    from ibsim.results.metrics import REGISTRY

    keys = ("name", "unit", "direction", "definition")
    found = [{key: str(getattr(metric, key)) for key in keys} for metric in REGISTRY.values()]
    rows = [row for row in found if _has(row, words)]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    for row in [] if as_json else rows:
        direction = row["direction"].replace("_", " ")
        print(f"{row['name']} ({row['unit']}; {direction})\n{_indented(row['definition'])}")
    _none(rows, words, "metric")


def _has(row: dict[str, str], words: list[str] | None) -> bool:
    """Whether all words occur in the row, in any case; `_` in a name counts as a space too."""
    text = " ".join(row.values()).lower()
    text += " " + text.replace("_", " ")
    return all(word.lower() in text for word in words or [])


def _none(rows: list[dict[str, str]], words: list[str] | None, kind: str) -> None:
    if not rows:
        print(f"No {kind} has all of these words: {' '.join(words or [])}", file=sys.stderr)


def _indented(text: str) -> str:
    from textwrap import fill

    return fill(" ".join(text.split()), WIDTH, initial_indent="    ", subsequent_indent="    ")
