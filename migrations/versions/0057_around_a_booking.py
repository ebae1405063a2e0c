"""What stands around a booking: codes of invitations, links and files of notices, what is filed with security."""

from migrations import run_sql_beside

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    run_sql_beside(__file__)
