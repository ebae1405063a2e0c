"""What letters about a fair say and to whom they go."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import struct_of
from app.events import (
    Event,
)
from app.events.fairs import (
    BoothGivenBack,
    BoothTold,
    ExhibitorAccepted,
    ExhibitorApplied,
    ExhibitorAskedAgain,
    ExhibitorEvent,
    ExhibitorRefused,
    ExhibitorWithdrew,
    FairCalledOff,
    FairLostPlace,
)
from app.kinds import Kind
from app.notifications import facts_repository as repository
from app.notifications import links
from app.notifications.domain import Recipient, Told
from app.notifications.letters import FairNote, Letter, Named, RoomName, Spot, Stop
from app.notifications.purposes import PURPOSES

_queries = load_queries(__file__)
# To whoever runs the fair; all others go to the exhibitor.
_TO_STAFF: Final = (ExhibitorApplied, BoothGivenBack)


class ExhibitorFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibitor and its fair, as letters name them."""

    id: UUID
    name_zh: str
    name_en: str
    division: str
    state: str
    state_note: str
    held_until: datetime | None
    contact_email: str
    contact_locale: Literal["zh-CN", "en"]
    employer_id: UUID | None
    employer_state: str | None
    fair_id: UUID
    kind: Kind
    title: str
    reference: str
    introduction: str
    attendance: int
    answer_days: int
    owner_name_zh: str
    owner_name_en: str
    starts_at: datetime | None
    ends_at: datetime | None
    rooms_zh: tuple[str, ...] | None
    rooms_en: tuple[str, ...] | None
    campus_zh: str | None
    campus_en: str | None
    invitation_sequence: int

    @property
    def spot(self) -> Spot | None:
        """Give when and where the fair is, if it has a place."""
        if self.starts_at is None or self.ends_at is None:
            return None
        campus = Named(self.campus_zh or "", self.campus_en or "")
        names = zip(self.rooms_zh or (), self.rooms_en or (), strict=True)
        rooms = tuple(RoomName(zh, en, campus) for zh, en in names)
        return Spot(starts_at=self.starts_at, ends_at=self.ends_at, rooms=rooms)


def exhibitor_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the exhibitors that events are about."""
    return {event.exhibitor_id for event in events if isinstance(event, ExhibitorEvent)}


async def list_exhibitors(connection: Connection, events: Sequence[Event]) -> dict[UUID, ExhibitorFacts]:
    """Give what letters of some events say of exhibitors, by id; without such events nothing is read."""
    ids = exhibitor_ids(events)
    if not ids:
        return {}
    rows = [row async for row in _queries.list_exhibitor_facts(connection, exhibitor_ids=list(ids))]
    return {row["id"]: struct_of(ExhibitorFacts, row) for row in rows}


async def list_fair_recipients(connection: Connection, events: Sequence[Event]) -> dict[int, list[Recipient]]:
    """Give who is told of events about exhibitors, by the event's place in the list.

    An exhibitor's contact; without one all who act for its employer. Of applications, and of booths given back, those
    who run the fair.
    """
    facts = await list_exhibitors(connection, events)
    if not facts:
        return {}
    employers = {one.employer_id for one in facts.values() if not one.contact_email and one.employer_id is not None}
    people = await repository.list_employer_recipients(connection, employers)
    staff = await repository.list_activity_recipients(
        connection, {event.subject_id for event in events if isinstance(event, _TO_STAFF)}
    )

    def of(event: ExhibitorEvent) -> list[Recipient]:
        if isinstance(event, _TO_STAFF):
            return staff.get(event.subject_id, [])
        one = facts.get(event.exhibitor_id)
        if one is None:
            return []
        if one.contact_email:
            return [Recipient(one.contact_email, one.contact_locale)]
        return [] if one.employer_id is None else people.get(one.employer_id, [])

    return {index: of(event) for index, event in enumerate(events) if isinstance(event, ExhibitorEvent)}


def exhibitor_letter(told: Told, event: ExhibitorEvent, facts: dict[UUID, ExhibitorFacts]) -> Letter:
    """Give the letter of an event about an exhibitor."""
    one = facts[event.exhibitor_id]
    purpose, spot = PURPOSES[type(event)], one.spot
    if isinstance(event, FairCalledOff | FairLostPlace) and event.old_starts_at and event.old_ends_at:
        spot = Spot(starts_at=event.old_starts_at, ends_at=event.old_ends_at)
    about = None
    if spot is not None and _is_in_calendars(event, one):
        about = Stop(activity_id=one.fair_id, kind=one.kind, attendance=one.attendance, state="confirmed", spot=spot)
    to_staff = isinstance(event, _TO_STAFF)
    return Letter(
        purpose=purpose,
        occurred_at=told.occurred_at,
        path=links.fair_page(one.fair_id),
        owner=Named(one.owner_name_zh, one.owner_name_en),
        participant=Named(f"{one.name_zh} {one.division}".strip(), f"{one.name_en} {one.division}".strip()),
        reference=one.reference,
        title=one.title,
        note=told.reason or ("" if to_staff else one.state_note),
        about=about,
        sequence=one.invitation_sequence,
        fair=FairNote(
            kind=one.kind,
            spot=spot,
            introduction=one.introduction,
            state=one.state,
            answer_until=_answer_until(one),
            booth=event.booth if isinstance(event, BoothTold) else "",
            old_booth=event.old_booth if isinstance(event, BoothTold) else "",
            is_verified=one.employer_state == "verified",
            link_id=None if to_staff else one.id,
        ),
    )


def _is_in_calendars(event: ExhibitorEvent, one: ExhibitorFacts) -> bool:
    """Whether the fair is in the exhibitor's calendar from then on, or was until then."""
    if isinstance(event, ExhibitorRefused | ExhibitorWithdrew):
        return event.had_booth
    kinds = ExhibitorAccepted | ExhibitorAskedAgain | FairCalledOff | FairLostPlace
    return isinstance(event, kinds) and one.state in ("accepted", "checked_in")


def _answer_until(one: ExhibitorFacts) -> datetime | None:
    if one.held_until is not None or one.starts_at is None:
        return one.held_until
    return one.starts_at - timedelta(days=one.answer_days)
