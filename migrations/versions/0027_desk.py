"""What each change of facts touched, and what was shown to those who asked."""

from migrations import run_sql_beside

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run_sql_beside(__file__)
