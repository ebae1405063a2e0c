"""Inviting exhibitors: legal entities of a list, or registered employers; each is written to once."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.employers.domain import checked_credit_code
from app.errors import N_, FieldError, Invalid
from app.events.fairs import (
    ExhibitorInvited,
)
from app.fairs import repository
from app.fairs.access import get_run
from app.fairs.domain import MOST_INVITED, OPEN, Candidate, Exhibitor, Fair, Invite, Invited, InviteReport
from app.fairs.errors import FairOver
from app.fairs.giving import Given, give_booth
from app.fairs.repository import Known, NewEntry
from app.outbox import append_all
from app.texts import halfwidth

# Who said no, or came no more, may be asked again; who was refused is not asked by a list.
_ASKED_AGAIN = frozenset({"declined", "withdrawn"})


async def invite(connection: Connection, fair_id: UUID, command: Invite, *, actor: Actor, clock: Clock) -> InviteReport:
    """Invite legal entities, each once however its code is spelt; or enter those who said yes already.

    Raises FairNotFound, FairOver, Invalid (naming every bad entry; nothing is kept then); with `accepted` also
    NotVerified, FairLimit, PeopleElsewhere.
    """
    fair = await get_run(connection, fair_id, actor=actor, lock=True)
    now = clock.now()
    if not fair.is_open(now):
        raise FairOver
    entries, without_address = await _entries(connection, command)
    there: dict[str, Exhibitor] = {}
    for entry in await repository.list_of_codes(connection, fair_id, entries):
        # Of several entries of one entity one that stands counts, else the first.
        if entry.credit_code not in there or (entry.state in OPEN and there[entry.credit_code].state not in OPEN):
            there[entry.credit_code] = entry
    again = [there[code] for code in entries if code in there and there[code].state in _ASKED_AGAIN]
    new = [entry for code, entry in entries.items() if code not in there]
    already = tuple(there[code].legal_name for code in entries if code in there and there[code] not in again)
    if len(new) + len(again) > MOST_INVITED:
        raise Invalid.at("entities", N_("At most {limit} can be invited at once."), "too-many", limit=MOST_INVITED)
    if command.dry_run:
        ids: list[UUID] = []
        return InviteReport(invited=tuple(ids), already=already, without_address=without_address)
    await repository.invite_again(connection, [entry.id for entry in again], now=now)
    made = await repository.insert_exhibitors(connection, fair_id, new, state="invited", invited_at=now)
    invited = (*made.values(), *(entry.id for entry in again))
    if command.accepted:
        await _accept_all(connection, fair, invited, command, actor=actor, clock=clock)
    else:
        events = [
            ExhibitorInvited(subject_id=fair.id, season_id=fair.season_id, exhibitor_id=exhibitor_id)
            for exhibitor_id in invited
        ]
        await append_all(connection, events, actor_id=actor.account_id, now=now)
    return InviteReport(invited=invited, already=already, without_address=without_address)


async def list_candidates(
    connection: Connection, fair_id: UUID, *, majors: Sequence[str] | None, search: str, actor: Actor
) -> list[Candidate]:
    """List verified employers that one may invite to a fair: by past fairs of its department, and by its majors.

    Raises FairNotFound.
    """
    fair = await get_run(connection, fair_id, actor=actor)
    words = halfwidth(search)
    return await repository.list_candidates(
        connection, fair, majors=fair.audience if majors is None else majors, search=f"%{words}%" if words else None
    )


async def _accept_all(
    connection: Connection, fair: Fair, exhibitor_ids: Iterable[UUID], command: Invite, *, actor: Actor, clock: Clock
) -> None:
    given = Given(actor=actor, clock=clock, over_limits=command.over_limits)
    for exhibitor_id in exhibitor_ids:
        await give_booth(connection, fair, await repository.get_exhibitor(connection, exhibitor_id), given)


async def _entries(connection: Connection, command: Invite) -> tuple[dict[str, NewEntry], tuple[str, ...]]:
    """Give whom to enter by credit code, and the names of those whom nobody can write to. Raises Invalid."""
    faults: list[FieldError] = []
    named: dict[str, tuple[int, Invited]] = {}
    for index, entity in enumerate(command.entities):
        try:
            code = checked_credit_code(entity.credit_code.upper().replace(" ", ""))
        except Invalid as wrong:
            faults.extend(_at(f"entities[{index}]", error) for error in wrong.fields)
            continue
        # A list that names one entity twice means it once; the first line counts.
        named.setdefault(code, (index, entity))
    registered = {known.credit_code: known for known in await repository.list_known(connection, named)}
    chosen = await repository.list_known_ids(connection, command.employer_ids)
    if len(chosen) < len(set(command.employer_ids)):
        faults.append(FieldError("employer_ids", N_("Only verified employers can be chosen."), {}, "unknown-employer"))
    entries = {known.credit_code: _of(known, None) for known in chosen}
    unreached = [known.legal_name for known in chosen if not known.has_people]
    for code, (index, entity) in named.items():
        known = registered.get(code)
        if known is None and len(entity.legal_name) < 2:
            faults.append(FieldError(f"entities[{index}].legal_name", N_("This is missing."), {}, "missing"))
            continue
        entries[code] = _of(known, entity, code)
        if not entity.contact_email and (known is None or not known.has_people):
            unreached.append(entries[code].legal_name)
    if faults:
        raise Invalid(*faults)
    if not entries:
        raise Invalid.at("entities", N_("Name at least one to invite."), "missing")
    return entries, tuple(unreached)


def _of(known: Known | None, entity: Invited | None, code: str = "") -> NewEntry:
    return NewEntry(
        credit_code=code if known is None else known.credit_code,
        legal_name=known.legal_name if known is not None else "" if entity is None else entity.legal_name,
        name_en="" if known is None else known.name_en,
        contact_name="" if entity is None else entity.contact_name,
        contact_email="" if entity is None else entity.contact_email,
        contact_phone="" if entity is None else entity.contact_phone,
    )


def _at(path: str, error: FieldError) -> FieldError:
    return FieldError(f"{path}.{error.path}", error.sentence, error.values, error.code)
