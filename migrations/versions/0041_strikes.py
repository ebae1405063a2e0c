"""No-shows and late cancellations of employers count, expire, can be appealed against; deciders are reminded once."""

from migrations import run_sql_beside

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    run_sql_beside(__file__)
