"""A draft that is withdrawn was never submitted."""

from migrations import run_sql_beside

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_sql_beside(__file__)
