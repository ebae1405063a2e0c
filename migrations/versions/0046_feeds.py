"""Calendars to subscribe to: somebody's own, and those of rooms, departments and majors."""

from migrations import run_sql_beside

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    run_sql_beside(__file__)
