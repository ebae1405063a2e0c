"""Placements that are held for an offer, and the offers."""

from migrations import run_sql_beside

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run_sql_beside(__file__)
