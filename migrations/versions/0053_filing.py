"""Departments book their own fairs in their own rooms and file them by doing so; the centre can object."""

from migrations import run_sql_beside

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    run_sql_beside(__file__)
