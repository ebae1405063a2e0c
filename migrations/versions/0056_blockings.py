"""Blockings: somebody asks for a room or channel to be closed; exceptions of closures; rooms that need an approval."""

from migrations import run_sql_beside

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    run_sql_beside(__file__)
