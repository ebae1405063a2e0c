"""Messages that wait for a daily digest, each digest, and on which days the centre was told what waits."""

from migrations import run_sql_beside

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    run_sql_beside(__file__)
