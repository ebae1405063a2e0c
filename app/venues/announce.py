"""Every change of a venue is made by the career centre, and leaves an event."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor, account_of
from app.database import Connection
from app.events import VenueChanged
from app.outbox import append
from app.permissions import must


def must_change_venues(actor: Actor | None) -> None:
    """Check that the actor may change venues; None is the command line, which may. Raises Forbidden."""
    if actor is not None:
        must(actor, "change_venues")


async def tell_change(
    connection: Connection,
    subject_id: UUID,
    what: str,
    changed: tuple[str, ...] = (),
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Append VenueChanged in the caller's transaction."""
    event = VenueChanged(subject_id=subject_id, what=what, changed=changed)
    await append(connection, event, actor_id=account_of(actor), now=now)
