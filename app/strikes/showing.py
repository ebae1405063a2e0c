"""What an employer shows with an appeal: one file, which it and the career centre read, deleted in time."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.attached_files import harmless_name, must_be_small, type_of
from app.clock import Clock
from app.database import Connection
from app.employers.keeping import must_have_room
from app.events import AppealFileAdded
from app.outbox import append
from app.permissions import may, must_at_all
from app.seasons.policies import DEFAULT_POLICIES
from app.strikes import repository
from app.strikes.appealing import get_appeal, make_appeal
from app.strikes.domain import Appeal, AppealFileNotFound, AppealIsDecided, AppealNotFound, MakeAppeal
from app.strikes.removing import lock_strike


async def put_file(
    connection: Connection, appeal_id: UUID, *, name: str, content: bytes, actor: Actor, now: datetime
) -> Appeal:
    """Show a file with an appeal of one's own employer that is not decided, instead of the one before.

    Raises AppealNotFound, AppealIsDecided, TooLarge, Invalid, KeepsTooMuch.
    """
    must_at_all(actor, "appeal")
    must_be_small(content)
    strike_id = await repository.get_strike_of_appeal(connection, appeal_id)
    if await repository.get_employer_of_strike(connection, strike_id) != actor.employer_id:
        raise AppealNotFound
    employer, strike = await lock_strike(connection, strike_id)
    appeal = await get_appeal(connection, strike, appeal_id)
    if appeal.state != "open":
        raise AppealIsDecided
    content_type = type_of(content)
    harmless = harmless_name(name, content_type, otherwise="appeal")
    await repository.put_file(connection, appeal_id, name=harmless, content_type=content_type, content=content, now=now)
    await must_have_room(connection, employer.id, actor=actor)
    event = AppealFileAdded(subject_id=employer.id, season_id=strike.season_id, appeal_id=appeal_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await get_appeal(connection, strike, appeal_id)


async def make_appeal_with(
    connection: Connection,
    strike_id: UUID,
    command: MakeAppeal,
    file: tuple[str, bytes] | None,
    *,
    actor: Actor,
    clock: Clock,
) -> Appeal:
    """Appeal, and show a file with it where one is given. Raises what make_appeal and put_file raise."""
    appeal = await make_appeal(connection, strike_id, command, actor=actor, clock=clock)
    if file is None:
        return appeal
    name, content = file
    return await put_file(connection, appeal.id, name=name, content=content, actor=actor, now=clock.now())


async def read_file(connection: Connection, appeal_id: UUID, *, actor: Actor) -> repository.KeptFile:
    """Give the file of an appeal to its employer and to organisers. Raises AppealFileNotFound."""
    file = await repository.get_file(connection, appeal_id)
    if not may(actor, "see_strikes", own=file.employer_id == actor.employer_id):
        raise AppealFileNotFound
    return file


async def forget_files(connection: Connection, *, now: datetime) -> int:
    """Delete the files of appeals that were decided as long ago as the seasons' rules say; give how many."""
    return await repository.delete_old_files(connection, now=now, keep_days=DEFAULT_POLICIES.appeal_file_keep_days)
