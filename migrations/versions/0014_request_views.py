"""Whose a request is, and a request as it is read, each in one view."""

from migrations import run_sql_beside

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_sql_beside(__file__)
