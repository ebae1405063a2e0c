"""Who finds the code of their employer taken claims to act for it; and what two entries of one employer became."""

from migrations import run_sql_beside

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    run_sql_beside(__file__)
