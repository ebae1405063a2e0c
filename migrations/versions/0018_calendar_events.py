"""Which closures an event of a calendar file made, so that the event sent again replaces them."""

from migrations import run_sql_beside

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_sql_beside(__file__)
