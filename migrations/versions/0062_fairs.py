"""Fairs while they are organised: their exhibitors, from the invitation to the booth."""

from migrations import run_sql_beside

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    run_sql_beside(__file__)
