"""For the tests of mechanisms: small councils, each run once for all tests of the session."""

from __future__ import annotations

import pytest

from tests.councils import Laboratory


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("councils"))
