"""When a message is tried next, and how often one may have arrived twice."""

from migrations import run_sql_beside

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql_beside(__file__)
