"""Who comes to campus for an activity, and who receives them there."""

from migrations import run_sql_beside

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    run_sql_beside(__file__)
