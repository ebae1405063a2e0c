"""What grows without anybody being asked is measured by what somebody approved."""

from migrations import run_sql_beside

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    run_sql_beside(__file__)
