"""The staff of a campus is counted where a season limits it."""

from migrations import run_sql_beside

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    run_sql_beside(__file__)
