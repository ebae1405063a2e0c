"""Two owners swap their confirmed places: an offer to each, done as one act once both have agreed."""

from migrations import run_sql_beside

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    run_sql_beside(__file__)
