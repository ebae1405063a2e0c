"""The problem as a version stores it: gzipped JSON, the same bytes that `chunzhao solve` reads."""

import gzip

from scheduling import Problem, write
from scheduling.model.reading import decode_problem


def pack_problem(problem: Problem) -> bytes:
    """Give a problem as bytes; the same problem gives the same bytes."""
    return gzip.compress(write(problem), mtime=0)


def unpack_problem(packed: bytes) -> Problem:
    """Give the problem of a version's bytes."""
    return decode_problem(gzip.decompress(packed))
