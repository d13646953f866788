from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.errors import EvidenceError
from ibsim.evidence import csvfile
from ibsim.evidence.rows import COLUMNS, plain, read_parameters
from tests.unit.evidence.conftest import Pack

GOOD = "base,,4,hours,3,6,triangular,measured,Table 1,,"


def read(folder: Path) -> EvidenceError:
    with pytest.raises(EvidenceError) as caught:
        read_parameters(folder / "parameters.csv")
    return caught.value


def test_a_good_row_is_read_as_it_stands(pack: Pack) -> None:
    (row,) = read_parameters(pack(GOOD.replace(",,4,", ",OP,4.0,")) / "parameters.csv")
    assert (row.id, row.group, row.value, row.printed, row.unit) == ("base", "OP", 4.0, "4.0", "hours")
    assert (row.low, row.high, row.distribution, row.status, row.source) == (
        3.0, 6.0, "triangular", "measured", "Table 1",
    )  # fmt: skip
    assert row.key == "base/OP"
    assert row.line == 2
    assert row.varies


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Base Hours,,4,hours,,,point,measured,T,,", "id 'Base Hours'"),
        (",,4,hours,,,point,measured,T,,", "id ''"),
        ("base,P/D,4,hours,,,point,measured,T,,", "group 'P/D'"),
        ("base,,4,,,,point,measured,T,,", "no unit"),
        ("base,,,hours,,,point,measured,T,,", "no value"),
        ("base,,nan,hours,,,point,measured,T,,", "value 'nan'"),
        ("base,,inf,hours,,,point,measured,T,,", "value 'inf'"),
        ("base,,1e999,hours,,,point,measured,T,,", "value '1e999'"),
        ("base,,1_000,hours,,,point,measured,T,,", "value '1_000'"),
        ('base,,"1,000",hours,,,point,measured,T,,', "value '1,000'"),
        ("base,,slow,hours,,,point,measured,T,,", "value 'slow'"),
        ("base,,two words,choice,,,point,measured,T,,", "value 'two words'"),
        ("base,,4,hours,x,6,uniform,measured,T,,", "low 'x'"),
        ("base,,4,hours,3,,uniform,measured,T,,", "only one end of a range"),
        ("base,,4,hours,,,uniform,measured,T,,", "no range"),
        ("base,,4,hours,5,6,uniform,measured,T,,", "low 5, value 4, high 6"),
        ("base,,4,hours,1,3,point,measured,T,,", "low 1, value 4, high 3"),
        ("base,,4,hours,0,6,lognormal,measured,T,,", "low 0"),
        ("base,,4,hours,3,6,gaussian,measured,T,,", "distribution 'gaussian'"),
        ("base,,slow,choice,3,6,point,measured,T,,", "a range"),
        ("base,,4,hours,,,point,certain,T,,", "status 'certain'"),
        ("base,,4,hours,,,point,measured,,,", "no source"),
        ("base,,4,hours,,,point,derived,T,,", "no formula"),
        ("base,,4,hours,,,point,assumed,T,,", "no reasoning"),
        ("base,,4,hours,,,point,measured,T,", "10 cells"),
        ("base,,4,hours,,,point,measured,T,,,", "12 cells"),
        ('base,,4,hours,,,point,measured,T,,"open', "unexpected end of data"),
    ],
)
def test_a_bad_row_is_told_with_file_line_and_what_was_found(pack: Pack, line: str, found: str) -> None:
    folder = pack(GOOD, line)
    error = read(folder)
    assert error.found == found
    assert error.where.startswith(f"{folder / 'parameters.csv'}, line 3")
    assert error.rule
    assert error.remedy


def test_the_same_id_and_group_twice_is_refused(pack: Pack) -> None:
    error = read(pack(GOOD, GOOD.replace(",,4,", ",OP,4,"), GOOD))
    assert error.where.endswith("line 4, base")
    assert "line 2" in error.found


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (",".join(COLUMNS[:-1]), "without reasoning"),
        (",".join((*COLUMNS, "notes")), "with 'notes'"),
        (",".join((*COLUMNS, "id")), "repeats a column"),
        ("", "without id"),
    ],
)
def test_a_wrong_header_is_refused(pack: Pack, header: str, part: str) -> None:
    assert part in read(pack(GOOD, header=header)).found


def test_columns_may_stand_in_another_order(pack: Pack) -> None:
    (row,) = read_parameters(
        pack(",".join(reversed(GOOD.split(","))), header=",".join(reversed(COLUMNS))) / "parameters.csv"
    )
    assert row.value == 4.0


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_do_no_harm(pack: Pack, tmp_path: Path) -> None:
    folder = pack(GOOD)
    text = (folder / "parameters.csv").read_text(encoding="utf-8")
    (folder / "parameters.csv").write_bytes(("\ufeff" + text.replace("\n", "\r\n\r\n")).encode())
    (row,) = read_parameters(folder / "parameters.csv")
    assert row.id == "base"


@pytest.mark.parametrize("data", [b"id\xff", b"id,\0", b"\xff\xfei\0d\0"])
def test_what_is_not_text_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "parameters.csv").write_bytes(data)
    assert "UTF-8" in read(tmp_path).rule


def test_a_missing_and_a_huge_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(tmp_path).found == "No such file or directory"
    (tmp_path / "parameters.csv").write_bytes(b"x" * 200)
    monkeypatch.setattr(csvfile, "MAX_BYTES", 100)
    assert read(tmp_path).found == "a larger file"


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.53e10, "15300000000"), (0.1, "0.1"), (1 / 3, "0.3333333333"), (-2.0, "-2"), (1e20, "1e+20")],
)
def test_plain_numbers(number: float, text: str) -> None:
    assert plain(number) == text
