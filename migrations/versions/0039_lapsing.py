"""Requests without a decision or a place expire once the days that they ask for are over."""

from migrations import run_sql_beside

revision = "0039"
down_revision = "0037"


def upgrade() -> None:
    run_sql_beside(__file__)
