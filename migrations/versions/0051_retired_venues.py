"""A room or channel is taken out of use for good: a closure without end."""

from migrations import run_sql_beside

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    run_sql_beside(__file__)
