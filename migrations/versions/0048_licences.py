"""Whose licence ends is told before, and is reviewed again when it has ended."""

from migrations import run_sql_beside

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    run_sql_beside(__file__)
