"""Whether something of an employer changed that nobody has reviewed, and an employer as it is read."""

from migrations import run_sql_beside

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_sql_beside(__file__)
