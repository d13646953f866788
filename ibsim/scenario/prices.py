"""Pounds of files in different prices: each file's are brought to the price base of what is run."""

from __future__ import annotations

from collections.abc import Sequence

from ibsim.evidence import Evidence
from ibsim.evidence.prices import PACK_PRICES
from ibsim.scenario.tree import Node


def stated(root: Node) -> str | None:
    """The price base that a tree states, if it states one that could be a financial year."""
    entries = root.value if isinstance(root.value, dict) else {}
    calendar = entries["calendar"].value if "calendar" in entries else None
    base = calendar.get("price_base") if isinstance(calendar, dict) else None
    text = base.value if base is not None and isinstance(base.value, str) else ""
    return text if text[:4].isascii() and text[:4].isdecimal() and len(text) > 4 else None


def in_one_base(roots: Sequence[Node], base: str, evidence: Evidence) -> list[Node]:
    """The trees of a line of files, oldest first, with their pounds in prices of `base`.

    A file's pounds are in the base that it states, or that of its parent.  Raises EvidenceError for a base
    without inflators.
    """
    own, brought = PACK_PRICES, []
    for root in roots:
        own = stated(root) or own
        factor = 1.0
        if own != base:
            factor = evidence.in_prices(base).prices.pound / evidence.in_prices(own).prices.pound
        brought.append(root if factor == 1.0 else _scaled(root, factor, in_pounds=False))
    return brought


def _scaled(node: Node, factor: float, *, in_pounds: bool) -> Node:
    """A tree whose levers in pounds (`gbp` stands in their names) are multiplied; evidence stays as it is."""
    if isinstance(node.value, dict):
        entries = {}
        for key, below in node.value.items():
            money = in_pounds or "gbp" in key.split("_")
            entries[key] = below if key == "evidence" else _scaled(below, factor, in_pounds=money)
        return Node(entries, node.mark)
    if isinstance(node.value, list):
        return Node([_scaled(below, factor, in_pounds=in_pounds) for below in node.value], node.mark)
    if in_pounds and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return Node(node.value * factor, node.mark)
    return node
