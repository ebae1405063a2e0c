"""Rooms, livestream channels and teams are resources; opening hours, turnover, closures."""

from migrations import run_sql_beside

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql_beside(__file__)
