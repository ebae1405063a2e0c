"""Rooms that are asked for, who decides near them, their deputies, and what departments decide themselves."""

from migrations import run_sql_beside

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    run_sql_beside(__file__)
