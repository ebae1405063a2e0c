"""Addresses of messages: whether a server refuses them for good, and which messages their people chose."""

from migrations import run_sql_beside

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    run_sql_beside(__file__)
