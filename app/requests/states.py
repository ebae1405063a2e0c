"""The one table of a request's moves: what can be done in which state, by whom, and where it leads."""

from typing import Final, Literal

import msgspec

from app.errors import N_, Conflict

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
    "cancel",
    "stop",
    "finish",
    "miss",
]
Party = Literal["owner", "organiser", "system"]

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
}


class Move(msgspec.Struct, frozen=True):
    """From which states, to which state (None: stays), by whom."""

    before: frozenset[RequestState]
    after: RequestState | None
    by: frozenset[Party]


def _move(before: str, after: RequestState | None, *by: Party) -> Move:
    states: list[RequestState] = [msgspec.convert(name, RequestState) for name in before.split()]
    return Move(frozenset(states), after, frozenset(by))


MOVES: Final[dict[Act, Move]] = {
    "edit": _move("draft submitted returned", None, "owner", "organiser"),
    "agree": _move("approved waitlisted", None, "owner", "organiser"),
    "submit": _move("draft returned", "submitted", "owner", "organiser"),
    "return": _move("submitted", "returned", "organiser"),
    "approve": _move("submitted waitlisted", "approved", "organiser"),
    "refuse": _move("submitted approved waitlisted", "refused", "organiser"),
    "withdraw": _move("draft submitted returned approved waitlisted", "withdrawn", "owner", "organiser"),
    "waitlist": _move("submitted approved", "waitlisted", "organiser"),
    "schedule": _move("approved waitlisted scheduled", "scheduled", "system"),
    "unschedule": _move("scheduled", "approved", "system"),
    "cancel": _move("scheduled", "cancelled", "owner", "organiser"),
    "stop": _move("approved scheduled", "stopped", "organiser"),
    "finish": _move("scheduled", "took_place", "system"),
    "miss": _move("scheduled took_place", "no_show", "organiser"),
}


class MoveImpossible(Conflict):
    """The table has no such move."""

    type = "request-state"
    sentence = N_("This is not possible for a request in the state “{state}”.")


def possible_acts(state: RequestState, party: Party) -> list[Act]:
    """What a party can do with a request now: the buttons of a page and the `acts` of the API."""
    return [act for act, move in MOVES.items() if state in move.before and party in move.by]


def must_be_possible(act: Act, state: RequestState, party: Party) -> Move:
    """The move. Raises MoveImpossible."""
    move = MOVES[act]
    if state not in move.before or party not in move.by:
        raise MoveImpossible(state=STATE_NAMES[state], extra={"state": state, "act": act})
    return move
