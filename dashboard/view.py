"""What a link says: which results, which group, year and month; every view of the dashboard has one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from ibsim.results.metrics import GROUP_LABELS

MAX_LENGTH = 4_000
"""A longer query is no link of ours."""
MAX_RESULTS = 12
"""More results than this are not set side by side."""
_YEAR = re.compile(r"\d{4}-\d\d|all", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
_NAME = re.compile(r"[a-z_]{1,20}", re.ASCII)
_OWN = ("results", "against", "group", "year", "month")


@dataclass(frozen=True)
class View:
    """What is looked at.  `results` are ids, the first of them in front; `against` is the baseline's id.

    Empty texts mean that the link says nothing; `more` holds what a page keeps in its links for itself.
    """

    results: tuple[str, ...] = ()
    against: str = ""
    group: str = "all"
    year: str = ""
    month: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, search: Any) -> View:
        """The view of a link's query, like `?results=pilot&group=OP`; what makes no sense is left out."""
        if not isinstance(search, str) or len(search) > MAX_LENGTH:
            return cls()
        try:
            found = parse_qs(search.lstrip("?"), max_num_fields=60)
        except ValueError:
            return cls()
        last = {name: values[-1] for name, values in found.items()}
        group, year, month = (last.get(name, "") for name in ("group", "year", "month"))
        return cls(
            results=tuple(dict.fromkeys(found.get("results", ())))[:MAX_RESULTS],
            against=last.get("against", ""),
            group=group if group in GROUP_LABELS else "all",
            year=year if _YEAR.fullmatch(year) else "",
            month=month if _MONTH.fullmatch(month) else "",
            more={name: text for name, text in last.items() if name not in _OWN and _NAME.fullmatch(name)},
        )

    @property
    def search(self) -> str:
        """The query of the link to this view; empty where there is nothing to say."""
        pairs = [("results", id) for id in self.results]
        pairs += [("against", self.against), ("year", self.year), ("month", self.month)]
        pairs += [("group", self.group if self.group != "all" else "")]
        pairs += sorted(self.more.items())
        query = urlencode([(name, text) for name, text in pairs if text])
        return f"?{query}" if query else ""

    def link(self, path: str) -> str:
        """The link to a page with the same view, without what only one page keeps."""
        return path + replace(self, month="", more={}).search
