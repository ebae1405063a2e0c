# mypy: disable-error-code="no-untyped-call, untyped-decorator, misc, override, import-untyped"
"""The compiler type of a `scheduling.kernels.handles.Handle`, in numba's (untyped) extension interface."""

import hashlib
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    register_model,
    unbox,
)
from numba.core.typing.templates import AttributeTemplate
from numba.np import numpy_support
from numba.np.arrayobj import make_array, populate_array

WORD = ir.IntType(64)


class HandleType(types.Type):
    """A pointer to a table with ``width`` columns; ``layout`` gives fields with name, dtype and number of axes."""

    def __init__(self, layout: tuple[tuple[str, str, int], ...], width: int) -> None:
        self.layout = layout
        self.width = width
        self.index = {name: i for i, (name, _, _) in enumerate(layout)}
        # the name goes into every symbol of the machine code, so it is short
        super().__init__(name="Handle" + hashlib.sha256(repr(layout).encode()).hexdigest()[:12])

    def field(self, name: str) -> Any:
        """Compiler type of a field."""
        _, dtype, axes = self.layout[self.index[name]]
        scalar = numpy_support.from_dtype(np.dtype(dtype))
        return types.Array(scalar, axes, "C") if axes else scalar


@register_model(HandleType)
class _HandleModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, WORD.as_pointer())


@unbox(HandleType)
def _unbox_handle(_kind: Any, value: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(value, "address")
    pointer = c.builder.bitcast(c.pyapi.long_as_voidptr(address), WORD.as_pointer())
    c.pyapi.decref(address)
    return NativeValue(pointer, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


@infer_getattr
class _HandleFields(AttributeTemplate):
    key = HandleType

    def generic_resolve(self, kind: HandleType, name: str) -> Any:
        return kind.field(name) if name in kind.index else None


@lower_getattr_generic(HandleType)
def _read_field(context: Any, builder: Any, kind: HandleType, table: Any, name: str) -> Any:
    row = kind.index[name] * kind.width

    def entry(column: int) -> Any:
        value = builder.load(builder.gep(table, [ir.Constant(WORD, row + column)]))
        # the table never changes, so the compiler may lift its loads out of loops
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value

    field = kind.field(name)
    if not isinstance(field, types.Array):
        return entry(0)
    array = make_array(field)(context, builder)
    item = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(field.dtype)))
    shape = [entry(1 + axis) for axis in range(field.ndim)]
    strides = [item]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    data = builder.inttoptr(entry(0), context.get_data_type(field.dtype).as_pointer())
    # no owner: the handle keeps the array alive, and nothing counts references
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=item, meminfo=None)
    return array._getvalue()
