"""The verbs of sign-off, opened to tests once."""

from __future__ import annotations

from ibsim.policy import signoff
from tests.unit.engine.python_calls import open_to_python

signing = open_to_python(signoff)
