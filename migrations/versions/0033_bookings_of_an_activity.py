"""The history of a request is read with that of its bookings."""

from migrations import run_sql_beside

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    run_sql_beside(__file__)
