"""Tables at a fixed place: compiled verbs hand each other one pointer in place of three hundred words.

A named tuple of tables goes by value in compiled code: seven words a table, copied at every call, and
taken apart anew whenever Python calls.  `fixed` writes the tuple down once; what it returns stands for
the tuple in calls of compiled code, whose attributes are loaded where they are used.  The tables are not
reference counted there: a verb that takes one must not keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, TypeVar, cast

import numpy as np
from numba import config, typeof
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, models, register_model, unbox

T = TypeVar("T")
_settings: Any = config


class Reference(types.Type):
    """The compiled type of a pointer to a named tuple `of` tables."""

    def __init__(self, of: types.BaseNamedTuple) -> None:
        self.of = of
        # the tuple's own name has thousands of letters, and every symbol would carry it
        digest = blake2b(str(of).encode(), digest_size=8).hexdigest()
        super().__init__(name=f"Reference({of.instance_class.__name__}, {digest})")

    @property
    def key(self) -> types.BaseNamedTuple:
        """What makes two of them the same type."""
        return self.of


class _Fixed:
    """A named tuple of tables that is written down in memory of its own."""

    __slots__ = ("_memory", "_numba_type_", "_tables", "address")

    def __init__(self, tables: Any) -> None:
        self._numba_type_ = _reference_to(tables)
        self._tables = tables  # they must live as long as somebody may follow a pointer to them
        self._memory = np.array(list(_words(tables)), dtype=np.int64)
        self.address = self._memory.ctypes.data


def fixed(tables: T) -> T:
    """Write a named tuple of arrays (or of such tuples) down for compiled code to read.

    Compiled functions take what this returns in place of the tuple; Python can do nothing else with it.
    Where Numba compiles nothing (NUMBA_DISABLE_JIT) the verbs are plain Python and take the tuple itself.
    """
    return tables if _settings.DISABLE_JIT else cast(T, _Fixed(tables))


_KNOWN: dict[tuple[Any, ...], Reference] = {}


def _reference_to(tables: Any) -> Reference:
    """The type that stands for such a tuple; Numba takes milliseconds over a large one, so it is kept."""
    key = _shape(tables)
    if key not in _KNOWN:
        _KNOWN[key] = Reference(typeof(tables))
    return _KNOWN[key]


def _shape(tables: Any) -> tuple[Any, ...]:
    """What Numba's type of a tuple depends on."""
    parts = (
        _shape(part) if isinstance(part, tuple) else (part.dtype, part.ndim, part.flags.c_contiguous)
        for part in tables
    )
    return (type(tables), *parts)


def _words(tables: Any) -> Iterator[int]:
    """What Numba holds of an array: owner and parent (none), size, item size, place, shape, strides."""
    for table in tables:
        if isinstance(table, tuple):
            yield from _words(table)
        else:
            yield from (0, 0, table.size, table.itemsize, table.ctypes.data, *table.shape, *table.strides)


register_model(Reference)(models.OpaqueModel)


@unbox(Reference)
def _address(reference: Reference, fixed_tables: Any, c: Any) -> Any:
    number = c.pyapi.object_getattr_string(fixed_tables, "address")
    pointer = c.pyapi.long_as_voidptr(number)
    c.pyapi.decref(number)
    return NativeValue(pointer, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, reference: Reference, name: str) -> types.Type | None:
        """The type of one of the tables; a tuple within the tuple is a reference of its own."""
        if name not in reference.of.fields:
            return None
        field = reference.of.types[reference.of.fields.index(name)]
        return Reference(field) if isinstance(field, types.BaseNamedTuple) else field


@lower_getattr_generic(Reference)
def _load(context: Any, builder: Any, reference: Reference, pointer: Any, name: str) -> Any:
    index = reference.of.fields.index(name)
    field = reference.of.types[index]
    tuple_type = context.get_value_type(reference.of)
    place = cgutils.gep_inbounds(builder, builder.bitcast(pointer, tuple_type.as_pointer()), 0, index)
    if isinstance(field, types.BaseNamedTuple):
        return builder.bitcast(place, cgutils.voidptr_t)
    loaded = builder.load(place)
    # written before the first call and never after: it need not be read again
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return impl_ret_borrowed(context, builder, field, loaded)
