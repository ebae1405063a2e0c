"""The only import of numba: functions are compiled where it is installed and stay plain Python where it is not."""

import importlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

njit: Any = None
try:
    numba: Any = importlib.import_module("numba")
except ImportError:
    numba = None
if numba is not None and not numba.config.DISABLE_JIT:
    njit = numba.njit

HAS_NUMBA = njit is not None


def compiled(function: F) -> F:
    """Compile a kernel, caching the machine code beside the package (or in ``NUMBA_CACHE_DIR``).

    Kernels allocate nothing, so no reference is counted. They use only what runs the same without numba: about 150
    times slower, with the same results.
    """
    if njit is None:
        return function
    try:
        return cast(F, njit(cache=True, nogil=True, _nrt=False, error_model="numpy")(function))
    except RuntimeError:
        # no folder is writable for the cache: compile in every process instead
        return cast(F, njit(nogil=True, _nrt=False, error_model="numpy")(function))
