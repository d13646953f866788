"""The checklist of STRESS-DES, filled in from the scenario: what a reader needs to judge and repeat a model.

Items as in Monks and others, Strengthening the reporting of empirical simulation studies, Journal of
Simulation 13 (2019), for discrete-event models; the words are ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ibsim.evidence import Evidence
from ibsim.results.reading import StoredRun
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.markup import Cells, grid, paragraph, together

Item = tuple[str, str, str]
LOGIC: tuple[Item, ...] = (
    (
        "2.1",
        "Overview of the base model",
        "Contact, access team, assessment, eligibility, plan, approval, arranging services, in place, "
        "first and annual review; beside it offer, consent, assessment, resource allocation, indicative "
        "budget, support plan, sign-off, brokerage, in place, review. Both ways share the same staff.",
    ),
    (
        "2.2",
        "Logic of the base model",
        "Each working morning tasks are handed to workers of the right team, most free hours first; each "
        "worker's case hours of the day are poured over an in-tray: urgent first, then what is begun, "
        "then priority, then age. What does not fit carries over. Delays on the person's side pass "
        "without staff time.",
    ),
    (
        "2.4",
        "Algorithms",
        "The day's work is shared out exactly, in whole minutes; sums of money are split in whole pence "
        "by largest remainder. Costs and budgets are drawn from the evaluation's expenditure functions "
        "(log link, Gamma).",
    ),
    (
        "2.5.1",
        "Entities",
        "People with care needs, of four groups: physical or sensory disability, learning disability, "
        "mental health, older people. Each has age, needs, carer, streams of funding, and a weekly cost "
        "in either system. Providers: in-house home care, agencies, day centres, supported living, meals, "
        "and the pool of personal assistants.",
    ),
    (
        "2.5.2",
        "Activities",
        "Screening, assessments, care and support plans, approval, sign-off, panel, arranging services, "
        "reviews, adult protection, applications to other funding streams; and, month by month, what "
        "providers sell, earn and pay, contracts' renewal, closing. Hours and prices are levers.",
    ),
    (
        "2.5.3",
        "Resources",
        "Care co-ordinators by team with a week of their own (hours, leave, sickness, turnover, "
        "caseload), access team, reviewing officers, support planners, brokers, managers, the panel, "
        "occupational therapists.",
    ),
    (
        "2.5.4",
        "Queues",
        "Team trays and each worker's in-tray; urgent work interrupts, nothing else does. People leave a "
        "queue when they die, move, withdraw or lose eligibility.",
    ),
    (
        "2.5.5",
        "Entry and exit points",
        "Referrals arrive by group and month; people leave by death, moving, loss of eligibility, "
        "recovery or transfer to health care.",
    ),
)


def stress(contents: Contents, evidence: Evidence) -> Iterator[Part]:
    """The checklist as a table."""
    rows: list[Cells] = [
        [f"{number} {title}", text] for number, title, text in stress_items(contents, evidence)
    ]
    table = grid("STRESS-DES, item by item", ("item", "in this study"), rows, text=(0, 1), class_="log")
    note = paragraph(
        "STRESS-DES is the checklist for reporting discrete-event simulations (Monks and others, 2019)."
    )
    yield Part("stress", "STRESS-DES checklist", together(note, table))


def stress_items(contents: Contents, evidence: Evidence) -> list[Item]:
    """The checklist's items: number, title and what this study says to it."""
    run = contents.first
    scenario, study = _scenario_logic(run), [*_experiments(run), *_implementation(run)]
    return [*_objectives(contents), *LOGIC[:2], scenario, *LOGIC[2:], *_data(run, evidence), *study]


def _objectives(contents: Contents) -> Iterator[Item]:
    run = contents.first
    yield (
        "1.1",
        "Purpose",
        f"{run.why} ibsim simulates a council that moves people from care management to individual budgets.",
    )
    yield (
        "1.2",
        "Outputs",
        f"{len(run.summary.metrics)} metrics by group, arm and year, each defined in the manifest and the "
        "glossary; the headline ones stand under Key figures.",
    )
    others = ", ".join(f"“{other.name}”" for other in contents.runs[1:])
    aims = f"“{run.name}” set against {others}." if others else "One scenario is run; nothing is optimised."
    yield "1.3", "Aims of the experiments", aims


