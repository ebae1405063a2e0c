"""Rooms that are given for a limited time only."""

from migrations import run_sql_beside

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    run_sql_beside(__file__)
