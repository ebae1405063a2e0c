"""Two entries of one employer become one; the old id tells where it went."""

from migrations import run_sql_beside

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    run_sql_beside(__file__)
