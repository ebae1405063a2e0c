"""Records what a use case sends to PostgreSQL, and writes it as a script of pgbench."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

_PARAMETER = re.compile(r"\$(\d+)")
_BOOKS = re.compile(r"INSERT INTO booking\s")
# The driver has a UUID of its own, so that types are asked for by `isinstance`.
_TYPES = (
    (UUID, "uuid"),
    (datetime, "timestamptz"),
    (date, "date"),
    (time, "time"),
    (bool, "boolean"),
    (int, "bigint"),
    (str, "text"),
)
# What the pool and the driver send beside the use case.
_OF_THE_DRIVER = ("pg_advisory_unlock_all", "typeinfo_tree", "'jit'", "pg_notify")


class Statement(msgspec.Struct, frozen=True):
    """A statement as it was sent, with its arguments."""

    text: str
    arguments: tuple[Any, ...]


class Recorder:
    """Collects the statements of a connection."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, record: Any) -> None:
        """Note one; asyncpg calls it."""
        if not any(part in record.query for part in _OF_THE_DRIVER):
            self.statements.append(Statement(record.query.strip().rstrip(";"), tuple(record.args or ())))


def pgbench_script(statements: list[Statement], expressions: Mapping[Any, str]) -> str:
    """Give the script: each argument as a literal, or as the expression of `:k` that it is known by.

    What the insert of a booking returns is kept as `:id` for the statements after it.
    """
    lines = ["\\set k :first + :client_id + :clients * :n", "\\set n :n + 1"]
    for statement in statements:
        end = " \\gset" if _BOOKS.search(statement.text) else ";"
        lines.append(with_literals(statement, expressions) + end)
    return "\n".join(lines) + "\n"


def with_literals(statement: Statement, expressions: Mapping[Any, str]) -> str:
    """Give a statement with its arguments written into it."""
    text = " ".join(statement.text.split())
    return _PARAMETER.sub(lambda found: _literal(statement.arguments[int(found[1]) - 1], expressions), text)


def _literal(value: Any, expressions: Mapping[Any, str]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        items = ", ".join(_literal(item, expressions) for item in value)
        return f"ARRAY[{items}]::{_type(value[0])}[]" if value else "'{}'"
    if isinstance(value, dict):
        # The blank after a colon: pgbench would take what follows for the name of a variable.
        return _quoted(json.dumps(msgspec.to_builtins(value), separators=(",", ": "))) + "::jsonb"
    if (known := expressions.get(value)) is not None:
        return f"({known})"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    text = _quoted(value.isoformat() if isinstance(value, datetime | time) else str(value))
    return text if isinstance(value, str) else f"{text}::{_type(value)}"


def _type(value: Any) -> str:
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "text")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
