"""Schema revisions: each is one concern in plain SQL, run whole inside the revision's transaction."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only


def run_sql_beside(revision_file: str) -> None:
    """Run the `.sql` file that stands beside a revision's module."""
    script = Path(revision_file).with_suffix(".sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        raise RuntimeError("a revision needs a live connection")
    await_only(driver.execute(script))
