"""Fairs and exhibitors in PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one, struct_of
from app.entries.domain import Visitor
from app.fairs.domain import (
    FAIR_KINDS,
    Candidate,
    Exhibitor,
    ExhibitorState,
    Fair,
    FairCounts,
    FairSettings,
    Participation,
)
from app.fairs.errors import ExhibitorNotFound, FairNotFound
from app.kinds import Kind

_queries = load_queries(__file__)


class Known(msgspec.Struct, frozen=True):
    """A registered employer; `has_people`: somebody can be written to."""

    id: UUID
    credit_code: str
    legal_name: str
    name_en: str
    state: str
    has_people: bool


class Organisable(msgspec.Struct, frozen=True):
    """An activity that can be organised as a fair."""

    id: UUID
    title: str
    reference: str
    kind: Kind
    starts_at: datetime | None


class OtherFair(msgspec.Struct, frozen=True):
    """Another fair at which an entity has a booth."""

    title: str
    starts_at: datetime


class Told(msgspec.Struct, frozen=True):
    """What the exhibitors of a fair were last told; `is_elsewhere`: other rooms than it has now."""

    told_starts_at: datetime | None
    told_ends_at: datetime | None
    ended_told: bool
    is_elsewhere: bool


class Silent(msgspec.Struct, frozen=True):
    """An invitation without an answer."""

    id: UUID
    fair_id: UUID
    season_id: UUID


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A legal entity to enter, with whom to write to."""

    credit_code: str
    legal_name: str
    name_en: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    contact_locale: Literal["zh-CN", "en"] = "zh-CN"


async def insert_fair(
    connection: Connection,
    activity_id: UUID,
    settings: FairSettings,
    *,
    opened_from: UUID | None,
    opened_by: UUID,
    now: datetime,
) -> bool:
    """Organise an activity as a fair; False where it is one already."""
    values = msgspec.structs.asdict(settings)
    made = await _queries.insert_fair(
        connection, activity_id=activity_id, opened_from=opened_from, opened_by=opened_by, now=now, **values
    )
    return made is not None


async def get_fair(connection: Connection, fair_id: UUID) -> Fair:
    """Give a fair. Raises FairNotFound."""
    return await fetch_one(Fair, _queries.find_fair(connection, fair_id=fair_id), missing=FairNotFound)


async def lock_fair(connection: Connection, fair_id: UUID) -> Fair:
    """Give a fair of which nobody else gives booths until this transaction ends. Raises FairNotFound."""
    if await _queries.lock_fair(connection, fair_id=fair_id) is None:
        raise FairNotFound
    return await get_fair(connection, fair_id)


async def list_fairs(connection: Connection, season_id: UUID, *, department_id: UUID | None) -> list[Fair]:
    """List the fairs of a season, of all or of one department."""
    return await fetch_all(Fair, _queries.list_fairs(connection, season_id=season_id, department_id=department_id))


async def list_earlier(connection: Connection, department_id: UUID | None, *, all_of_them: bool) -> list[Fair]:
    """List fairs to open another one from: the own first, of others those that everybody may know of."""
    rows = _queries.list_earlier_fairs(connection, department_id=department_id, all_of_them=all_of_them)
    return await fetch_all(Fair, rows)


async def list_open(connection: Connection, season_id: UUID, *, now: datetime) -> list[Fair]:
    """List the fairs of a season to which an employer can apply."""
    return await fetch_all(Fair, _queries.list_open_fairs(connection, season_id=season_id, now=now))


async def list_organisable(connection: Connection, season_id: UUID, *, department_id: UUID | None) -> list[Organisable]:
    """List activities that nobody organises as a fair yet."""
    rows = _queries.list_organisable(
        connection, season_id=season_id, department_id=department_id, kinds=list(FAIR_KINDS)
    )
    return await fetch_all(Organisable, rows)


async def update_fair(connection: Connection, fair_id: UUID, settings: FairSettings) -> None:
    """Say something else about a fair. Raises NoBoothLeft."""
    await _queries.update_fair(connection, fair_id=fair_id, **msgspec.structs.asdict(settings))


async def list_counts(connection: Connection, fair_ids: Sequence[UUID]) -> dict[UUID, FairCounts]:
    """Give how many exhibitors of some fairs are in which state, by fair."""
    counts = {fair_id: FairCounts() for fair_id in fair_ids}
    async for row in _queries.list_counts(connection, fair_ids=list(fair_ids)):
        counts[row["fair_id"]] = struct_of(FairCounts, row)
    return counts


async def list_exhibitors(connection: Connection, fair_id: UUID) -> list[Exhibitor]:
    """List the exhibitors of a fair, those to be decided first."""
    return await fetch_all(Exhibitor, _queries.list_exhibitors(connection, fair_id=fair_id))


