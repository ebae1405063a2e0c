"""An employer takes part in another's session when it says so itself, or the career centre for it."""

from migrations import run_sql_beside

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_sql_beside(__file__)
