"""Files of appeals: what an employer shows against a strike; and whose the closures are that no blocking made."""

from migrations import run_sql_beside

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    run_sql_beside(__file__)
