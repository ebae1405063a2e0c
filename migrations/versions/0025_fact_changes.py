"""A number that rises with every committed change of what pages show."""

from migrations import run_sql_beside

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_sql_beside(__file__)
