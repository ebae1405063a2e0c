"""What an organiser said yes to with an offer is kept with it, until its owner accepts."""

from migrations import run_sql_beside

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    run_sql_beside(__file__)
