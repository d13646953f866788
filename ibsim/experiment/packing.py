"""A replication's tables as bytes and back: NumPy's own format without pickle, under a checksum."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ibsim.results.tables import Tables

MAGIC = b"ibsim replication 1 "
HEAD_SIZE = len(MAGIC) + 64 + 1
"""The first line: what it is, the SHA-256 of the rest as hex, a newline."""
LAYOUT = "layout"


class DamagedError(Exception):
    """Bytes that are not, or no longer, the tables that they should be."""


def pack(tables: Tables, key: str) -> bytes:
    """The tables with the key under which they are kept; every number comes back bit for bit."""
    arrays: dict[str, NDArray[Any]] = {}
    layout = {"key": key, "fields": {name: _lay_out(value, arrays) for name, value in vars(tables).items()}}
    arrays[LAYOUT] = np.frombuffer(json.dumps(layout).encode(), dtype=np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]  # its keywords are arrays but for one
    body = out.getvalue()
    return MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(content: bytes, key: str) -> Tables:
    """The tables that `pack` was given; raises DamagedError unless every byte is as it was."""
    from ibsim.replication import Tables

    body = content[HEAD_SIZE:]
    if content[:HEAD_SIZE] != MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n":
        raise DamagedError("its checksum does not fit")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise DamagedError(str(error)) from error
    layout = json.loads(arrays[LAYOUT].tobytes())
    if layout["key"] != key:
        raise DamagedError("it belongs to another replication")
    return Tables(**{name: _restore(plan, arrays) for name, plan in layout["fields"].items()})


def _lay_out(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """A value as JSON, with each array put into `arrays` and named by its number."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("an array of Python objects cannot be stored")
        name = str(len(arrays))
        arrays[name] = value
        return {"array": name}
    if isinstance(value, dict):
        return {"dict": {str(name): _lay_out(item, arrays) for name, item in value.items()}}
    return {"value": value.item() if isinstance(value, np.generic) else value}


def _restore(plan: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if "array" in plan:
        return arrays[plan["array"]]
    if "dict" in plan:
        return {name: _restore(item, arrays) for name, item in plan["dict"].items()}
    return plan["value"]
