"""The one table of a request's moves: from which state to which. Who may make them is in app/permissions.py."""

from typing import Final, Literal

import msgspec

from app.errors import N_, Conflict
from app.permissions import MAY, Allowed

RequestState = Literal[
    "draft",
    "submitted",
    "returned",
    "approved",
    "scheduled",
    "took_place",
    "refused",
    "withdrawn",
    "waitlisted",
    "cancelled",
    "stopped",
    "no_show",
    "expired",
]
Act = Literal[
    "edit",
    "agree",
    "submit",
    "return",
    "approve",
    "refuse",
    "withdraw",
    "waitlist",
    "schedule",
    "unschedule",
    "accept",
    "decline",
    "amend",
    "cancel",
    "stop",
    "finish",
    "lapse",
    "miss",
    "object",
]
Party = Literal["owner", "organiser", "approver", "system"]

STATE_NAMES: Final[dict[RequestState, str]] = {
    "draft": N_("Draft"),
    "submitted": N_("Submitted"),
    "returned": N_("Returned for changes"),
    "approved": N_("Approved"),
    "scheduled": N_("Scheduled"),
    "took_place": N_("Took place"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "waitlisted": N_("Waitlisted"),
    "cancelled": N_("Cancelled"),
    "stopped": N_("Stopped by the school"),
    "no_show": N_("No-show"),
    "expired": N_("Expired"),
}


class Move(msgspec.Struct, frozen=True):
    """The states in which a move is possible, and the state to which it leads (None: it stays)."""

    before: frozenset[RequestState]
    after: RequestState | None


def _move(before: str, after: RequestState | None) -> Move:
    states: list[RequestState] = [msgspec.convert(name, RequestState) for name in before.split()]
    return Move(frozenset(states), after)


MOVES: Final[dict[Act, Move]] = {
    "edit": _move("draft submitted returned", None),
    "agree": _move("approved waitlisted", None),
    "submit": _move("draft returned", "submitted"),
    "return": _move("submitted", "returned"),
    "approve": _move("submitted waitlisted", "approved"),
    "refuse": _move("submitted approved waitlisted", "refused"),
    "withdraw": _move("draft submitted returned approved waitlisted", "withdrawn"),
    "waitlist": _move("submitted approved", "waitlisted"),
    "schedule": _move("approved waitlisted scheduled", "scheduled"),
    "unschedule": _move("scheduled", "approved"),
    "accept": _move("refused waitlisted approved scheduled", "scheduled"),
    "decline": _move("scheduled", None),
    "amend": _move("approved waitlisted scheduled", None),
    "cancel": _move("scheduled", "cancelled"),
    "stop": _move("approved scheduled", "stopped"),
    "finish": _move("scheduled", "took_place"),
    "lapse": _move("submitted returned waitlisted", "expired"),
    "miss": _move("scheduled took_place", "no_show"),
    "object": _move("scheduled", "approved"),
}


class MoveImpossible(Conflict):
    """The table has no such move from the request's state."""

    type = "request-state"
    sentence = N_("This is not possible for a request in the state “{state}”.")


_PEOPLE: Final[dict[str, Allowed]] = {str(name): allowed for name, allowed in MAY.items()}


def _may_move(party: Party, act: Act) -> bool:
    allowed = _PEOPLE.get(act)
    if allowed is None or party == "system":
        # These moves are made by bookings and by time, not by a person.
        return allowed is None and party == "system"
    if party == "approver":
        return "approve" in allowed.by_duty
    return bool(allowed.to_all if party == "organiser" else allowed.to_own)


def possible_acts(state: RequestState, *parties: Party) -> list[Act]:
    """Give what somebody can do with a request now: the buttons of a page and the `acts` of the API."""
    return [
        act for act, move in MOVES.items() if state in move.before and any(_may_move(party, act) for party in parties)
    ]


def must_be_possible(act: Act, state: RequestState, *parties: Party) -> Move:
    """Give the move of an act. Raises MoveImpossible."""
    move = MOVES[act]
    if state not in move.before or not any(_may_move(party, act) for party in parties):
        raise MoveImpossible(state=STATE_NAMES[state], extra={"state": state, "act": act})
    return move
