from __future__ import annotations

import copy
from collections.abc import Generator

import pytest
import simpy

from ibsim.errors import InputError, ScenarioError

ERROR = ScenarioError("a.yaml:3, review", "x", "a number", "write one")


def test_an_error_of_the_input_crosses_simpy_and_copies_whole() -> None:
    def process() -> Generator[simpy.Event, None, None]:
        yield env.timeout(1)
        raise ERROR

    env = simpy.Environment()
    env.process(process())
    with pytest.raises(InputError) as caught:
        env.run()
    for error in (caught.value, copy.copy(ERROR)):
        assert isinstance(error, ScenarioError) and str(error) == str(ERROR)
        assert (error.where, error.found, error.rule, error.remedy) == ERROR.args
    assert str(ERROR) == "a.yaml:3, review\n  found:  x\n  rule:   a number\n  remedy: write one"
