"""Each constraint name becomes the domain error that its feature registered; the names are part of the contract."""

from collections.abc import Callable

import asyncpg
import structlog

from app.errors import N_, Conflict, DomainError, Invalid

log = structlog.get_logger(__name__)
ErrorMaker = Callable[[asyncpg.PostgresError], DomainError]
_BY_NAME: dict[str, ErrorMaker] = {}


def on_constraint(name: str, maker: ErrorMaker) -> None:
    """Say which domain error a violated constraint means."""
    _BY_NAME[name] = maker


def domain_error(error: asyncpg.IntegrityConstraintViolationError) -> DomainError:
    """Give the domain error of a violated constraint; one that nobody registered is a refusal too, not a 500."""
    name = error.constraint_name or ""
    if maker := _BY_NAME.get(name):
        return maker(error)
    # Names of the schema are ours to read, not a person's.
    log.warning("a constraint that no feature has words for was violated", constraint=name)
    if isinstance(error, asyncpg.UniqueViolationError):
        return Conflict()
    column = error.column_name or ""
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        sentence = N_("This refers to something that does not exist.")
        return Invalid.at(column or _column(error), sentence, "unknown-reference")
    return Invalid.at(column, N_("This value is not possible."), "out-of-range")


def _column(error: asyncpg.PostgresError) -> str:
    # PostgreSQL names no column here, but calls a foreign key `table_column_fkey`.
    name, prefix = error.constraint_name or "", f"{error.table_name}_"
    is_named_so = name.startswith(prefix) and name.endswith("_fkey")
    return name.removeprefix(prefix).removesuffix("_fkey") if is_named_so else ""
