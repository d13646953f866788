"""A scenario's tree as the text of a YAML file that reads back to the same tree."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ibsim.scenario.model import Levers
from ibsim.scenario.scalars import plain_scalar
from ibsim.scenario.tree import Node

WIDTH = 110
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9 _/-]*[A-Za-z0-9]|[A-Za-z]", re.ASCII)
_ORDER = ("extends", "name", "why", "calendar", *Levers.model_fields, "evidence")


class _Dumper(yaml.SafeDumper):
    """Quotes every text that a scenario's reader could take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Values that are equal are written out each time: a scenario has no anchors."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _is_bare(text) else '"')


_Dumper.add_representer(str, _text)


def _is_bare(text: str) -> bool:
    """Whether a text needs no quotes: letters and digits that mean nothing else, in YAML 1.1 too."""
    spoken = text.lower() in {"yes", "no", "on", "off", "y", "n", "true", "false", "null"}
    return bool(_BARE.fullmatch(text)) and not spoken and plain_scalar(text) == text


def yaml_text(root: Node, origin: str) -> str:
    """The text of the file, sections in the order of the rooms; `origin` names what it was made from."""
    tree = root.plain()
    known = {key: tree[key] for key in _ORDER if key in tree}
    body = yaml.dump(
        known, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDTH
    )
    head = "# yaml-language-server: $schema=scenario.schema.json\n"
    shown = "".join(character if character.isprintable() else "?" for character in origin)
    return f"{head}# Written by ibsim from {shown}.\n{body}"
