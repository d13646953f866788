"""Workbooks as LibreOffice has them: opened, calculated anew, saved, read again, and drawn."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from ibsim.excel import COLOURS
from ibsim.results.store import write_run
from ibsim.results.workbook.run import run_contents
from ibsim.results.workbook.writing import workbook_bytes
from ibsim.scenario import load
from ibsim.scenario.workbook import convert
from tests.unit.fake_model import small_result

pytestmark = pytest.mark.slow
NEEDED = "the slow tests need LibreOffice and poppler: apt-get install libreoffice-calc-nogui poppler-utils"


def office(folder: Path, path: Path, kind: str, options: str = "") -> Path:
    """The file as LibreOffice converts it, with a profile of its own."""
    program = shutil.which("soffice")
    assert program, NEEDED
    out = folder / "office"
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
        f"{kind}{options}", "--outdir", str(out), str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return out / f"{path.stem}.{kind}"


def values(path: Path) -> dict[str, dict[str, Any]]:
    """Every cell that holds something, by sheet and place; an empty text is nothing."""
    # Read row by row, which leaves drawings alone: openpyxl cannot read the charts that LibreOffice saves.
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        for sheet in book
    }


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    result = small_result(folder)
    (folder / "out").mkdir()
    write_run(folder / "out", result)
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    (folder / "book.xlsx").write_bytes(workbook_bytes(run_contents(result, manifest))[0])
    return folder


def test_results_saved_by_libreoffice_are_the_same_figures(results: Path) -> None:
    before, after = values(results / "book.xlsx"), values(office(results, results / "book.xlsx", "xlsx"))
    assert list(after) == list(before)
    for sheet, cells in before.items():
        assert after[sheet].keys() == cells.keys()
        for place, value in cells.items():
            there = after[sheet][place]
            if isinstance(value, float):
                assert math.isclose(there, value, rel_tol=1e-12), (sheet, place)
            else:
                assert there == value, (sheet, place)


def test_the_charts_are_drawn(results: Path) -> None:
    pages = ':calc_pdf_Export:{"PageRange":{"type":"string","value":"1-10"}}'
    document = office(results, results / "book.xlsx", "pdf", pages)
    painter = shutil.which("pdftoppm")
    assert painter, NEEDED
    subprocess.run([painter, "-r", "50", str(document), str(results / "page")], check=True, timeout=120)
    found = [picture(path) for path in sorted(results.glob("page-*.ppm"))]
    drawn = [min(int((page == colour).all(axis=2).sum()) for colour in palette()) for page in found]
    assert max(drawn) > 100, "one page shows every colour of the charts, and not as a speck"


def palette() -> list[tuple[int, ...]]:
    return [tuple(bytes.fromhex(colour[1:])) for colour in COLOURS[:4]]


def picture(path: Path) -> Any:
    """A page as an array of red, green and blue."""
    kind, size, most, pixels = path.read_bytes().split(b"\n", 3)
    assert (kind, most) == (b"P6", b"255")
    width, height = map(int, size.split())
    return np.frombuffer(pixels, dtype=np.uint8).reshape(height, width, 3)


@pytest.mark.parametrize("name", ["site-01", "metropolitan-total-transformation"])
def test_an_input_saved_by_libreoffice_is_the_same_scenario(tmp_path: Path, name: str) -> None:
    convert(name, tmp_path / "input.xlsx")
    assert load(office(tmp_path, tmp_path / "input.xlsx", "xlsx")).hash == load(name).hash
