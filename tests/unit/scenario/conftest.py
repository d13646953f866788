from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ibsim.errors import ScenarioError
from ibsim.scenario import ResolvedScenario, load

HEAD = "name: A council\nwhy: to see\n"

Write = Callable[..., Path]
Refused = Callable[..., ScenarioError]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a scenario into the working folder; `name` and `why` are put before the text."""
    monkeypatch.chdir(tmp_path)

    def written(text: str, file: str = "council.yaml", *, head: str = HEAD) -> Path:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def resolved(write: Write) -> Callable[..., ResolvedScenario]:
    """Load a scenario with this text."""

    def loaded(text: str, sets: Sequence[str] = ()) -> ResolvedScenario:
        return load(write(text), sets)

    return loaded


@pytest.fixture
def refused(write: Write) -> Refused:
    """The error with which a scenario with this text is refused."""

    def error(text: str, sets: Sequence[str] = (), *, head: str = HEAD) -> ScenarioError:
        path = write(text, head=head)
        with pytest.raises(ScenarioError) as caught:
            load(path, sets)
        return caught.value

    return error
