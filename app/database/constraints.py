"""Each constraint name becomes the domain error that its feature registered; the names are part of the contract."""

from collections.abc import Callable

import asyncpg

from app.errors import N_, Conflict, DomainError, Invalid

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
    if isinstance(error, asyncpg.UniqueViolationError):
        return Conflict(extra={"constraint": name})
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Invalid.at(
            _column(error),
            N_("This refers to something that does not exist."),
            "unknown-reference",
        )
    return Invalid.at(error.column_name or name, N_("This value is not possible."), "out-of-range")


def _column(error: asyncpg.PostgresError) -> str:
    # PostgreSQL names no column here, but calls a foreign key `table_column_fkey`.
    name = error.constraint_name or ""
    return name.removeprefix(f"{error.table_name}_").removesuffix("_fkey")
