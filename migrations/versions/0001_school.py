"""The school, its campuses, departments, majors and code tables."""

from migrations import run_sql_beside

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql_beside(__file__)
