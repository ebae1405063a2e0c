"""How far business time is from real time; every process follows it."""

from migrations import run_sql_beside

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run_sql_beside(__file__)
