from __future__ import annotations

from pathlib import Path

from ibsim.results.manifest import FORMAT
from ibsim.results.seal import write_manifest
from ibsim.results.workbook.study import study_contents
from ibsim.results.workbook.writing import workbook_bytes
from tests.workbooks import live, tables, texts

TABLE = """\
scenario,metric,mean,ci_low,year,note
'=1+1,exits,12.5,,2006-07,
'-b,exits,-3,1e3,all,07
"a, b",exits,0,2,all,8
"""


def folder_of(folder: Path) -> Path:
    folder.mkdir()
    (folder / "sweep.csv").write_text(TABLE, encoding="utf-8")
    (folder / "no-rows.csv").write_text("a,b\n", encoding="utf-8")
    manifest = {
        "format": FORMAT,
        "seed": 3,
        "scenario": "metropolitan",
        "points": [{"x": 1}, {"x": 2}],
        "run": {"seconds": 3},
    }
    write_manifest(folder, {"format": FORMAT, **manifest})
    return folder


def made(folder: Path) -> bytes:
    words = ["What differs:", "  =1+1", "", "No heading here.", *["more"] * 40, f"Results: {folder}"]
    content, told = workbook_bytes(study_contents(folder, "=A sweep", "Why\nso", words))
    assert told == ()
    return content


def test_the_csv_files_of_a_folder_are_tables(tmp_path: Path) -> None:
    content = made(folder_of(tmp_path / "one"))
    found = tables(content)
    assert [row["scenario"] for row in found["sweep"]] == ["=1+1", "-b", "a, b"], "the guard is not text"
    assert [row["mean"] for row in found["sweep"]] == [12.5, -3, 0]
    assert [row["ci_low"] for row in found["sweep"]] == [None, 1000, 2]
    assert [row["year"] for row in found["sweep"]] == ["2006-07", "all", "all"]
    assert list(found["no_rows"][0]) == ["a", "b"]
    items = {row["item"]: row["value"] for row in found["manifest"]}
    assert items["scenario"] == "metropolitan" and items["points.1.x"] == "2"
    assert not any(item.startswith("run.") for item in items)
    assert live(content) == []


def test_the_front_tells_the_answer_wherever_the_folder_lies(tmp_path: Path) -> None:
    one, other = (made(folder_of(tmp_path / name)) for name in ("one", "other"))
    assert one == other
    shown = texts(one)
    assert {"=A sweep", "What differs", "  =1+1"} <= shown
    assert any(text.startswith("No heading here.\nmore") for text in shown)
    assert not any("Results:" in text for text in shown)
