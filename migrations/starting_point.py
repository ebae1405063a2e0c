"""From which revisions a database can be brought up to date."""

from collections.abc import Set as AbstractSet

from app.exit_codes import SetupImpossible

# A database that stopped at an earlier revision lacks what was added to revisions that it had run already.
OLDEST = "0013"


def must_start_from(revision: str | None, known: AbstractSet[str]) -> None:
    """Raises SetupImpossible where a database at `revision` is too old for this Chunzhao, or newer than it."""
    if revision is None or (revision in known and revision >= OLDEST):
        return
    if revision < OLDEST:
        raise SetupImpossible(
            f"the database's schema is at revision {revision}, but the oldest that can be migrated is {OLDEST}; "
            "run the `chunzhao migrate` of a version in between first"
        )
    raise SetupImpossible(
        f"the database's schema is at revision {revision}, which this Chunzhao does not know; a newer one made it"
    )
