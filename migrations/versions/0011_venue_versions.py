"""Campuses, departments and majors get a row version, so that edits can name what they edit."""

from migrations import run_sql_beside

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql_beside(__file__)
