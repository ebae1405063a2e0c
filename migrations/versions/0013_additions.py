"""What more would help most, kept with the version that it was worked out for."""

from migrations import run_sql_beside

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_sql_beside(__file__)
