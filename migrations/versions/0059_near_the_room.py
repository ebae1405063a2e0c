"""Changes that are decided near the room; the same duty once; deputies of accounts that are closed."""

from migrations import run_sql_beside

revision = "0059"
down_revision = "0057"


def upgrade() -> None:
    run_sql_beside(__file__)
