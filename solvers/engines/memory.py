"""Memory as compiled code hands it on: flat blocks as bare pointers, records of tables by one pointer.

An array takes seven words and more, and numba copies them all, for each array of a record, whenever a function is
called with it; and it counts an array in and out wherever it is taken out of its record. Both happen some hundred
times a move of the search. So functions that Python calls turn what they are given into something lighter, and hand
that on:

- Flat blocks become a ``pointer`` each, which can be indexed; ``view`` cuts an array out. Nothing is faster.
- A record of tables, which may have several dimensions, is ``hold``-ed: a pointer to where it lies, with the same
  attributes. Everything that reads it stays as it is.

Neither is counted: whoever called keeps the memory until the call is over.
"""

from __future__ import annotations

import zlib
from typing import Any, TypeVar

import numpy as np
from numba.core import cgutils, types
from numba.core.datamodel import PrimitiveModel
from numba.core.errors import TypingError
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, overload, register_model
from numpy.typing import NDArray

Entry = TypeVar("Entry", bound=np.generic)


@intrinsic  # type: ignore[untyped-decorator]
def pointer(_typing: Any, block: Any) -> Any:
    """Point to the first entry of a block, an array whose entries lie side by side."""
    if block.layout != "C":
        raise TypingError("Only the entries of a contiguous array can be found behind a pointer.")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(block.dtype)(block), generate  # type: ignore[attr-defined]


def view(block: NDArray[Entry], start: int, stop: int) -> NDArray[Entry]:
    """The entries of a block from ``start`` up to but not including ``stop``; unchecked in compiled code."""
    return block[start:stop]


@intrinsic  # type: ignore[untyped-decorator]
def _view(_typing: Any, block: Any, _start: Any, _stop: Any) -> Any:
    made = types.Array(block.dtype, 1, "C")

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        from numba.np.arrayobj import populate_array  # takes as long to load as the machine code of a search

        first, begin, end = arguments
        array = context.make_array(made)(context, builder)
        size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(block.dtype)))
        populate_array(
            array,
            data=builder.gep(first, [begin]),
            shape=cgutils.pack_array(builder, [builder.sub(end, begin)]),
            strides=cgutils.pack_array(builder, [size]),
            itemsize=size,
            meminfo=None,
        )
        return array._getvalue()

    return made(block, types.intp, types.intp), generate


@overload(view)  # type: ignore[untyped-decorator]
def _compile_view(block: Any, start: Any, stop: Any) -> Any:  # noqa: ARG001
    def cut_out(block: Any, start: Any, stop: Any) -> Any:
        return _view(block, start, stop)

    def cut(block: Any, start: Any, stop: Any) -> Any:
        return block[start:stop]

    return cut_out if isinstance(block, types.CPointer) else cut  # type: ignore[attr-defined]


class Held(types.Type):  # type: ignore[misc]
    """The type of a held record, whose attributes are those of the record itself."""

    def __init__(self, record: Any) -> None:
        self.record = record
        super().__init__(name=f"Held{record.instance_class.__name__}{zlib.crc32(str(record).encode())}")


@register_model(Held)
class _HeldModel(PrimitiveModel):  # type: ignore[misc]
    """A pointer to the record."""

    def __init__(self, models: Any, held: Any) -> None:
        super().__init__(models, held, models.lookup(held.record).get_value_type().as_pointer())


@infer_getattr
class _HeldAttributes(AttributeTemplate):  # type: ignore[misc]
    key = Held

    def generic_resolve(self, held: Any, name: str) -> Any:
        """The type of an attribute; None if the record has no such attribute."""
        fields = held.record.fields
        return held.record.types[fields.index(name)] if name in fields else None


@lower_getattr_generic(Held)  # type: ignore[untyped-decorator]
def _attribute(context: Any, builder: Any, held: Any, value: Any, name: str) -> Any:
    """Read an attribute where the record lies; of an array, leave out whose memory it is, so that nobody counts."""
    index = held.record.fields.index(name)
    content = builder.load(cgutils.gep_inbounds(builder, value, 0, index))
    kind = held.record.types[index]
    if not isinstance(kind, types.Array):
        return content
    array = context.make_array(kind)(context, builder, content)
    array.meminfo = cgutils.get_null_value(array.meminfo.type)
    return array._getvalue()


@intrinsic  # type: ignore[untyped-decorator]
def hold(_typing: Any, record: Any) -> Any:
    """Lay a record down for as long as the present function runs."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return cgutils.alloca_once_value(builder, arguments[0])

    return Held(record)(record), generate