def _scenario_logic(run: StoredRun) -> Item:
    tree = run.manifest["scenario"]["tree"]
    waves = tree.get("rollout", {}).get("waves", []) if isinstance(tree.get("rollout"), Mapping) else []
    told = "; ".join(_wave(wave) for wave in waves) or "No roll-out of individual budgets."
    trial = "" if not _trial(run) else " Those approached are randomised, as the evaluation did."
    return "2.3", "Logic of the scenario", f"{told}{trial} All that it sets stands under What drives it."


def _trial(run: StoredRun) -> bool:
    last = run.manifest["scenario"]["resolved"][-1]["levers"]
    return bool(last.get("rollout", {}).get("trial", {}).get("enabled"))


def _wave(wave: Mapping[str, Any]) -> str:
    groups = ", ".join(str(group) for group in wave.get("groups", ()))
    to = str(wave.get("to", "")).replace("_", " ")
    quota = f", {wave['quota']} people by {wave.get('deadline')}" if wave.get("quota") else ""
    return f"From {wave.get('from')} budgets are offered to {groups} ({to}{quota})"


def _data(run: StoredRun, evidence: Evidence) -> Iterator[Item]:
    counts = Counter(row.status for row in evidence.rows())
    yield (
        "3.1",
        "Data sources",
        "The evaluation of the individual budgets pilots (IBSEN, October 2008), the national returns on "
        "referrals, assessments and packages of care, staffing and expenditure of 2004 to 2008; each "
        "number's source stands in the assumptions log.",
    )
    yield (
        "3.2",
        "Pre-processing",
        "Derived numbers carry the sum by which they were worked out from printed ones.",
    )
    own = "; ".join(f"{key} = {value}" for key, value in run.manifest["evidence"]["overrides"].items())
    yield (
        "3.3",
        "Input parameters",
        f"{sum(counts.values())} numbers of evidence ({counts['measured']} measured, {counts['derived']} "
        f"derived, {counts['assumed']} assumed). Replaced by this scenario: {own or 'none'}.",
    )
    yield (
        "3.4",
        "Assumptions",
        f"{counts['assumed']} numbers are assumed; each stands in the assumptions log with its reasoning.",
    )


def _experiments(run: StoredRun) -> Iterator[Item]:
    calendar = run.manifest["scenario"]["calendar"]
    start = (
        "from the council's own caseload"
        if "caseload" in run.manifest["scenario"]
        else "with the evidence's stock of people"
    )
    yield (
        "4.1",
        "Initialisation",
        f"The council starts {start} and does {calendar['warm_up_years']} years of conventional work that "
        "are not counted, the same in every scenario.",
    )
    yield (
        "4.2",
        "Run length",
        f"{calendar['years']} years from {calendar['start']}, in prices of {calendar['price_base']}.",
    )
    yield (
        "4.3",
        "Estimation",
        f"{run.replications} replications; means with 95 percent intervals by Student's t; seed "
        f"{run.manifest['seed']}; common random numbers between scenarios.",
    )


def _implementation(run: StoredRun) -> Iterator[Item]:
    circumstances = run.manifest["run"]
    versions = ", ".join(f"{name} {version}" for name, version in circumstances["versions"].items())
    yield "5.1", "Software", versions
    yield (
        "5.2",
        "Random sampling",
        "Each draw is a hash of seed, replication, person or institution, decision and occurrence, turned "
        "into its distribution by the inverse: the same person makes the same draw in every scenario.",
    )
    yield (
        "5.3",
        "Execution",
        "A calendar of working days (SimPy) over compiled rules for the day; replications run in "
        "parallel, and no result depends on how many at a time.",
    )
    yield "5.4", "System", f"{circumstances['platform']}; the run's time is in its manifest.json."
    yield (
        "6.1",
        "Getting the model",
        "ibsim is free software under the MIT licence; the scenario's full content is in manifest.json, "
        f"its hash is {run.manifest['scenario']['hash']}.",
    )
