"""Random numbers of the kernels: xorshift64, the same with and without numba."""

import numpy as np
import numpy.typing as npt

from scheduling.kernels.compiled import compiled

Stream = npt.NDArray[np.uint64]


def random_start(seed: int) -> int:
    """First number of the random sequence of a seed."""
    return (88172645463325252 ^ (seed * 0x9E3779B97F4A7C15)) & (2**64 - 1) or 1


def random_stream(seed: int) -> Stream:
    """The stream of a seed, shape ``(1,)``."""
    return np.array([random_start(seed)], dtype=np.uint64)


@compiled
def draw(stream: Stream) -> int:
    """A number in 0 … 2**31 - 1."""
    x = stream[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    stream[0] = x
    return np.int64((x >> np.uint64(16)) & np.uint64(0x7FFFFFFF))  # type: ignore[return-value]
