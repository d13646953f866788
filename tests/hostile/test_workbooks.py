"""Whatever a workbook holds, it is a valid scenario or one ScenarioError, within bounds of memory."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from ibsim.errors import ScenarioError
from ibsim.scenario import load
from ibsim.scenario.workbook.layout import NEEDED, SHEETS
from tests.payloads import PAYLOADS

CELLS: dict[str, list[tuple[Any, ...]]] = {
    "Scenario": [("name", "A council"), ("why", "To see"), ("calendar.years", 5), ("rollout.waves", None)],
    "Levers": [
        ("workforce.team_size", None, 9), ("workforce.support_planners_fte", None, None),
        ("review.hours", "OP", 3), ("access.facs_threshold", None, "substantial"),
        ("rollout.trial.enabled", None, "yes"), ("allocation.ras_usable_from", None, datetime(2006, 7, 1)),
    ],
    "Dated changes": [
        ("workforce.support_planners_fte", None, datetime(2006, 4, 1), 8),
        ("workforce.care_coordinators_fte", "LD", datetime(2007, 4, 1), 20),
    ],
    "Roll-out": [
        (datetime(2006, 4, 1), None, "OP", "new_referrals", 40),
        (datetime(2007, 4, 1), None, "PD, LD", "at_review", None, None, None, 80, datetime(2008, 4, 1)),
    ],
    "Providers": [
        ("Helping Hands", "home_care", 400, 13.5, 90),
        ("Our own", "home_care", 900, 21, None, None, None, None, None, 1, "yes"),
    ],
    "Evidence": [("team-size", 9), ("review-hours/OP", 2.5)],
}  # fmt: skip
VALUES: tuple[Any, ...] = (
    *PAYLOADS[:12], None, "", " ", "(none)", "yes", "None", "nan", "1e999", "9" * 400,
    "x" * 40_000, "a,,b,", ",",
    0, -1, 1.5, 1e300, -1e-300, 2**62, True, False, datetime(1900, 1, 1), datetime(9999, 12, 31),
    datetime(2006, 4, 1, 9, 30), time(9, 30), timedelta(days=40), "#REF!", "#N/A", "=1+1", "=A1",
    "metropolitan", "../metropolitan", "name", "rollout.waves", "OP", "2006-04-01", "2006-13-45",
)  # fmt: skip


def small() -> Any:
    """A workbook with every sheet, made by hand."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in SHEETS:
        sheet = book.create_sheet(name)
        sheet.append(["Of no account"])
        sheet.append(list(NEEDED[name]))
        for row in CELLS[name]:
            sheet.append(list(row))
    return book


def saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def outcome(path: Path, content: bytes) -> str:
    """What becomes of a workbook: `valid`, or the message that it meets."""
    path.write_bytes(content)
    try:
        load(path)
    except ScenarioError as error:
        assert error.where and error.found and error.rule and error.remedy
        assert path.name in error.where or "evidence" in error.where or "scenario" in error.where, str(error)
        return str(error)
    return "valid"


def test_the_workbook_by_hand_is_valid(tmp_path: Path) -> None:
    assert outcome(tmp_path / "a.xlsx", saved(small())) == "valid"


def mutated_cells(dice: random.Random) -> bytes:
    """A workbook in which some cells, sheets or headings are other than they should be."""
    book = small()
    for _ in range(dice.randint(1, 4)):
        sheet = book[dice.choice(book.sheetnames)]
        cell = sheet.cell(dice.randint(1, 6), dice.randint(1, 10))
        try:
            cell.value = dice.choice(VALUES)
        except ValueError:  # control characters, which openpyxl itself does not write
            cell.value = "x"
        if dice.random() < 0.2:
            cell.number_format = dice.choice(["0%", "yyyy-mm-dd", "[h]:mm", "@", "General"])
        match dice.randint(0, 14):
            case 0:
                sheet.delete_rows(dice.randint(1, 4))
            case 1:
                sheet.delete_cols(dice.randint(1, 4))
            case 2:
                sheet.title = dice.choice(["Levers2", "levers", "X"])
            case 3:
                book.create_sheet("Mine").sheet_state = dice.choice(["hidden", "veryHidden", "visible"])
            case 4:
                sheet.insert_rows(1, dice.randint(1, 30))
            case 5:
                sheet.merge_cells("A3:B4")
    return saved(book)


