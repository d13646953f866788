"""Tables 5.5 and 5.6: what IBs were used for, by group and by how they are held."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ibsim.evidence import Evidence
from ibsim.policy.deployment.room import Held
from ibsim.policy.deployment.settings import SERVICES
from ibsim.units import GROUPS, WEEKS_PER_YEAR
from ibsim.validation.law import Law
from ibsim.validation.rows import PREDICTED, Row, Sample
from ibsim.validation.tables import weigh

Floats = NDArray[np.float64]
USES = {
    "mainstream": ("home_care", "meals", "other_mainstream", "day_care"),
    "personal-assistance": ("personal_assistance",),
    "leisure": ("leisure",),
}
"""Table 5.5: the fact, and the model's services that make it up (those that it has)."""
PATTERNS = {
    "personal assistant": (("personal-assistant",), ("personal_assistance",)),
    "home care": (("home-care-agency", "home-care-in-house"), ("home_care",)),
    "meals": (("meals",), ("meals",)),
    "leisure": (("leisure",), ("leisure",)),
}
"""Table 5.6: words, the facts that are added up, and the model's services."""
NOBODY = 1e-9


def use(law: Law, evidence: Evidence) -> Iterator[Row]:
    """Rows of both tables for the people of a law.

    Who uses a service, and what it comes to over everybody, is put into the model (Tables 5.5 and 7.2);
    how the money spreads over its users, and over ways of holding a budget, is not.
    """
    for place in range(len(GROUPS)):
        yield from _by_group(law, evidence, place)
    yield from _by_holding(law, evidence)


def _yearly(law: Law, services: tuple[str, ...]) -> Floats:
    """Everybody's pounds a year on some services."""
    columns = [SERVICES.index(name) for name in services if name in SERVICES]
    return np.asarray(law.services[1][:, columns].sum(axis=1) * WEEKS_PER_YEAR)


def _by_group(law: Law, evidence: Evidence, place: int) -> Iterator[Row]:
    group, facts = GROUPS[place], evidence.facts
    members = law.people["group"] == place
    n = facts[f"ib-plan-records-{group.lower()}-n"].value
    sample, predicted = Sample("5.5", group), Sample("5.5", group, basis=PREDICTED)
    for name, services in USES.items():
        pounds, fact = _yearly(law, services)[members], f"use-{name}-{group.lower()}"
        users, words = facts[f"{fact}-n"].value, name.replace("-", " ")
        spent = pounds[pounds > NOBODY]
        users_of = predicted if name == "mainstream" else sample  # how its parts overlap is not printed
        yield users_of.percent(f"{words}, percent", 100 * users / n, pounds > NOBODY, n)
        yield predicted.mean(f"{words}, mean of users", facts[f"{fact}-mean"].value, spent, users)
        yield predicted.median(f"{words}, median", facts[f"{fact}-median"].value, spent, users, None)
        yield predicted.spread(f"{words}, sd", facts[f"{fact}-sd"].value, spent, users, None)


def _by_holding(law: Law, evidence: Evidence) -> Iterator[Row]:
    facts = evidence.facts
    sizes = [facts[f"ib-plan-records-{group.lower()}-n"].value for group in GROUPS]
    weights = weigh(law.people["group"], sizes)
    paid = law.people["held"] != Held.COUNCIL
    ways = {"direct-payment": paid, "managed": ~paid, "overall": np.ones(paid.size, dtype=bool)}
    for way, here in ways.items():
        n = facts[f"spend-records-{way}-n"].value
        sample = Sample("5.6", "all", basis=PREDICTED)
        users_of = Sample("5.6", "all") if way == "overall" else sample
        for words, (names, services) in PATTERNS.items():
            users = sum(facts[f"spend-{name}-{way}-n"].value for name in names)
            money = sum(
                facts[f"spend-{name}-{way}-n"].value * facts[f"spend-{name}-{way}-mean"].value
                for name in names
            )
            label, pounds = f"{way.replace('-', ' ')}: {words}", _yearly(law, services)
            has = here & (pounds > NOBODY)
            yield users_of.percent(
                f"{label}, percent", 100 * users / n, pounds[here] > NOBODY, n, weights=weights[here]
            )
            yield sample.mean(
                f"{label}, mean of users", money / users, pounds[has], users, weights=weights[has]
            )