async def get_exhibitor(connection: Connection, exhibitor_id: UUID) -> Exhibitor:
    """Give an exhibitor. Raises ExhibitorNotFound."""
    row = _queries.find_exhibitor(connection, exhibitor_id=exhibitor_id)
    return await fetch_one(Exhibitor, row, missing=ExhibitorNotFound)


async def list_of_codes(connection: Connection, fair_id: UUID, credit_codes: Iterable[str]) -> list[Exhibitor]:
    """List the entries of some legal entities at a fair."""
    rows = _queries.list_of_codes(connection, fair_id=fair_id, credit_codes=list(credit_codes))
    return await fetch_all(Exhibitor, rows)


async def list_of_employer(connection: Connection, season_id: UUID, employer_id: UUID) -> list[Exhibitor]:
    """List where an employer is an exhibitor in a season."""
    rows = _queries.list_of_employer(connection, season_id=season_id, employer_id=employer_id)
    return await fetch_all(Exhibitor, rows)


async def insert_exhibitors(
    connection: Connection,
    fair_id: UUID,
    entries: Sequence[NewEntry],
    *,
    state: Literal["invited", "applied"],
    invited_at: datetime | None,
) -> dict[str, UUID]:
    """Enter legal entities, each once; give the ids of the new ones by code."""
    rows = _queries.insert_exhibitors(
        connection,
        fair_id=fair_id,
        credit_codes=[entry.credit_code for entry in entries],
        legal_names=[entry.legal_name for entry in entries],
        names_en=[entry.name_en for entry in entries],
        contact_names=[entry.contact_name for entry in entries],
        contact_emails=[entry.contact_email for entry in entries],
        contact_phones=[entry.contact_phone for entry in entries],
        contact_locales=[entry.contact_locale for entry in entries],
        state=state,
        invited_at=invited_at,
    )
    return {row["credit_code"]: row["id"] async for row in rows}


async def insert_application(
    connection: Connection,
    fair_id: UUID,
    known: Known,
    *,
    division: str,
    shares_with: UUID | None,
    locale: str,
) -> UUID:
    """Enter an employer that applies. Raises ExhibitsAlready."""
    made: UUID = await _queries.insert_application(
        connection,
        fair_id=fair_id,
        credit_code=known.credit_code,
        legal_name=known.legal_name,
        name_en=known.name_en,
        division=division,
        shares_with=shares_with,
        contact_locale=locale,
    )
    return made


async def invite_again(connection: Connection, exhibitor_ids: Sequence[UUID], *, now: datetime) -> None:
    """Ask those again who had declined or withdrawn."""
    await _queries.invite_again(connection, exhibitor_ids=list(exhibitor_ids), now=now)


async def update_state(
    connection: Connection,
    exhibitor_id: UUID,
    state: ExhibitorState,
    *,
    now: datetime,
    note: str = "",
    held_until: datetime | None = None,
    agreed_starts_at: datetime | None = None,
    queued_at: datetime | None = None,
) -> None:
    """Move an exhibitor. Raises NoBoothLeft."""
    await _queries.update_state(
        connection,
        exhibitor_id=exhibitor_id,
        state=state,
        note=note,
        now=now,
        queued_at=(queued_at or now) if state == "waitlisted" else None,
        held_until=held_until,
        agreed_starts_at=agreed_starts_at,
    )


async def agree_to_time(connection: Connection, exhibitor_id: UUID, starts_at: datetime | None) -> None:
    """Note that an exhibitor comes at the fair's other time too."""
    await _queries.agree_to_time(connection, exhibitor_id=exhibitor_id, starts_at=starts_at)


async def update_participation(connection: Connection, exhibitor_id: UUID, given: Participation) -> None:
    """Keep what an exhibitor brings and wishes, and who comes."""
    await _queries.update_participation(
        connection,
        exhibitor_id=exhibitor_id,
        posts=msgspec.to_builtins(given.posts),
        needs_power=given.needs_power,
        wishes=list(given.wishes),
        own_team=given.own_team,
        remark=given.remark,
        contact_name=given.contact_name,
        contact_email=given.contact_email,
        contact_phone=given.contact_phone,
    )
    await _queries.delete_people(connection, exhibitor_id=exhibitor_id)
    await add_people(connection, exhibitor_id, given.people, after=0)


async def add_people(connection: Connection, exhibitor_id: UUID, people: Sequence[Visitor], *, after: int) -> None:
    """Name further people of an exhibitor."""
    await _queries.insert_people(
        connection,
        exhibitor_id=exhibitor_id,
        first=after,
        names=[person.name for person in people],
        phones=[person.phone for person in people],
        plates=[person.plate for person in people],
    )


