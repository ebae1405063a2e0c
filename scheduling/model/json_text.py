"""What is looked at in the text of a JSON file before it is decoded: how it is encoded, and keys given twice."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scheduling.model.validation import ProblemError

_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def as_utf8(data: bytes) -> bytes:
    """The text without a byte order mark.

    Raises
    ------
    ProblemError
        If it is UTF-16 or UTF-32.
    """
    if data.startswith(codecs.BOM_UTF8):
        return data.removeprefix(codecs.BOM_UTF8)
    encoding = next((name for mark, name in _OTHER_ENCODINGS.items() if data.startswith(mark)), None)
    if encoding is None and b"\0" in data[:4]:  # JSON begins with an ASCII character or two
        encoding = "UTF-32" if data[:4].count(b"\0") == 3 else "UTF-16"
    if encoding is not None:
        raise ProblemError("$", f"is {encoding}; JSON is UTF-8, so save the file as UTF-8")
    return data


def refuse_double_keys(data: bytes) -> None:
    """Refuse an object that has a key twice; text that is no JSON passes.

    Raises
    ------
    ProblemError
        With the path of the first such key.
    """
    try:
        json.loads(data, object_pairs_hook=_object)
    except _DoubleKeyError:
        path = next(_double_keys("$", json.loads(data, object_pairs_hook=_Pairs)))
        raise ProblemError(path, "is given twice") from None
    except (ValueError, RecursionError):
        return  # what is wrong with it is said by whoever decodes it


class _DoubleKeyError(Exception):
    """Some object has a key twice."""


class _Pairs(tuple[tuple[str, Any], ...]):
    """An object as it is written."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise _DoubleKeyError


def _double_keys(path: str, value: Any) -> Iterator[str]:
    """Paths of the keys that an object has twice."""
    if isinstance(value, _Pairs):
        yield from (f"{path}.{key}" for key, count in Counter(key for key, _ in value).items() if count > 1)
        for key, inner in value:
            yield from _double_keys(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _double_keys(f"{path}[{i}]", inner)
