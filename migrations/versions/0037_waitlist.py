"""What frees a place asks for the waitlist to be gone through, once however many causes come at a time."""

from migrations import run_sql_beside

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    run_sql_beside(__file__)
