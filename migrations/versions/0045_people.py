"""Employers have people: an owner and colleagues, who are invited, leave, and hand their requests over."""

from migrations import run_sql_beside

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    run_sql_beside(__file__)
