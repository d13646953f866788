"""What an auditor asks for: verification, validation, who answers for what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ibsim.results.report.contents import Contents, Part, ValidationRow
from ibsim.results.report.drawing import amount
from ibsim.results.report.markup import Cells, Markup, element, folded, grid, paragraph, points, together

ROLES = (
    ("Commissioner", "asked the question and decides on the answer"),
    ("Analyst", "wrote the scenario, ran it and made this report"),
    ("Analytical assurer", "checked it, and was not the analyst"),
    ("Approver", "signed off that it is fit for its purpose"),
)
VERIFIED = (
    "At the end of every replication the books are checked: people in equal stock and people out, stage "
    "by stage; hours worked never exceed hours paid and recorded extra hours; every posting of money "
    "equals the sum of its payers, to the penny. A replication whose books do not balance gives no result "
    "at all.",
    "The files of each result folder were checked against the checksums of their manifest when this "
    "report was made.",
    "The engine's queues are tested against queueing theory, and the day's rules against a plain account "
    "of them, in the tests that come with ibsim; ibsim verify repeats such checks on the user's own "
    "machine.",
    "The same scenario, seed and number of replications give the same result, at any number of worker "
    "processes.",
)


def assurance(contents: Contents) -> Iterator[Part]:
    """The verification and validation logs, and room for names."""
    body = (
        paragraph(
            "Laid out as the Treasury's Aqua Book asks of analysis that decisions rest on: what was "
            "assumed (the assumptions log below), whether the model was built right, and whether it is "
            "the right model."
        ),
        element("h3", "Verification log"),
        points(VERIFIED),
        _books(contents),
        element("h3", "Validation log"),
        *_validation(contents),
        element("h3", "Who answers for it"),
        grid("Names and dates, to be filled in", ("role", "does what", "name", "date"),
             [[role, what, " ", " "] for role, what in ROLES], text=range(4)),
    )  # fmt: skip
    yield Part("assurance", "Verification and validation", together(*body))


def _books(contents: Contents) -> Markup:
    names = dict.fromkeys(name for run in contents.runs for name in run.manifest["books_checked"])
    rows: list[Cells] = [
        [name, *(f"{run.manifest['books_checked'].get(name, 0):,}" for run in contents.runs)]
        for name in names
    ]
    heads = ("what balanced", *(run.name for run in contents.runs))
    return grid("What the books checked, over all replications", heads, rows)


def _validation(contents: Contents) -> Iterator[Markup]:
    rows = contents.validation
    if not rows:
        yield paragraph(
            "No validation table was given (--validation FILE of ibsim validate). Whether the model "
            "agrees with the evaluation's tables and the national returns is told in ibsim's README."
        )
        return
    inside = sum(row.inside for row in rows)
    yield paragraph(
        f"From {contents.validation_file}: of {len(rows)} figures of the report and the returns the model "
        f"has {inside} inside the uncertainty, {len(rows) - inside} outside. {_by_kind(rows)} Fitted means "
        "that parameters were chosen with the figure in view, put in that it is an input, predicted that "
        "it is neither."
    )
    outside = [row for row in rows if not row.inside]
    if outside:
        yield _table("Outside the uncertainty", outside)
    yield folded(f"All {len(rows)} figures", _table("The report's figures beside the model's", rows))


def _by_kind(rows: Sequence[ValidationRow]) -> str:
    told = []
    for basis in dict.fromkeys(row.basis for row in rows):
        some = [row for row in rows if row.basis == basis]
        told.append(f"{sum(row.inside for row in some)} of {len(some)} {basis} figures are inside")
    return f"{'; '.join(told)}."


def _table(caption: str, rows: Sequence[ValidationRow]) -> Markup:
    heads = ("figure", "report", "model", "range", "verdict")
    told: list[Cells] = [
        [
            f"{row.words}. {row.note}" if row.note and not row.inside else row.words,
            amount(row.report), amount(row.model), f"{amount(row.low)} to {amount(row.high)}",
            f"{'inside' if row.inside else 'outside'}, {row.basis}",
        ]
        for row in rows
    ]  # fmt: skip
    return grid(caption, heads, told, text=(0, 4), class_="log")
