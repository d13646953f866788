"""Result folders for the dashboard's tests: written by ibsim, and added to as ibsim would."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ibsim.results.seal import write_manifest
from ibsim.results.store import write_run
from tests.unit.fake_model import small_result

VERDICT: dict[str, Any] = {
    "sentence": "Not cost-neutral: it costs £290,000 more.",
    "tolerance_percent": 0,
    "replications": 20,
    "uncertainty": "sampled",
    "probability": 0.31,
    "probability_low": 0.14,
    "probability_high": 0.53,
    "break_even": {"date": None, "probability_by_end": 0.31, "p10": "2008-01", "p50": None, "p90": None},
    "years": [
        {"year": "2006-07", "cumulative_gbp": {"mean": 500_000}, "probability": 0.0},
        {
            "year": "2007-08",
            "gap_gbp": {"mean": -210_000},
            "cumulative_gbp": {"mean": 290_000, "ci_low": 140_000, "ci_high": 440_000},
            "probability": 0.31,
        },
    ],
    "months": [
        {
            "month": "2006-04",
            "cumulative_gbp": {"mean": 500_000, "p10": 300_000, "p50": 480_000, "p90": 700_000},
            "probability": 0.0,
        },
        {
            "month": "2006-05",
            "cumulative_gbp": {"mean": 290_000, "p10": -100_000, "p50": 280_000, "p90": 650_000},
            "probability": 0.31,
        },
    ],
    "causes": [
        {"cause": "packages", "gbp": {"mean": -350_000}},
        {"cause": "care management", "gbp": {"mean": 420_000, "ci_low": 400_000, "ci_high": 440_000}},
        {"cause": "set-up", "gbp": {"mean": 371_000}},
        {"cause": "streams", "gbp": {"mean": -151_000}},
    ],
    "something_new": 1,
}


def result_folder(parent: Path, name: str, *, seed: int = 1, replications: int = 3) -> Path:
    """A result folder of the small scenario."""
    folder = parent / name
    folder.mkdir(parents=True)
    write_run(folder, small_result(parent, replications, seed))
    return folder


def add(folder: Path, name: str, content: bytes) -> None:
    """Put a file into a result folder as ibsim would: with its sum in the manifest."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    write_manifest(folder, manifest)


OLD_FILES = ("summary.csv", "series.parquet", "diary.csv")
"""What every version of ibsim has written."""


def bare_folder(parent: Path, name: str) -> Path:
    """A result folder as the first version of ibsim wrote it."""
    folder = result_folder(parent, name)
    manifest = json.loads((folder / "manifest.json").read_text())
    for file in sorted(set(manifest["files"]) - set(OLD_FILES)):
        (folder / file).unlink()
        del manifest["files"][file]
    write_manifest(folder, manifest)
    return folder


PROVIDERS = """\
provider,name,service,size,unit,year,council_hours_block,council_hours_spot,ib_hours,private_hours,price_gbp,\
unit_cost_gbp,margin_percent,reserves_gbp,void_gbp,people,open_share,closure_probability,displaced_people
a,Agency A,home_care,large,hours,2006-07,1000,500,0,50,12,11,8,9000,0,40,1,0,0
a,Agency A,home_care,large,hours,2007-08,400,300,100,50,12,13,-8,100,2500,20,0.7,0.3,6
b,Agency B,home_care,small,hours,2006-07,0,200,0,10,12,11.4,5,900,0,10,1,0,0
b,Agency B,home_care,small,hours,2007-08,0,180,40,10,12,11.3,6,1200,,11,1,0.02,0
d,Day centre,day_care,,places,2006-07,300,0,0,0,30,29,3,500,0,30,1,0,0
d,Day centre,day_care,,places,2007-08,290,0,5,0,30,29.5,2,600,100,28,1,,0
"""
EFFECTS = """\
group,outcome,cost_difference_gbp_per_week,cost_ci_low,cost_ci_high,outcome_difference,outcome_ci_low,\
outcome_ci_high,icer_gbp,icer_ci_low,icer_ci_high,quadrant,quadrant_ne,quadrant_nw,quadrant_se,quadrant_sw
OP,ascot,12,-13,37,-0.05,-0.2,0.1,-240,,,se,0.1,0.1,0.6,0.2
all,ascot,4,-21,29,0.04,-0.11,0.19,100,,,ne,0.5,0.2,0.2,0.1
all,ghq,4,-21,29,0.2,,,,,,ne,0.5,0.2,0.2,0.1
"""
ACCEPTABLE = """\
group,outcome,willingness_gbp,probability
all,ascot,0,0.55
all,ascot,1000,0.75
OP,ascot,1000,0.3
OP,ascot,0,0.4
"""
PLANE = "group,outcome,draw,cost_difference_gbp_per_week,outcome_difference\nall,ascot,1,3.5,0.02\n"
WINNERS = """\
by,value,people,winners_percent,losers_percent,mean_change_gbp_per_week
all,all,100,50,42,1.5
group,OP,60,55,40,3
age,85 and over,20,30,61,-12
"""
LEDGER = (
    ("2006-07", "asc", "package", "OP", "conventional", 900_000_00),
    ("2006-07", "ilf", "package", "LD", "IB", 100_000_00),
    ("2006-07", "asc", "review_time", "OP", "conventional", 50_000_00),
    ("2007-08", "asc", "home_care", "OP", "IB", 300_000_00),
    ("2007-08", "asc", "setup_team", "OP", "IB", 20_000_00),
    ("2007-08", "asc", "user_charges", "OP", "IB", -5_000_00),
    ("2007-08", "asc", "never_heard_of", "OP", "conventional", 85_000_00),
)
"""One replication: year, payer, category, group, arm, pence."""


def add_ledger(folder: Path) -> None:
    """The ledger of one replication."""
    import pyarrow as pa
    from pyarrow import parquet

    names = ("year", "payer", "category", "group", "arm", "pence")
    columns: dict[str, Any] = dict(
        zip(names, (list(values) for values in zip(*LEDGER, strict=True)), strict=True)
    )
    columns |= {"replication": [1] * len(LEDGER), "month": [f"{row[0][:4]}-04" for row in LEDGER]}
    path = folder / "ledger.parquet"
    parquet.write_table(pa.table(columns), path)
    add(folder, path.name, path.read_bytes())


def full_folder(parent: Path, name: str) -> Path:
    """A result folder with everything that only some have."""
    folder = result_folder(parent, name)
    add(folder, "verdict.json", json.dumps(VERDICT).encode())
    texts = (PROVIDERS, EFFECTS, ACCEPTABLE, PLANE, WINNERS)
    files = ("providers.csv", "cost_effectiveness.csv", "acceptability.csv", "plane.csv", "winners.csv")
    for file, text in zip(files, texts, strict=True):
        add(folder, file, text.encode())
    add_ledger(folder)
    return folder
