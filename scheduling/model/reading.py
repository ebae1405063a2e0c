"""Problems and results as JSON in UTF-8, plain or gzipped; the JSON schema of a problem."""

import gzip
import zlib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scheduling.model.json_text import as_utf8, refuse_double_keys
from scheduling.model.problem import Problem
from scheduling.model.solution import Result, Solution
from scheduling.model.validation import ProblemError, from_msgspec, validate

_GZIP_MAGIC = b"\x1f\x8b"

T = TypeVar("T")


def read_bytes(source: bytes | str | Path) -> bytes:
    """The text of a file (or given bytes), unpacked where it is gzipped, without a byte order mark.

    Raises
    ------
    ProblemError
        If the gzip stream is broken, or the text is UTF-16 or UTF-32.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if data.startswith(_GZIP_MAGIC):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ProblemError("$", f"is no whole gzip file: {error}") from None
    return as_utf8(data)


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
    data = read_bytes(source)
    refuse_double_keys(data)
    present = _with_present_keys(data)
    try:
        problem = decode_json(present, Problem)
        validate(problem)
    except ProblemError as error:
        if present is data:
            raise
        # the file says it in its own words
        raise ProblemError(error.path.replace("$.fixed", "$.held", 1), error.reason) from None
    return problem


def decode_problem(source: bytes | str | Path) -> Problem:
    """Read a problem that has been validated before; `read_problem` reads one that has not.

    Raises
    ------
    ProblemError
        If it is no JSON, or has not the shape of a problem.
    """
    return decode_json(_with_present_keys(read_bytes(source)), Problem)


def _with_present_keys(data: bytes) -> bytes:
    """The JSON of a problem in which fixed placements stand under ``fixed``; files also say ``held``."""
    if b'"held"' not in data:
        return data
    try:
        parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return data  # what is wrong with it is said by whoever decodes it as a problem
    if "held" not in parts or "fixed" in parts:
        return data
    return msgspec.json.encode({"fixed" if key == "held" else key: part for key, part in parts.items()})


def read_solution(source: bytes | str | Path) -> Solution:
    """Read a solution; whether it keeps the rules is `scheduling.verify`'s question."""
    return _read(source, Solution)


def read_result(source: bytes | str | Path) -> Result:
    """Read a result as `write` made it."""
    return _read(source, Result)


def write(value: Problem | Solution | Result) -> bytes:
    """The JSON of a problem, a solution or a result."""
    return msgspec.json.encode(value)


def schema() -> dict[str, Any]:
    """JSON schema of a problem, with ranges and units."""
    return msgspec.json.schema(Problem)


def decode_json(data: bytes, kind: type[T]) -> T:
    """A value of a kind from its JSON.

    Raises
    ------
    ProblemError
        If it is no JSON, or has another shape.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise from_msgspec(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError("$", f"is no JSON: {error}") from None


def _read(source: bytes | str | Path, kind: type[T]) -> T:
    data = read_bytes(source)
    refuse_double_keys(data)
    return decode_json(data, kind)
