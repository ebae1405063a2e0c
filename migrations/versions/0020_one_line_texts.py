"""Texts of one line that had several, and lists that had something twice, from before both were refused."""

from migrations import run_sql_beside

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_sql_beside(__file__)
