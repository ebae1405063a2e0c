"""Use cases: what is open for a wish, a change of one, or a request that is stored.

Others ask the desk by `ask_placements`: it gives None where there is no answer in time, and whoever asks goes on.
"""

from uuid import UUID, uuid4

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.desk import repository
from app.desk.asking import DeskLine
from app.desk.domain import DeskAway, LikelyPlacements
from app.desk.messages import Question
from app.desk.repository import ShownPlacements
from app.requests import repository as requests
from app.requests import service
from app.requests.access import must_see, parts_in
from app.requests.checks import check_kinds, check_references, takes_channel
from app.requests.domain import Activity, RequestDetail, RequestWish, SubmitRequest
from app.requests.repository import Owner
from app.requests.states import MOVES, Act, must_be_possible
from app.requests.wishes import check_without_storing, completed
from app.schedules import repository as schedules
from app.seasons import repository as seasons


async def likely_placements(
    database: Database, desk: DeskLine, command: SubmitRequest, *, actor: Actor, clock: Clock
) -> LikelyPlacements:
    """Say what is open for a wish, which is checked as if it were sent; nothing of it is stored.

    Raises DeskAway, and what submit_request raises.
    """
    async with database.read() as connection:
        checked = await check_without_storing(connection, command, actor=actor, clock=clock)
        question = await _question(connection, checked.season.id, checked.owner, checked.wish)
    return await _answer(desk, question)


async def likely_placements_of_change(
    database: Database, desk: DeskLine, request_id: UUID, wish: RequestWish, *, actor: Actor
) -> LikelyPlacements:
    """Say what would be open for a request if it were changed to a wish; its own bookings are not in the way.

    Raises DeskAway, RequestNotFound, MoveImpossible, Invalid.
    """
    async with database.read() as connection:
        request = await requests.get_request(connection, request_id)
        act: Act = "edit" if request.state in MOVES["edit"].before else "amend"
        must_be_possible(act, request.state, must_see(actor, request))
        season = await seasons.get_season(connection, request.season_id)
        check_kinds(wish, request.owner_kind)
        wish = completed(wish, season)
        await check_references(connection, wish)
        owner = Owner(kind=request.owner_kind, employer_id=request.employer_id, department_id=request.department_id)
        question = await _question(connection, season.id, owner, wish, request_id=request_id)
    return await _answer(desk, question)


async def ask_placements(database: Database, desk: DeskLine, request_id: UUID) -> LikelyPlacements | None:
    """Say what is open for a stored request as it is; its own bookings are not in the way. Raises RequestNotFound."""
    async with database.read() as connection:
        request = await requests.get_request(connection, request_id)
        activities = (await requests.list_activities(connection, [request_id]))[request_id]
        forbidden = await schedules.list_forbidden(connection, [activity.id for activity in activities])
    return await desk.ask(
        Question(
            season_id=request.season_id,
            owner=Owner(kind=request.owner_kind, employer_id=request.employer_id, department_id=request.department_id),
            activities=tuple(activities),
            request_id=request_id,
            forbidden=tuple(forbidden),
        )
    )


async def likely_placements_of_request(
    database: Database, desk: DeskLine, request_id: UUID, *, actor: Actor
) -> LikelyPlacements:
    """Say what is open for a stored request to who may see it. Raises DeskAway, RequestNotFound."""
    async with database.read() as connection:
        parts_in(actor, await requests.get_request(connection, request_id))
    found = await ask_placements(database, desk, request_id)
    if found is None:
        raise DeskAway
    return found


async def submit_as_shown(
    connection: Connection, command: SubmitRequest, shown_id: UUID | None, *, actor: Actor, clock: Clock
) -> RequestDetail:
    """Ask for activities, and keep with the request what likely placements its asker was shown."""
    detail = await service.submit_request(connection, command, actor=actor, clock=clock)
    if shown_id is not None:
        await repository.attach_shown(connection, shown_id, detail.request.id, account_id=actor.account_id)
    return detail


async def change_as_shown(
    connection: Connection,
    request_id: UUID,
    wish: RequestWish,
    shown_id: UUID | None,
    *,
    expected_version: int | None,
    actor: Actor,
    clock: Clock,
) -> RequestDetail:
    """Change a request, and keep with it what likely placements were shown for the change."""
    detail = await service.change_request(
        connection, request_id, wish, expected_version=expected_version, actor=actor, clock=clock
    )
    if shown_id is not None:
        await repository.attach_shown(connection, shown_id, request_id, account_id=actor.account_id)
    return detail


async def find_visible_shown(connection: Connection, request_id: UUID, *, actor: Actor) -> ShownPlacements | None:
    """Give what was shown before a request was sent or changed. Raises RequestNotFound."""
    parts_in(actor, await requests.get_request(connection, request_id))
    return await repository.find_shown(connection, request_id)


async def _answer(desk: DeskLine, question: Question) -> LikelyPlacements:
    found = await desk.ask(question)
    if found is None:
        raise DeskAway
    return found


async def _question(
    connection: Connection, season_id: UUID, owner: Owner, wish: RequestWish, *, request_id: UUID | None = None
) -> Question:
    """Give the question of a completed wish: its activities as they would be stored."""
    team = await repository.find_team(connection, employer_id=owner.employer_id, department_id=owner.department_id)
    asked = request_id or uuid4()
    return Question(
        season_id=season_id,
        owner=owner,
        request_id=request_id,
        activities=tuple(
            msgspec.convert(
                {
                    **msgspec.structs.asdict(activity),
                    "id": uuid4(),
                    "request_id": asked,
                    "ordinal": ordinal,
                    "needs_channel": takes_channel(activity),
                    "invitation_sequence": 0,
                    "team_ids": () if team is None else (team,),
                },
                Activity,
            )
            for ordinal, activity in enumerate(wish.activities, start=1)
        ),
    )
