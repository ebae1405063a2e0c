"""How much one owner, an employer or a department, may keep here: texts and posts of its requests, and its scan."""

from uuid import UUID

from app.actors import Actor
from app.database import Connection
from app.employers import repository
from app.errors import N_, Conflict

MEGABYTE = 1024 * 1024
MAX_KEPT_BYTES = 50 * MEGABYTE


class KeepsTooMuch(Conflict):
    """What an owner keeps would be more than one owner may keep."""

    type = "keeps-too-much"
    sentence = N_(
        "Your requests and files would take {size} MB here; at most {limit} MB are kept. Shorten the texts, or ask the "
        "career centre."
    )


async def must_have_room(connection: Connection, owner_id: UUID | None, *, actor: Actor | None) -> None:
    """Check what an owner keeps, after something was added; others add for it only once this transaction has ended.

    The career centre and its files (`actor` is None) are not limited. Raises KeepsTooMuch.
    """
    if owner_id is None or actor is None or actor.organises:
        return
    size = await repository.count_kept_bytes(connection, owner_id)
    if size > MAX_KEPT_BYTES:
        raise KeepsTooMuch(size=-(-size // MEGABYTE), limit=MAX_KEPT_BYTES // MEGABYTE)
