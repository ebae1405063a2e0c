"""What is booked keeps its room for the turnover of today, also where that was changed since."""

from migrations import run_sql_beside

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    run_sql_beside(__file__)
