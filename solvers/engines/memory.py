"""Blocks of memory as compiled code hands them on: bare pointers, and the parts it looks at.

An array that numba hands from function to function takes seven words, and is counted in and out again every time it
is taken out of a tuple. The compiled search does both some hundred times a move. So functions that Python calls turn
its blocks into pointers, one word each and not counted; what is cut out of one is an array that nobody counts.
Whoever made the blocks must keep them until the call is over.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic, overload
from numba.np.arrayobj import populate_array
from numpy.typing import NDArray

Entry = TypeVar("Entry", bound=np.generic)


@intrinsic  # type: ignore[untyped-decorator]
def pointer(_typing: Any, block: Any) -> Any:
    """Point to the first entry of a block, an array whose entries lie side by side."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(block.dtype)(block), generate  # type: ignore[attr-defined]


def part(block: NDArray[Entry], start: int, stop: int) -> NDArray[Entry]:
    """The entries of a block from ``start`` up to but not including ``stop``; unchecked in compiled code."""
    return block[start:stop]


@intrinsic  # type: ignore[untyped-decorator]
def _part(_typing: Any, block: Any, _start: Any, _stop: Any) -> Any:
    made = types.Array(block.dtype, 1, "C")

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
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


@overload(part)  # type: ignore[untyped-decorator]
def _compile_part(block: Any, start: Any, stop: Any) -> Any:  # noqa: ARG001
    def cut_out(block: Any, start: Any, stop: Any) -> Any:
        return _part(block, start, stop)

    def cut(block: Any, start: Any, stop: Any) -> Any:
        return block[start:stop]

    return cut_out if isinstance(block, types.CPointer) else cut  # type: ignore[attr-defined]
