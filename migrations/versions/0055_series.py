"""Requests of one wish on several days belong to a series."""

from migrations import run_sql_beside

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    run_sql_beside(__file__)
