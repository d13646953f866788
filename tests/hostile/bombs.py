"""Files made to choke whoever reads them, and a program that reads them and tells what became of each."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.caseloads import scenario_text

HEAD = "name: n\nwhy: w\n"
HUNDRED_MB = 100_000_000
SWEEP = f"{HEAD}scenario: metropolitan\nreplications: 1\n"
Made = Iterator[tuple[str, str, str | bytes | Callable[[Path], object]]]


def _large(path: Path) -> None:
    path.touch()
    os.truncate(path, HUNDRED_MB)


def _larger(path: Path) -> None:
    path.touch()
    os.truncate(path, 3 * HUNDRED_MB)


def changes(days: int) -> str:
    first = date(2006, 4, 1)
    return ", ".join(f"{{from: {first + timedelta(days=n)}, value: {n % 2}}}" for n in range(days))


def scenarios() -> Made:
    """Scenario files by name: their text, their bytes, or what makes them."""
    texts: dict[str, str] = {
        "brackets": HEAD + "x: " + "[" * 100_000, "braces": "a: " + "{a: " * 50_000, "dashes": "- " * 100_000,
        "questions": "? " * 100_000, "steps": "".join(f"{' ' * n}a:\n" for n in range(1_500)),
        "laughs": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20)),
        "an anchor": "name: &a n\nwhy: *a\n", "a merge": f"{HEAD}review: {{<<: {{hours: 3}}}}\n",
        "a tag": "name: !!python/object/apply:os.system ['true']\nwhy: w\n",
        "its own tag": "name: !x n\nwhy: w\n",
        "a tag line": "%TAG ! tag:example.org,2000:\n---\nname: n\nwhy: w\n",
        "a set": "name: !!set {n}\nwhy: w\n",
        "a version": "%YAML 9999999999.1\n---\nname: n\nwhy: w\n", "binary": "name: !!binary aGk=\nwhy: w\n",
        "documents": "---\n" * 90_000, "two documents": f"{HEAD}---\n{HEAD}", "dots": f"{HEAD}...\n" * 2,
        "a long number": f"{HEAD}calendar: {{years: {'9' * 5_000}}}\n",
        "a long negative": f"{HEAD}calendar: {{years: -{'9' * 5_000}}}\n",
        "a long fraction": f"{HEAD}workforce: {{team_size: 8.{'9' * 5_000}e400}}\n",
        "a long exponent": f"{HEAD}calendar: {{years: 1e{'9' * 5_000}}}\n",
        "a long hexadecimal": f"{HEAD}calendar: {{years: 0x{'f' * 5_000}}}\n",
        "sixties": f"{HEAD}calendar: {{years: {':'.join(['59'] * 5_000)}}}\n",
        "many values": f"{HEAD}x: [{'1,' * 150_000}]\n",
        "many keys": HEAD + "".join(f"k{n}: 1\n" for n in range(60_000)),
        "many wrong levers": f"{HEAD}review:\n" + "".join(f"  hours{n}: x\n" for n in range(3_000)),
        "many evidence rows": f"{HEAD}evidence:\n" + "".join(f"  row-{n}: 1\n" for n in range(2_000)),
        "many waves": f"{HEAD}rollout: [{'{from: 2006-04-01, to: x}, ' * 3_000}]\n",
        "a long word": f"{HEAD[:-2]}{'w' * 1_500_000}", "a long key": f"{HEAD}{'k' * 100_000}: 1\n",
        "a long line": f"{HEAD}x: {'a ' * 900_000}", "comments": f"{'# c' * 700_000}\n",
        "quotes": f"{HEAD}x: {chr(34)}{'a' * 1_000_000}", "a block": f"{HEAD}x: |\n" + "  a\n" * 400_000,
        "many dates": f"{HEAD}review: {{hours: [{changes(1_500)}]}}\n",
        "a right-to-left mark": "name: n\nwhy: \u202egpj.exe\n", "isolates": "name: \u2066n\u2069\nwhy: w\n",
        "no width": "na\u200bme: n\nwhy: w\n", "an escape": 'name: "\\x1b[31mn"\nwhy: w\n',
        "a lone surrogate": 'name: "\\ud800"\nwhy: w\n', "another line end": "name: n\u2028why: w\n",
        "a mark within": "name: n\ufeff\nwhy: w\n", "NUL": "name: n\x00\nwhy: w\n",
        "up and away": f"{HEAD}extends: ../../../../../../etc/passwd\n",
        "to the root": f"{HEAD}extends: /etc/passwd\n", "to a device": f"{HEAD}extends: /dev/zero\n",
        "with a NUL": f'{HEAD}extends: "a\\0b"\n', "to a drive": f"{HEAD}extends: c:/a.yaml\n",
        "by a share": f"{HEAD}extends: //host/share/a.yaml\n", "home": f"{HEAD}extends: ~/a.yaml\n",
        "a long name": f"{HEAD}extends: {'a' * 5_000}\n",
        "many folders": f"{HEAD}extends: {'../' * 3_000}a\n",
        "itself": f"{HEAD}extends: itself\n",
    }  # fmt: skip
    yield from (("scenario", name, text) for name, text in texts.items())
    for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"):
        yield "scenario", code, f"{HEAD}# Sé\n".encode(code)
    yield "scenario", "latin", "name: café\nwhy: w\n".encode("latin-1")
    yield "scenario", "a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100
    yield "scenario", "100 MB", _large
    yield "scenario", "a pipe", os.mkfifo
    yield "scenario", "a folder", Path.mkdir
    yield "scenario", "zeros without end", lambda path: path.symlink_to("/dev/zero")
    yield "scenario", "a circle", lambda path: _circle(path, 2)
    yield "scenario", "a long line of parents", lambda path: _circle(path, 40)


def _circle(path: Path, length: int) -> None:
    """So many files of which each extends the next, and the last the first."""
    names = [path.stem, *(f"{path.stem}-{n}" for n in range(1, length))]
    for name, parent in zip(names, [*names[1:], names[0]], strict=True):
        path.with_name(f"{name}.yaml").write_text(f"{HEAD}extends: {parent}\n", encoding="utf-8")


def sweeps() -> Made:
    """Sweep files whose points nobody could count."""
    ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
    levers = [f"workforce.care_coordinators_fte.{group}" for group in ("PD", "LD", "MH", "OP")]
    levers += [f"workforce.{name}" for name in ("support_planners_fte", "reviewing_officers_fte")]
    levers += [f"review.hours.{group}" for group in ("PD", "LD", "MH", "OP")]
    grid = "".join(f"  {name}: {ten}\n" for name in levers)
    one = "levers: {workforce.team_size: {from: 1, to: 9"
    yield "sweep", "ten billion points", f"{SWEEP}levers:\n{grid}"
    yield "sweep", "a billion steps", f"{SWEEP}{one}, steps: 1000000000}}}}\n"
    for design in ("sobol", "latin_hypercube"):
        yield "sweep", f"a billion {design}", f"{SWEEP}design: {design}\npoints: 1073741824\n{one}}}}}\n"
    many = SWEEP.replace("replications: 1", "replications: 9999999")
    yield "sweep", "many replications", f"{many}{one}, steps: 2}}}}\n"
    yield (
        "sweep",
        "a list of a hundred thousand",
        f"{SWEEP}levers: {{workforce.team_size: [{'1,' * 99_000}]}}\n",
    )
    yield "sweep", "brackets in a sweep", f"{SWEEP}levers: {'[' * 100_000}"
    yield "sweep", "100 MB of a sweep", _large


def zipped(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def tables() -> Made:
    """Caseloads and figures, as CSV and as workbooks."""
    rows: dict[str, str | bytes] = {
        "a long cell": f"group\n{'P' * 200_000}\n", "many columns": f"group{',x' * 5_000}\nPD\n",
        "an open quote": f'group\n"PD\n{"x" * 500_000}', "a NUL": "group\nP\x00D\n",
        "two groups": "group,group\nPD,PD\n",
        "people without number": f"group,count\nPD,{'9' * 5_000}\n",
        "a billion people": "group,count\nPD,1000000000\n",
        "many people": "group,count\n" + "PD,1000000\n" * 3, "no people": "group,count\nPD,-1\n",
        "nobody": "group,count\nPD,0\n", "no number": "group,count\nPD,nan\n",
        "no end": "group,count\nPD,inf\n",
        "much": "group,services_gbp_per_week\nPD,1e308\n",
        "too much": "group,services_gbp_per_week\nPD,1e999\n",
        "less than nothing": "group,services_gbp_per_week\nPD,-5\n",
        "not a sum": "group,services_gbp_per_week\nPD,nan\n",
        "an old age": f"group,age\nPD,{'9' * 400}\n", "a day that is none": "group,since\nPD,2006-02-30\n",
        "a day out of time": "group,since\nPD,0001-01-01\n", "empty": "", "heads alone": "group\n",
        "semicolons": "group;count\nPD;1\n", "in UTF-16": "group\nPD\n".encode("utf-16"),
        "a page": "<html>\n",
    }  # fmt: skip
    figure = "metric,year,value,uncertainty\nreferrals,2006-07,{},{}\n"
    values = ("nan", "inf", "-inf", "1e999", "9" * 400, "0x10", "1,5", "", "x", "\u0661", "1 2")
    wrong = [figure.format(value or "-", "1") for value in values]
    wrong += [figure.format("1", value) for value in (*values, "-1") if value]
    for kind in ("caseload", "figures", "observed"):
        own = enumerate(wrong) if kind != "caseload" else ()
        yield from ((kind, f"{name}.csv", content) for name, content in rows.items())
        yield from ((kind, f"figure {number}.csv", content) for number, content in own)
        yield kind, "100 MB.csv", _larger
        yield kind, "text.xlsx", b"group\nPD\n"
        yield kind, "no parts.xlsx", zipped({})
        yield kind, "parts.xlsx", zipped({f"xl/worksheets/sheet{n}.xml": b"" for n in range(3_000)})
        yield kind, "large parts.xlsx", zipped({f"xl/{n}.xml": bytes(4_500_000) for n in range(20)})
        yield kind, "laughs.xlsx", zipped({"[Content_Types].xml": _laughs(), "xl/workbook.xml": _laughs()})
        yield kind, "a folder.xlsx", Path.mkdir
    yield "pack", "parameters.csv", _large


def _laughs() -> bytes:
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "{"x" * 1000}">{layers}]><x>&e9;</x>'.encode()


def put(folder: Path) -> list[tuple[str, str]]:
    """Write all of them below a folder; returns each one's kind and path."""
    out = []
    for number, (kind, name, made) in enumerate([*scenarios(), *sweeps(), *tables()]):
        home = folder / f"{number:03}"
        home.mkdir()
        path = home / (name if Path(name).suffix in (".csv", ".xlsx") else f"{name}.yaml".replace(" ", "-"))
        if isinstance(made, str):
            path.write_text(made, encoding="utf-8", newline="")
        elif isinstance(made, bytes):
            path.write_bytes(made)
        else:
            made(path)
        if kind == "caseload":
            (home / "council.yaml").write_text(scenario_text(path.name), encoding="utf-8")
            path = home / "council.yaml"
        out.append((kind, str(path if kind != "pack" else home)))
    return out


READ = """
import json, resource, sys
from pathlib import Path
from ibsim.errors import InputError
from ibsim.evidence import load as load_pack
from ibsim.experiment.backtest.observing import read_observed
from ibsim.experiment.fit.figures import read_figures
from ibsim.experiment.sweep.reading import read_plan
from ibsim.scenario import load
from tests.hostile.limits import Endless, cpu_seconds

readers = {
    "scenario": load, "caseload": load, "pack": lambda path: load_pack(Path(path)),
    "sweep": lambda path: read_plan(Path(path)),
    "figures": lambda path: read_figures(Path(path), ("2006-07",)),
    "observed": lambda path: read_observed(Path(path)),
}
import openpyxl, scipy.stats
load("metropolitan")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for kind, path in json.loads(sys.stdin.read()):
    try:
        with cpu_seconds(20):
            readers[kind](path)
        said = ["was read"]
    except InputError as error:
        said = [error.where, error.found, error.rule, error.remedy]
    except Endless:
        said = ["went on and on"]
    megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(json.dumps([kind, path, said, megabytes]))
"""
