"""A participation: an employer that was named in another's request, and its answer."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.errors import N_, Conflict, NotFound
from app.requests.domain import ParticipantState
from app.requests.states import RequestState

# In these an answer still counts; drafts and returned requests ask nobody yet.
OPEN_STATES = frozenset[RequestState]({"submitted", "returned", "approved", "waitlisted", "scheduled"})


STATE_NAMES: Final[dict[ParticipantState, str]] = {
    "invited": N_("Asked"),
    "accepted": N_("Takes part"),
    "declined": N_("Takes no part"),
}


class ParticipationNotFound(NotFound):
    """Nobody asked this employer, or it is not the reader's."""

    type = "participation-not-found"
    sentence = N_("There is no such invitation.")


class AnswerTooLate(Conflict):
    """The request has ended, or its first activity has begun."""

    type = "participation-closed"
    sentence = N_("This can no longer be answered: it has begun, or it is not held any more.")


class MayNotTakePart(Conflict):
    """Only verified employers meet students."""

    type = "may-not-take-part"
    sentence = N_("Only employers that the career centre has verified can take part.")


class AlreadyElsewhere(Conflict):
    """The employer's people are at another activity then, or could not come in time."""

    type = "participation-clash"
    sentence = N_("Your people are elsewhere then: {when}. Move or cancel that first, or decline.")


class Participation(msgspec.Struct, frozen=True, kw_only=True):
    """An employer's part in a request, as the employer sees it."""

    request_id: UUID
    employer_id: UUID
    season_id: UUID
    state: ParticipantState
    title: str
    reference: str
    owner_name_zh: str
    owner_name_en: str
    request_state: RequestState
    asked_at: datetime | None
    answered_at: datetime | None
    begins_at: datetime | None  # of the first standing booking
    row_version: int

    def is_open(self, now: datetime) -> bool:
        """Whether it can be answered."""
        return self.request_state in OPEN_STATES and (self.begins_at is None or self.begins_at > now)
