"""Who is looked for a provider, and who has one."""

from __future__ import annotations

import pytest

from ibsim.engine.shared import Shared
from ibsim.policy.market import verbs as compiled_verbs
from ibsim.policy.market.verbs import ASKED, COVER, REFUSED, Terms
from ibsim.verification.spill import two_agencies
from ibsim.words import Category
from tests.unit.engine.python_calls import open_to_python

verbs = open_to_python(compiled_verbs)
CARE = int(Category.HOME_CARE)
AGENCY = 2


def full() -> Shared:
    """Two agencies of which neither has an hour left."""
    w = two_agencies()
    w.market["capacity"] = w.market["block"] = 0
    return w


@pytest.mark.parametrize(
    ("provider", "terms", "has"),
    [(AGENCY, Terms.SPOT, True), (AGENCY, Terms.NONE, False), (COVER, Terms.COVERED, False)],
)
def test_only_who_is_with_a_provider_that_is_open_need_not_search(
    provider: int, terms: Terms, has: bool
) -> None:
    w = full()
    w.placed[0, CARE], w.terms[0, CARE] = provider, terms
    assert verbs.has_room(w, 0, CARE, 5_000, False) is has
    assert w.shops[CARE, [ASKED, REFUSED]].tolist() == [1, 0 if has else 1]


def test_who_is_with_a_provider_that_closes_searches() -> None:
    w = full()
    w.placed[0, CARE], w.terms[0, CARE] = AGENCY, Terms.SPOT
    w.market["state"][AGENCY] = compiled_verbs.CLOSING
    assert not verbs.has_room(w, 0, CARE, 5_000, False)
    assert verbs.has_room(two_agencies(), 0, CARE, 5_000, False), "others have hours free"
