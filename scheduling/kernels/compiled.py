"""The only import of numba: functions are compiled where it is installed and stay plain Python where it is not."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from scheduling.kernels.cache import find_cache_folder

F = TypeVar("F", bound=Callable[..., Any])

njit: Any = None
CACHE_FOLDER: Path | None = None
try:
    numba: Any = importlib.import_module("numba")
except ImportError:
    numba = None
if numba is not None and not numba.config.DISABLE_JIT:
    njit = numba.njit
    CACHE_FOLDER = find_cache_folder()
    if CACHE_FOLDER is not None:
        numba.config.CACHE_DIR = str(CACHE_FOLDER)

HAS_NUMBA = njit is not None


def compiled(function: F) -> F:
    """Compile a kernel, caching the machine code in `CACHE_FOLDER`; where that is None, every process compiles anew.

    Kernels allocate nothing, so no reference is counted. They use only what runs the same without numba: about 150
    times slower, with the same results.
    """
    if njit is None:
        return function
    kept = CACHE_FOLDER is not None
    return cast(F, njit(cache=kept, nogil=True, _nrt=False, error_model="numpy")(function))
