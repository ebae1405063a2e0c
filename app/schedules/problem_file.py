"""The problem as it is kept with a version: gzipped JSON, the same bytes that `chunzhao solve` reads."""

import gzip

import msgspec

from scheduling import Problem


def pack_problem(problem: Problem) -> bytes:
    """Deterministic: the same problem gives the same bytes."""
    return gzip.compress(msgspec.json.encode(problem), mtime=0)


def unpack_problem(packed: bytes) -> Problem:
    """The problem of a version."""
    return msgspec.json.decode(gzip.decompress(packed), type=Problem)
