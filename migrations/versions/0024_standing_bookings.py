"""The standing booking of an activity is found by an index."""

from migrations import run_sql_beside

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_sql_beside(__file__)
