"""The problem as it is kept with a version: gzipped JSON, the same bytes that `chunzhao solve` reads."""

import gzip

from scheduling import Problem, write
from scheduling.model.reading import decode_problem


def pack_problem(problem: Problem) -> bytes:
    """Deterministic: the same problem gives the same bytes."""
    return gzip.compress(write(problem), mtime=0)


def unpack_problem(packed: bytes) -> Problem:
    """The problem of a version."""
    return decode_problem(gzip.decompress(packed))
