"""What the report ends with: limits, glossary, manifest."""

from __future__ import annotations

from collections.abc import Iterator

from ibsim.results.metrics import REGISTRY
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.markup import (
    Cells,
    Child,
    Markup,
    element,
    folded,
    grid,
    pairs,
    paragraph,
    points,
    together,
)
from ibsim.results.terminal import SECTIONS
from ibsim.results.workbook.standing import manifest_table

WORDS = (
    ("Arm", "IB or conventional: which of the two systems a person is in."),
    ("Conventional", "Care management as it was: a care plan, and services that the council arranges."),
    (
        "FACS",
        "Fair Access to Care Services: critical, substantial, moderate or low need, by which eligibility "
        "is decided.",
    ),
    ("Final budget", "The budget after the support plan is signed off."),
    (
        "Individual budget (IB)",
        "A sum that a person knows beforehand and decides over, from one or several funding streams.",
    ),
    ("Indicative budget", "The sum that the resource allocation system gives before the plan is made."),
    ("PD, LD, MH, OP", "Physical or sensory disability, learning disability, mental health, older people."),
    ("RAS", "Resource allocation system: turns points for needs into pounds."),
    (
        "Replication",
        "One run of the council with other dice; the same person makes the same draws in every scenario.",
    ),
    ("Sign-off", "Approval of a plan by a manager or a panel."),
    ("Twin", "The same council, people and dice with no roll-out, against which cost-neutrality is judged."),
    ("Void", "Hours of a block contract that are paid for and not used."),
)
ALWAYS: tuple[Child, ...] = (
    "A model is no forecast of people's lives: it works out what follows from the rules and numbers that "
    "are put in.",
    "Many numbers are assumed. Which ones matter is what ibsim sensitivity finds; put your own "
    "council's numbers in before drawing conclusions about it.",
    "The shipped councils are averages or guesses at a kind of council, in England between 2006 and 2008.",
    "Who co-operates, who leads and how well change is managed are no part of the model beyond the levers "
    "named.",
)


def limits(contents: Contents) -> Iterator[Part]:
    """What this result cannot say."""
    told: list[Child] = list(ALWAYS)
    verdicts = [run.json("verdict.json") for run in contents.runs]
    if not all(verdict.get("uncertainty") == "sampled" for verdict in verdicts):
        told.append("The intervals show the chance of the dice, not the doubt about the evidence.")
    if not all(verdicts):
        told.append(
            "There is no verdict on cost-neutrality in this result; no saving or loss can be read out of it."
        )
    if any(run.replications < 10 for run in contents.runs):
        told.append("Fewer than ten replications: the intervals themselves are rough.")
    if not contents.validation:
        told.append("No validation table is part of this report.")
    if contents.sensitivity is None:
        told.append(
            "No sensitivity study is part of this report: which assumption would overturn the answer is "
            "not shown."
        )
    notes = [note for run in contents.runs for note in run.manifest["evidence"]["notes"]]
    told += [f"Evidence: {note}" for note in dict.fromkeys(notes)]
    yield Part("limits", "What this cannot say", points(told))


def glossary(contents: Contents) -> Iterator[Part]:
    """The words of the field, and the definition of each metric."""
    shown = dict.fromkeys(line.metric for _, lines in SECTIONS for line in lines)
    counted = contents.first.summary.metrics
    first = [name for name in shown if name in counted]
    rest = [name for name in counted if name not in shown]
    body = (
        pairs(WORDS),
        _definitions("Metrics of the key figures", first),
        folded(f"{len(rest)} further metrics in the result folder", _definitions("Further metrics", rest)),
    )
    yield Part("glossary", "Glossary", together(*body))


def _definitions(caption: str, names: list[str]) -> Markup:
    rows: list[Cells] = [
        [element("code", name), REGISTRY[name].unit, REGISTRY[name].definition] for name in names
    ]
    return grid(caption, ("metric", "unit", "definition"), rows, text=(0, 1, 2), class_="log")


def manifests(contents: Contents) -> Iterator[Part]:
    """What makes each result again."""
    body = [
        paragraph(
            "With the same version of ibsim, scenario, seed and number of replications the same numbers "
            "come out. The whole scenario with every lever is in manifest.json beside the results."
        )
    ]
    for run in contents.runs:
        rows: list[Cells] = [
            [str(item), "" if value is None else str(value)]
            for item, value in manifest_table(run.manifest).rows
        ]
        rows = [row for row in rows if not str(row[0]).startswith(("queues.", "precision."))]
        body.append(grid(f"Manifest of {run.name}", ("item", "value"), rows, text=(0, 1), class_="log"))
    yield Part("manifest", "Manifest", together(*body))
