"""Channels besides mail: robots of WeCom groups and signed webhooks, with what each is still to be told."""

from migrations import run_sql_beside

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    run_sql_beside(__file__)
