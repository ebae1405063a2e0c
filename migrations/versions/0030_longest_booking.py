"""Rooms that are given for a limited time only."""

from migrations import run_sql_beside

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run_sql_beside(__file__)
