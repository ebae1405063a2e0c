"""Amendments: a whole wish in the place of another, and what comes of it."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from app.errors import N_, Conflict, NotFound
from app.offers.domain import Offer
from app.requests.domain import ReasonCode, Remark, RequestWish
from app.texts import Command

AmendmentState = Literal["proposed", "awaiting_approval", "accepted", "refused", "withdrawn", "expired"]
Outcome = Literal["fits", "placements", "impossible"]

STATE_NAMES: Final[dict[AmendmentState, str]] = {
    "proposed": N_("Choose a place"),
    "awaiting_approval": N_("Awaiting approval"),
    "accepted": N_("Accepted"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Expired"),
}


# What would make an impossible change possible.
HELPS: Final[dict[str, str]] = {
    "days": N_("other days or hours"),
    "campus": N_("another campus"),
    "room": N_("another room"),
    "features": N_("less equipment"),
}


class AmendmentNotFound(NotFound):
    """No such amendment, or not the asker's."""

    type = "amendment-not-found"
    sentence = N_("There is no such change.")


class AmendmentSettled(Conflict):
    """An amendment is decided once."""

    type = "amendment-settled"
    sentence = N_("This change was decided or taken back already: it is in the state “{state}”.")


class AmendmentOpen(Conflict):
    """One amendment at a time."""

    type = "amendment-open"
    sentence = N_("Another change of this request is not decided yet. Take it back first.")


class NothingChanged(Conflict):
    """The wish is as it is."""

    type = "nothing-changed"
    sentence = N_("Nothing is different from what is asked for already.")


class StepHasBegun(Conflict):
    """What has begun is not changed any more."""

    type = "step-has-begun"
    sentence = N_("A step that has begun already cannot be changed or dropped.")


class ChooseFirst(Conflict):
    """Of several placements the owner chooses one before anybody decides."""

    type = "choose-first"
    sentence = N_("Choose one of the offered places first.")


class ChoiceGone(Conflict):
    """Others would have had to move for the place that was chosen, and can no longer."""

    type = "choice-gone"
    sentence = N_("Others would have to move for this place, and can no longer. If others are free, they are offered.")


class DecidedByCentre(Conflict):
    """A change is decided near the rooms only where it stays in them, and nobody else moves for it."""

    type = "decided-by-centre"
    sentence = N_(
        "The career centre decides about this change: it asks for more than the rooms about which you decide, or "
        "others would move for it."
    )


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a request: its whole wish as it would be, and how far it is.

    `outcome`: it `fits` where it is booked or waits, there are other `placements`, or it is `impossible`; then
    `findings` has `reasons`, each a `code` with its values (see app/amendments/impossible.py), and `helps`, what would
    make it fit. `asked_room_ids`: the rooms that it asks for, where each of its steps does and none takes a channel;
    `waits_since`: it waits for approval since then.
    """

    id: UUID
    request_id: UUID
    season_id: UUID
    number: int
    wish: dict[str, Any]
    activity_ids: tuple[UUID, ...]
    outcome: Outcome
    findings: dict[str, Any]
    state: AmendmentState
    offer_id: UUID | None
    note: str
    proposed_by_name: str | None
    proposed_at: datetime
    asked_room_ids: tuple[UUID, ...]
    waits_since: datetime | None
    settled_at: datetime | None
    reason_code: str
    settled_note: str
    row_version: int

    def as_wish(self) -> RequestWish:
        """Give the wish as a command."""
        return msgspec.convert(self.wish, RequestWish)


class AmendmentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What comes of a proposal: the amendment, and the placements that can be chosen.

    `reasons`: why it is impossible, in the reader's language.
    """

    amendment: Amendment
    offers: tuple[Offer, ...]
    reasons: tuple[str, ...] = ()


class ProposeAmendment(RequestWish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole wish as it should be; a step that stays has its `id`. `note` is for whoever decides."""

    note: Remark = ""


class RefuseAmendment(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a change is refused; everything stays as it was."""

    reason_code: ReasonCode
    note: Remark = ""
