"""Cases of promises that facts broke, closures with exceptions, make-up days that follow a weekday."""

from migrations import run_sql_beside

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run_sql_beside(__file__)
