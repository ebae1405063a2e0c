"""Hall plans: a room's template for the fairs held there."""

from migrations import run_sql_beside

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    run_sql_beside(__file__)