async def pass_booth_on(connection: Connection, exhibitor_id: UUID) -> UUID | None:
    """Let one of those who shared the booth of somebody who goes have it; give whom."""
    rows = [row async for row in _queries.pass_booth_on(connection, exhibitor_id=exhibitor_id)]
    heir: UUID | None = next((row["id"] for row in rows if row["is_heir"]), None)
    return heir


async def share_booth(connection: Connection, exhibitor_id: UUID, shares_with: UUID | None) -> None:
    """Let an application be for somebody's booth, or for one of its own."""
    await _queries.share_booth(connection, exhibitor_id=exhibitor_id, shares_with=shares_with)


async def delete_people_of_over(connection: Connection, *, now: datetime, keep_days: int) -> None:
    """Delete who came to fairs that are over long enough."""
    await _queries.delete_people_of_over(connection, now=now, keep_days=keep_days)


async def add_team(connection: Connection, fair_id: UUID, team_id: UUID) -> None:
    """Let an employer's people be at a fair. Raises ResourceTaken."""
    await _queries.add_team(connection, activity_id=fair_id, team_id=team_id)


async def remove_team(connection: Connection, fair_id: UUID, team_id: UUID) -> None:
    """Let an employer's people go, unless they come otherwise."""
    await _queries.remove_team(connection, activity_id=fair_id, team_id=team_id)


async def list_other_fairs(connection: Connection, credit_code: str, fair_id: UUID) -> list[OtherFair]:
    """List the other department fairs at which an entity has a booth."""
    rows = _queries.list_other_fairs(connection, credit_code=credit_code, fair_id=fair_id)
    return await fetch_all(OtherFair, rows)


async def find_next_waiting(connection: Connection, fair_id: UUID) -> UUID | None:
    """Give who waits longest for a booth."""
    waiting: UUID | None = await _queries.find_next_waiting(connection, fair_id=fair_id)
    return waiting


async def list_fairs_to_go_through(connection: Connection, *, now: datetime) -> list[UUID]:
    """List fairs at which a booth can be given to somebody who waits, or is not kept any longer."""
    return [row["id"] async for row in _queries.list_fairs_to_go_through(connection, now=now)]


async def list_expired(connection: Connection, fair_id: UUID, *, now: datetime) -> list[UUID]:
    """List those for whom a booth was kept until now."""
    return [row["id"] async for row in _queries.list_expired(connection, fair_id=fair_id, now=now)]


async def list_silent(connection: Connection, *, now: datetime) -> list[Silent]:
    """List invitations without an answer that are reminded now; they are locked."""
    return await fetch_all(Silent, _queries.list_silent(connection, now=now))


async def mark_reminded(connection: Connection, exhibitor_ids: Sequence[UUID], *, now: datetime) -> None:
    """Note that some were reminded."""
    await _queries.mark_reminded(connection, exhibitor_ids=list(exhibitor_ids), now=now)


async def list_moved(connection: Connection) -> list[UUID]:
    """List fairs that stand elsewhere than their exhibitors know, or are called off."""
    return [row["id"] async for row in _queries.list_moved(connection)]


async def get_told(connection: Connection, fair_id: UUID) -> Told:
    """Give what the exhibitors of a fair were last told. Raises FairNotFound."""
    return await fetch_one(Told, _queries.find_told(connection, fair_id=fair_id), missing=FairNotFound)


async def mark_told(connection: Connection, fair: Fair, *, ended: bool) -> None:
    """Note that the exhibitors of a fair are told when it is, or that it is not held."""
    await _queries.mark_told(connection, fair_id=fair.id, starts_at=fair.starts_at, ends_at=fair.ends_at, ended=ended)


async def list_known(connection: Connection, credit_codes: Iterable[str]) -> list[Known]:
    """List registered employers by their codes."""
    return await fetch_all(Known, _queries.list_by_codes(connection, credit_codes=list(credit_codes)))


async def list_known_ids(connection: Connection, employer_ids: Iterable[UUID]) -> list[Known]:
    """List verified employers by their ids."""
    return await fetch_all(Known, _queries.list_by_ids(connection, employer_ids=list(employer_ids)))


async def list_candidates(
    connection: Connection, fair: Fair, *, majors: Sequence[str], search: str | None
) -> list[Candidate]:
    """List verified employers that one may invite, those that fit best first."""
    rows = _queries.list_candidates(
        connection, fair_id=fair.id, department_id=fair.department_id, majors=list(majors), search=search
    )
    return await fetch_all(Candidate, rows)


async def list_yes_of_unverified(connection: Connection, employer_id: UUID) -> list[tuple[UUID, UUID]]:
    """List where an employer said yes before it was verified, as (fair, exhibitor)."""
    rows = _queries.list_yes_of_unverified(connection, employer_id=employer_id)
    return [(row["fair_id"], row["id"]) async for row in rows]
