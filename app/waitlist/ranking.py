"""Reads a season's waitlist in its order."""

from uuid import UUID

import msgspec

from app.database import Connection
from app.requests import repository as requests
from app.schedules.problem.weights import weight_of
from app.schedules.repository import list_key_group_ids
from app.seasons import repository as seasons
from app.waitlist import repository
from app.waitlist.domain import Ranked, ranked


async def rank_waiting(connection: Connection, season_id: UUID) -> list[Ranked]:
    """Give who waits in a season, the first in line first."""
    waiting = await repository.list_waiting(connection, season_id)
    if not waiting:
        return []
    ids = [entry.request_id for entry in waiting]
    policies = await seasons.get_policies(connection, season_id)
    listed = await requests.list_requests(connection, season_id, request_ids=ids)
    activities = await requests.list_activities(connection, ids)
    key_groups = await list_key_group_ids(connection, season_id)
    weights = {
        request.id: weight_of(request, activities[request.id], policies, key_group=request.id in key_groups)
        for request in listed
    }
    by_hand = {request.id for request in listed if request.weight is not None}
    return ranked(
        msgspec.structs.replace(entry, weight=weights[entry.request_id], organisers_weight=entry.request_id in by_hand)
        for entry in waiting
    )
