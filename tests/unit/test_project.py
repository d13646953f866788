"""The project as a whole: what is forbidden in its files, and what a wheel carries."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

import ibsim
from ibsim.scenario.shipped import shipped_folder

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (".ci", "benchmarks", "dashboard", "ibsim", "scenarios", "tests")
LEFTOVERS = ("__pycache__", ".egg-info")
FORBIDDEN_CALLS = {"eval", "exec", "__import__"}
SHELLS = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell"}
"""Calls that start a shell, whatever they are imported from and as."""
FORBIDDEN_MODULES = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
# Written in parts, so that this file passes its own test.
REGISTRY_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "conda" + ".anaconda.org", "npm" + "js.org")
MACHINE_PATH = re.compile(r"(?<![\w./:~<>*{}-])/(?:home|root|work|workspace|Users|opt|mnt)/[\w.]")


def project_files() -> Iterator[Path]:
    """Every file that belongs to the project: top-level ones and those in its folders."""
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            yield path
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not any(part.endswith(LEFTOVERS) for part in path.relative_to(ROOT).parts):
                yield path


def text_of(path: Path) -> str | None:
    """The text of a file, or None for a binary one."""
    content = path.read_bytes()
    return None if b"\0" in content else content.decode("utf-8")


def python_trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in project_files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders:
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"), str(path))


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def forbidden_in(tree: ast.AST) -> Iterator[str]:
    """Name each use of what ibsim never does: run text as code, unpickle files, start a shell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in FORBIDDEN_CALLS:
                yield f"{node.lineno}: {called}()"
            for keyword in node.keywords:
                if keyword.arg == "shell" and ast.unparse(keyword.value) != "False":
                    yield f"{node.lineno}: shell="
        elif isinstance(node, ast.Dict) and any(
            isinstance(key, ast.Constant) and key.value == "shell" for key in node.keys
        ):
            yield f"{node.lineno}: shell= in a table of arguments"
        elif isinstance(node, ast.Attribute) and node.attr in SHELLS:
            yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Import):
            yield from (
                f"{node.lineno}: {name.name}"
                for name in node.names
                if name.name.split(".")[0] in FORBIDDEN_MODULES
            )
        elif isinstance(node, ast.ImportFrom):
            names = {name.name for name in node.names}
            if (node.module or "").split(".")[0] in FORBIDDEN_MODULES or names & SHELLS:
                yield f"{node.lineno}: {node.module}"
        elif isinstance(node, ast.ExceptHandler) and catches_everything(node):
            yield f"{node.lineno}: an except that hides bugs"


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether any error ends in this handler; one that raises it again hides none."""
    if ast.unparse(handler.body[-1]) == "raise":
        return False
    return handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}


def test_code_runs_no_text_unpickles_nothing_and_starts_no_shell() -> None:
    found = [
        f"{path}:{what}" for path, tree in python_trees("ibsim", "dashboard") for what in forbidden_in(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "eval('1')",
        "exec('x = 1')",
        "import pickle",
        "from pickle import loads",
        "run('ls', shell=True)",
        "os.system('ls')",
        "from os import system as other",
        "start = subprocess.getoutput",
        "run('ls', **{'shell': True})",
        "try:\n    x()\nexcept Exception:\n    pass",
    ],
)
def test_the_search_finds_what_is_forbidden(line: str) -> None:
    assert list(forbidden_in(ast.parse(line)))


def test_the_search_lets_pass_what_is_raised_again() -> None:
    assert not list(forbidden_in(ast.parse("try:\n    x()\nexcept BaseException:\n    tidy()\n    raise")))


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    marks = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b")
    found = [
        f"{path}:{node.lineno}"
        for path, tree in python_trees("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and marks.match(ast.unparse(node))
    ]
    assert found == []


def test_what_counts_is_found_by_make_prove() -> None:
    for path, tree in python_trees("tests"):
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        if path.name == "test_counts.py":
            continue  # it tries the counts themselves
        if path.name.startswith("test_") and any(node.module == "tests.counts" for node in imports):
            marks = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
            assert any(ast.unparse(mark) == "pytest.mark.counted" for mark in marks), path


def test_files_name_no_machine_and_no_registry() -> None:
    found = []
    for path in project_files():
        text = text_of(path)
        for number, line in enumerate((text or "").splitlines(), start=1):
            if MACHINE_PATH.search(line) or any(host in line for host in REGISTRY_HOSTS):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_machine_paths_are_recognised() -> None:
    assert MACHINE_PATH.search("open('/" + "home/someone/x.csv')")
    assert not MACHINE_PATH.search("#!/usr/bin/env bash")
    assert not MACHINE_PATH.search("see https://example.org/" + "home/page")


def test_every_requirement_is_locked_with_hashes() -> None:
    names = ("requirements.lock", "requirements-dev.lock", "requirements-release.lock")
    locks = {name: locked(ROOT / name) for name in names}
    project = settings()["project"]
    extras = project["optional-dependencies"]
    used = project["dependencies"] + extras["dashboard"]
    wants = (used, used + extras["dev"], project["dependencies"] + extras["release"])
    for lock, wanted in zip(names, wants, strict=True):
        needed = {canonical(re.split(r"[<>=~!\[; ]", item)[0]) for item in wanted} | {"setuptools"}
        assert needed <= locks[lock].keys()
    runtime, dev, release = locks.values()
    assert {name: release[name] for name in dev.keys() & release.keys()}.items() <= dev.items()
    assert {name: dev.get(name) for name in runtime} == runtime


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path) -> dict[str, str]:
    """The locked version of each package; every one must carry a hash, and nothing else may stand there."""
    versions = {}
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for entry in re.split(r"\n(?=\S)", "\n".join(lines)):
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)[^\n]*\\\n +--hash=sha256:[0-9a-f]{64}", entry)
        assert match, entry[:100]
        versions[canonical(match[1])] = match[2]
    return versions


def carried() -> set[Path]:
    """The data files that the packaging settings put in a wheel, as paths in the checkout."""
    tools = settings()["tool"]["setuptools"]
    places = {package: Path(*package.split(".")) for package in tools["packages"]}
    places |= {package: Path(folder) for package, folder in tools["package-dir"].items()}
    return {
        path.relative_to(ROOT)
        for package, patterns in tools["package-data"].items()
        for pattern in patterns
        for path in (ROOT / places[package]).glob(pattern)
    }


def test_a_wheel_carries_every_scenario_every_number_and_the_schema() -> None:
    patterns = (
        *("scenarios/*.yaml", "ibsim/evidence/data/*", "ibsim/scenario/*.json", "ibsim/py.typed"),
        "dashboard/assets/*",
    )
    wanted = {
        path.relative_to(ROOT)
        for path in project_files()
        if any(fnmatch(path.relative_to(ROOT).as_posix(), pattern) for pattern in patterns)
    }
    assert Path("scenarios/metropolitan-pilot.yaml") in wanted
    assert wanted <= carried()


def test_a_wheel_carries_every_package() -> None:
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for folder in ("dashboard", "ibsim")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert there | {"ibsim.scenarios_shipped"} == set(settings()["tool"]["setuptools"]["packages"])


def test_the_checkout_finds_its_scenarios() -> None:
    assert shipped_folder() == ROOT / "scenarios"


def test_the_package_alone_loads_no_heavy_library() -> None:
    heavy = ["numpy", "pandas", "scipy", "numba", "pyarrow", "pydantic", "simpy"]
    code = f"import sys, ibsim; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_built_wheel_runs_far_from_the_checkout(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("dashboard", "ibsim", "scenarios"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([sys.executable, *build, "--wheel-dir", str(tmp_path), str(source)], check=True)
    wheel = tmp_path / f"ibsim-{ibsim.__version__}-py3-none-any.whl"
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)

    def elsewhere(*arguments: str) -> str:
        """What Python says with the wheel's files, far from the checkout."""
        command, environment = [sys.executable, *arguments], {**os.environ, "PYTHONPATH": str(installed)}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout

    code = "from ibsim.scenario.shipped import shipped_folder; print(shipped_folder())"
    folder = Path(elsewhere("-c", code).strip())
    assert folder == installed / "ibsim" / "scenarios_shipped"
    shipped = sorted(path.relative_to(folder) for path in folder.rglob("*.yaml"))
    assert shipped == sorted(
        path.relative_to(ROOT / "scenarios") for path in (ROOT / "scenarios").rglob("*.yaml")
    )
    evidence = {path.name for path in (installed / "ibsim" / "evidence" / "data").iterdir()}
    assert evidence == {path.name for path in (ROOT / "ibsim" / "evidence" / "data").iterdir()}

    assert "metropolitan-pilot: " in elsewhere("-m", "ibsim", "scenarios")
    assert elsewhere("-m", "ibsim", "check", "metropolitan").splitlines()[0].endswith(": valid")
    run = ("run", "metropolitan", "--replications", "1", "--set", "calendar.years=1", "--out", "out")
    assert "Results: out" in elsewhere("-m", "ibsim", *run)
    assert (tmp_path / "out" / "summary.csv").exists()