def mutated_bytes(dice: random.Random) -> bytes:
    """A workbook of which a part, or the archive itself, has other bytes here and there."""
    parts = unzipped()
    content = zipped(parts)
    if dice.random() < 0.3:
        raw = bytearray(content)
        for _ in range(dice.randint(1, 30)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        return bytes(raw[: dice.randint(1, len(raw))]) if dice.random() < 0.3 else bytes(raw)
    name = dice.choice(sorted(parts))
    part = bytearray(parts[name])
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(part))
        part[at : at + dice.randint(0, 6)] = dice.choice(
            [b"", b"<", b">", b"&", b"\x00", b'"', b"<f>1</f>", b"9" * 50]
        )
    parts[name] = bytes(part)
    if dice.random() < 0.1:
        del parts[dice.choice(sorted(parts))]
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def unzipped() -> dict[str, bytes]:
    """The parts of the workbook by hand as XlsxWriter writes it, with its texts in a table of their own."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name in SHEETS:
            sheet = book.add_worksheet(name)
            for number, row in enumerate([NEEDED[name], *CELLS[name]]):
                sheet.write_row(number, 0, row)
    with zipfile.ZipFile(content) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("mutate", [mutated_cells, mutated_bytes])
def test_a_hundred_mutated_workbooks_each_are_valid_or_refused(tmp_path: Path, mutate: Any) -> None:
    told = {outcome(tmp_path / "a.xlsx", mutate(random.Random(seed))) for seed in range(100)}
    assert "valid" in told, "some mutations do no harm"
    assert len(told) > 5, "the rest are refused for many reasons"


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    parts = unzipped()
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"] + b" " * 3_000_000
    content = bytearray(zipped(parts))
    true, told = struct.pack("<I", len(parts["xl/sharedStrings.xml"])), struct.pack("<I", 1_000)
    assert content.count(true) == 2
    assert "damaged workbook" in outcome(tmp_path / "a.xlsx", bytes(content.replace(true, told)))


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE sst [<!ENTITY e0 "{"x" * 1000}">{layers}]>'
    text = f'<?xml version="1.0"?>{doctype}<sst><si><t>&e9;</t></si></sst>'
    parts = unzipped() | {"xl/sharedStrings.xml": text.encode()}
    assert "damaged workbook" in outcome(tmp_path / "a.xlsx", zipped(parts))


MEASURE = """
import resource, sys
from pathlib import Path
from ibsim.errors import ScenarioError
from ibsim.scenario import load
load("metropolitan")
load(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for bad in sys.argv[2:]:
    try:
        load(bad)
        print("read", bad)
    except ScenarioError as error:
        print("refused", error.found)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def grown(good: Path, *bad: Path) -> tuple[list[str], int]:
    """What a fresh process says of workbooks, and the megabytes that it needed beyond what it had."""
    command = [sys.executable, "-c", MEASURE, str(good), *map(str, bad)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return lines[:-1], int(lines[-1])


def test_a_bomb_of_a_gigabyte_is_refused_within_100_megabytes(tmp_path: Path) -> None:
    good, bomb, spread = tmp_path / "good.xlsx", tmp_path / "bomb.xlsx", tmp_path / "spread.xlsx"
    good.write_bytes(saved(small()))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in unzipped().items():
            archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet9.xml", "w") as file:
            for _ in range(1_000):
                file.write(bytes(1_000_000))
    # Many parts that each stay below the limit, and together do not.
    spread.write_bytes(
        zipped(unzipped() | {f"xl/worksheets/sheet{n}.xml": b" " * 3_900_000 for n in range(10, 28)})
    )
    said, megabytes = grown(good, bomb, spread)
    assert [line.split()[0] for line in said] == ["refused", "refused"]
    assert megabytes < 100


@pytest.mark.slow
def test_the_largest_parts_that_are_read_stay_within_100_megabytes(tmp_path: Path) -> None:
    good, texts, styles, rows = (tmp_path / f"{name}.xlsx" for name in ("good", "texts", "styles", "rows"))
    good.write_bytes(saved(small()))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = unzipped()
    many = f'<sst xmlns="{space}">'.encode() + b"<si><t>ab</t></si>" * 220_000 + b"</sst>"
    texts.write_bytes(zipped(parts | {"xl/sharedStrings.xml": many}))
    formats = b"<cellXfs>" + b"<xf/>" * 95_000 + b"</cellXfs>"
    styles.write_bytes(
        zipped(
            parts | {"xl/styles.xml": f'<styleSheet xmlns="{space}">'.encode() + formats + b"</styleSheet>"}
        )
    )
    cells = f'<worksheet xmlns="{space}"><sheetData>'.encode()
    cells += (
        b"".join(b"<row>" + b"<c><v>1</v></c>" * 60 + b"</row>" for _ in range(3_900))
        + b"</sheetData></worksheet>"
    )
    rows.write_bytes(zipped(parts | {"xl/worksheets/sheet5.xml": cells}))
    said, megabytes = grown(good, texts, styles, rows)
    assert len(said) == 3
    assert megabytes < 100, said
