"""Attributes that readers for the blind need, as components of Dash take them."""

from __future__ import annotations

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """`aria(label="Pages")` as the keyword arguments `aria-label` and so on."""
    return {f"aria-{name}": text for name, text in attributes.items()}
