"""The manifest's own checksum: it vouches for the other files, and this vouches for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ibsim.results.manifest import FORMAT, to_json

SEAL = "sha256"
"""The manifest's last key: the SHA-256 of the file as it is with noughts in this place."""
_BLANK = b"0" * 64


def write_manifest(folder: Path, tree: Mapping[str, Any]) -> None:
    """Write `manifest.json`, sealed."""
    (folder / "manifest.json").write_bytes(sealed(tree))


def sealed(tree: Mapping[str, Any]) -> bytes:
    """The manifest as JSON with its seal at the end."""
    rest = {name: value for name, value in tree.items() if name != SEAL}
    blank = to_json(rest | {SEAL: _BLANK.decode()}).encode("utf-8")
    return _sum(blank).join(blank.rsplit(_BLANK, 1))


def unsealed(content: bytes) -> dict[str, Any]:
    """The manifest in a file's bytes, without its seal; ValueError unless each byte is as written."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON, or only half of it ({error})") from error
    if not isinstance(tree, dict):
        raise ValueError("it does not hold what ibsim writes there")
    if tree.get("format") != FORMAT:
        found = tree.get("format", "not given")
        raise ValueError(f"format {found!r}, and this ibsim reads {FORMAT}: another version wrote it")
    seal = tree.pop(SEAL, None)
    if not isinstance(seal, str) or len(seal) != len(_BLANK):
        raise ValueError("its own checksum is missing")
    if _sum(_BLANK.join(content.rsplit(seal.encode(), 1))) != seal.encode():
        raise ValueError("it has changed since it was written")
    return tree


def _sum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
