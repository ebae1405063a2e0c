"""A new request whose form was sent before: the first one is shown, and nobody guesses which is meant.

Somebody goes back in the browser, changes something and sends it again: is the first request to be changed, or is a
second one wanted? What was typed goes along into either.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from app.actors import Actor
from app.database import Database
from app.http.form_keys import find_sent_before
from app.layout.page import AnyRequest
from app.requests import service
from app.requests.access import must_see
from app.requests.domain import Request, RequestDetail, RequestNotFound
from app.requests.states import possible_acts

_REQUEST: Final = re.compile(r"/requests/(?P<id>[0-9a-f-]{36})")
# What the buttons of the question send: to fill in the first one's form, or to send a second one.
_TAKE_OVER: Final = "take_over"
_SECOND: Final = "second"


class FirstRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The request that this form made before; `change_path` is where it can be changed, empty where it cannot."""

    request: Request
    unchanged: bool
    change_path: str


async def find_first(
    request: AnyRequest, database: Database, values: Mapping[str, Any], actor: Actor
) -> FirstRequest | None:
    """Give the request that this form made before; None where there is none, or where a second one is wanted."""
    if _SECOND in values:
        return None
    before = await find_sent_before(request, database, actor)
    found = _REQUEST.fullmatch(before.location) if before else None
    if before is None or found is None:
        return None
    try:
        async with database.read() as connection:
            detail = await service.get_detail(connection, UUID(found["id"]), actor=actor)
    except RequestNotFound:
        return None
    return FirstRequest(
        request=detail.request, unchanged=before.unchanged, change_path=_change_path(detail.request, actor)
    )


def _change_path(request: Request, actor: Actor) -> str:
    acts = possible_acts(request.state, must_see(actor, request))
    act = next((act for act in ("edit", "amend") if act in acts), None)
    return f"/requests/{request.id}/{act}" if act else ""


def is_draft(values: Mapping[str, Any]) -> bool:
    """Whether a new request is kept as a draft."""
    return "draft" in values or values.get(_SECOND) == "draft"


def takes_over(values: Mapping[str, Any]) -> bool:
    """Whether the form of another request was sent to fill in this one's."""
    return _TAKE_OVER in values


def taken_over(values: Mapping[str, Any], stored: RequestDetail) -> dict[str, Any]:
    """Give the form of a stored request with what was typed into another one; its steps stay the same steps."""
    steps = {f"a{number}_id": str(activity.id) for number, activity in enumerate(stored.activities)}
    typed = {name: value for name, value in values.items() if name != _TAKE_OVER}
    return {**typed, **steps, "row_version": stored.request.row_version}
