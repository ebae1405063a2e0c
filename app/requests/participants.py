"""The other employers of a request: who is named, and when they are asked. They answer in `app.participations`.

An employer takes part when it has accepted: a name alone takes none of its time. Whom the career centre names takes
part at once, because the centre has spoken with them; they can step back like the others.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.accounts.repository import count_hit
from app.actors import Actor, account_of
from app.database import Connection
from app.employers import repository as employers
from app.errors import N_, FieldError, Invalid
from app.events import Event, ParticipationAsked, ParticipationEnded
from app.outbox import append_all
from app.requests import repository
from app.requests.domain import RequestWish, TooManyInvitations
from app.requests.repository import Owner

# So many an owner names at most; each gets a mail.
MOST_NAMED = 30
# So many mails an owner causes in a day; whoever changes a wish asks again.
ASKED_A_DAY = 100
_DAY_SECONDS = 24 * 3600


async def named_employers(
    connection: Connection,
    wish: RequestWish,
    owner: Owner,
    *,
    actor: Actor | None,
    already: frozenset[UUID] = frozenset(),
) -> tuple[UUID, ...]:
    """Give the other employers that a wish names, by id or credit code; owners name verified ones only.

    `already` are named before, whoever did it. Raises Invalid.
    """
    named, states = [*wish.participant_ids], None if _for_the_centre(actor) else ["verified"]
    if unknown := set(named) - already - await employers.list_known(connection, named, states=states):
        index = next(i for i, employer_id in enumerate(named) if employer_id in unknown)
        raise Invalid.at(f"participant_ids[{index}]", N_("There is no such employer."), "unknown-employer")
    codes = [code.upper() for code in wish.participant_codes]
    by_code = await employers.list_ids_by_code(connection, codes, states=states, beside=already)
    faults = [
        FieldError(
            f"participant_codes[{index}]",
            N_("No verified employer has the credit code {code} here. It has to register and be verified first."),
            {"code": code},
            "unknown-employer",
        )
        for index, code in enumerate(codes)
        if code not in by_code
    ]
    if faults:
        raise Invalid(*faults)
    named = list(dict.fromkeys([*named, *(by_code[code] for code in codes)]))
    if owner.employer_id in named:
        at = "participant_ids" if owner.employer_id in wish.participant_ids else "participant_codes"
        raise Invalid.at(at, N_("Whoever asks takes part anyway: name the others only."), "owner")
    if len({*named} - already) + len(already) > max(MOST_NAMED, len(already)) and not _for_the_centre(actor):
        sentence = N_("At most {limit} other employers can be named.")
        raise Invalid.at("participant_codes", sentence, "too-many", limit=MOST_NAMED)
    return tuple(named)


async def write_participants(
    connection: Connection,
    request_id: UUID,
    employer_ids: Sequence[UUID],
    *,
    season_id: UUID,
    wish_changed: bool,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Keep whom a wish names; those asked for another wish are asked again, those left out are told if asked.

    Who declined stays, so that nobody is asked again by being left out and named anew.
    """
    removed = await repository.remove_participants_but(connection, request_id, employer_ids)
    ended = [
        ParticipationEnded(subject_id=request_id, season_id=season_id, employer_id=participant.employer_id)
        for participant in removed
        if participant.asked_at is not None
    ]
    await append_all(connection, ended, actor_id=account_of(actor), now=now)
    centre = _for_the_centre(actor)
    await repository.insert_participants(
        connection,
        request_id,
        employer_ids,
        state="accepted" if centre else "invited",
        answered_by=account_of(actor) if centre else None,
        answered_at=now if centre else None,
    )
    if wish_changed and not centre:
        await repository.forget_answers(connection, request_id)


async def ask_participants(
    connection: Connection, request_id: UUID, *, owner: Owner, season_id: UUID, actor: Actor | None, now: datetime
) -> None:
    """Ask those who were invited and not told yet. The owner is verified: until then nobody is asked for it.

    Raises TooManyInvitations.
    """
    events = []
    for employer_id in await repository.mark_asked(connection, request_id, now=now):
        if not _for_the_centre(actor):
            asked = await count_hit(connection, f"invite:{owner.id}", window_seconds=_DAY_SECONDS)
            if asked > ASKED_A_DAY:
                raise TooManyInvitations(limit=ASKED_A_DAY, seconds=_DAY_SECONDS)
        events.append(ParticipationAsked(subject_id=request_id, season_id=season_id, employer_id=employer_id))
    await append_all(connection, events, actor_id=account_of(actor), now=now)


async def end_participations(
    connection: Connection, request_id: UUID, *, season_id: UUID, all_told: bool
) -> list[Event]:
    """Give the events that tell participants that nothing comes of a request.

    With `all_told` those who accepted know it from their bookings.
    """
    return [
        ParticipationEnded(subject_id=request_id, season_id=season_id, employer_id=participant.employer_id)
        for participant in (await repository.list_participants(connection, [request_id]))[request_id]
        if (participant.state == "invited" and participant.asked_at is not None)
        or (participant.state == "accepted" and not all_told)
    ]


def _for_the_centre(actor: Actor | None) -> bool:
    """Whether the career centre names them; files come from its offices."""
    return actor is None or actor.organises
