"""Hours may last until the end of the day: an end of 00:00 is 24:00."""

from migrations import run_sql_beside

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_sql_beside(__file__)
