"""Who has a confirmed place is reminded of it once, some hours before it begins."""

from migrations import run_sql_beside

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    run_sql_beside(__file__)
