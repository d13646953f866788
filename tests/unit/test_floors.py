"""The floors of the house: files import downwards, and policy rooms know nothing of one another."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]


def contracts() -> dict[str, dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def test_no_import_goes_up_or_across(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_module_has_a_floor() -> None:
    floors = contracts()["floors"]
    assert floors["exhaustive"] is True
    placed = {name for layer in floors["layers"] for name in layer.split(" : ")}
    there = {path.stem for path in (ROOT / "ibsim").iterdir() if path.suffix == ".py" or is_package(path)}
    assert there - {"__init__"} == placed


def is_package(path: Path) -> bool:
    return (path / "__init__.py").is_file()


@pytest.mark.parametrize(
    ("importer", "imported"),
    [("engine", "policy"), ("policy/housing", "policy/travel"), ("units", "cli"), ("scenario", "results")],
)
def test_the_contracts_catch_a_wrong_import(
    importer: str, imported: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same contracts on a small house with one wrong import: they must refuse it."""
    house = f"small_house_{importer.replace('/', '_')}"
    build_house(tmp_path / house)
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.importlinter]")[1]
    config = config.replace('"ibsim', f'"{house}').replace("-> ibsim.", f"-> {house}.")
    (tmp_path / "pyproject.toml").write_text("[tool.importlinter]" + config, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)

    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS
    wrong = tmp_path / house / importer
    target = wrong / "__init__.py" if wrong.is_dir() else wrong.with_suffix(".py")
    target.write_text(f"import {house}.{imported.replace('/', '.')}\n", encoding="utf-8")
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) != EXIT_STATUS_SUCCESS


def build_house(folder: Path) -> None:
    """Write an empty module for every floor, and three rooms."""
    placed = {name for layer in contracts()["floors"]["layers"] for name in layer.split(" : ")}
    (folder / "policy").mkdir(parents=True)
    modules = [*(f"{name}.py" for name in placed - {"policy"}), "__init__.py"]
    rooms = [f"policy/{name}.py" for name in ("__init__", "lever", "housing", "travel")]
    for name in modules + rooms:
        (folder / name).write_text("", encoding="utf-8")
