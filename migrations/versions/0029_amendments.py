"""Amendments of requests that are decided, and steps that are not, or no longer, part of one."""

from migrations import run_sql_beside

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run_sql_beside(__file__)
