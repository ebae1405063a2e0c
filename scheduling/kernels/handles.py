"""How the kernels receive their arrays: one reference to a table of addresses instead of array by array.

A kernel that takes a tuple of sixty arrays by value spends its time passing them. With numba the tuples therefore
travel as a `Handle`, a small compiler type of our own: ``handle.field`` reads address and shape from a table and
gives the array without reference counts. Without numba they travel as they are.

The arrays must be C-contiguous and live as long as the handle, which keeps them.
"""

from typing import Any, TypeVar, cast

import numpy as np

from scheduling.kernels.compiled import HAS_NUMBA

T = TypeVar("T", bound=tuple[Any, ...])

# columns of a handle's table: the address (or the number itself), then the shape
TABLE_WIDTH = 5


class Handle:
    """A named tuple of arrays and integers, by reference."""

    def __init__(self, fields: tuple[Any, ...]) -> None:
        names: tuple[str, ...] = fields._fields  # type: ignore[attr-defined]
        self.arrays = fields
        self.table = np.zeros((len(fields), TABLE_WIDTH), dtype=np.int64)
        layout = []
        for i, (name, value) in enumerate(zip(names, fields, strict=True)):
            if isinstance(value, np.ndarray):
                if not value.flags.c_contiguous:
                    raise ValueError(f"{name} is not contiguous")
                self.table[i, 0] = value.ctypes.data
                self.table[i, 1 : 1 + value.ndim] = value.shape
                layout.append((name, value.dtype.name, value.ndim))
            else:
                self.table[i, 0] = value
                layout.append((name, "int64", 0))
        # numba looks the type of an argument up here
        self._numba_type_ = HandleType(tuple(layout), TABLE_WIDTH)
        self.address = int(self.table.ctypes.data)


def handle(fields: T) -> T:
    """What kernels take for a tuple of arrays; it shares them."""
    return cast(T, Handle(fields)) if HAS_NUMBA else fields


if HAS_NUMBA:
    from scheduling.kernels.handle_type import HandleType
