"""Problems and results as JSON, plain or gzipped; the JSON schema of a problem."""

import gzip
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scheduling.model.problem import Problem
from scheduling.model.solution import Result, Solution
from scheduling.model.validation import ProblemError, from_msgspec, validate

_GZIP_MAGIC = b"\x1f\x8b"

T = TypeVar("T", Problem, Solution, Result)


def read_bytes(source: bytes | str | Path) -> bytes:
    """The bytes of a file (or given bytes), unpacked where they are gzipped.

    Raises
    ------
    ProblemError
        If the gzip stream is broken.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if not data.startswith(_GZIP_MAGIC):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError) as error:
        raise ProblemError("$", f"is no whole gzip file: {error}") from None


def read_problem(source: bytes | str | Path) -> Problem:
    """Read and validate a problem.

    Parameters
    ----------
    source
        JSON as bytes, or the path of a ``.json`` or ``.json.gz`` file.

    Raises
    ------
    ProblemError
        If it is no JSON, or anything in it does not fit; says where and why.
    """
    problem = decode_problem(source)
    validate(problem)
    return problem


def decode_problem(source: bytes | str | Path) -> Problem:
    """Read a problem that has been validated before; `read_problem` reads one that has not.

    Raises
    ------
    ProblemError
        If it is no JSON, or has not the shape of a problem.
    """
    return _decode(_with_present_keys(read_bytes(source)), Problem)


def _with_present_keys(data: bytes) -> bytes:
    """The JSON of a problem in which fixed placements stand under ``fixed``; files also say ``held``."""
    if b'"held"' not in data:
        return data
    try:
        parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return data  # what is wrong with it is said by whoever decodes it as a problem
    if "held" not in parts or "fixed" in parts:
        return data
    return msgspec.json.encode({"fixed" if key == "held" else key: part for key, part in parts.items()})


def read_solution(source: bytes | str | Path) -> Solution:
    """Read a solution; whether it keeps the rules is `scheduling.verify`'s question."""
    return _decode(source, Solution)


def read_result(source: bytes | str | Path) -> Result:
    """Read a result as `write` made it."""
    return _decode(source, Result)


def write(value: Problem | Solution | Result) -> bytes:
    """The JSON of a problem, a solution or a result."""
    return msgspec.json.encode(value)


def schema() -> dict[str, Any]:
    """JSON schema of a problem, with ranges and units."""
    return msgspec.json.schema(Problem)


def _decode(source: bytes | str | Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(read_bytes(source), type=kind)
    except msgspec.ValidationError as error:
        raise from_msgspec(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProblemError("$", f"is no JSON: {error}") from None
