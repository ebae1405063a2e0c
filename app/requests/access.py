"""Who may see and do what with a request: for others it does not exist."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from app.actors import Actor
from app.errors import N_, Forbidden, Invalid, NotFound
from app.requests.domain import Request, RequestNotFound, RequestWish
from app.requests.repository import Owner
from app.requests.states import Party


def owns(actor: Actor, request: Request) -> bool:
    """Whether a request is of somebody's employer or department."""
    return (request.employer_id is not None and request.employer_id == actor.employer_id) or (
        request.department_id is not None and request.department_id == actor.department_id
    )


def must_see(actor: Actor, request: Request, *, hidden: type[NotFound] = RequestNotFound) -> Party:
    """Give the actor's part in a request. Raises `hidden` for others, which is what is raised where nothing is."""
    if actor.organises:
        return "organiser"
    if owns(actor, request):
        return "owner"
    raise hidden


def parts_in(actor: Actor, request: Request, *, hidden: type[NotFound] = RequestNotFound) -> tuple[Party, ...]:
    """Give all of the actor's parts in a request, also that of who decides near the rooms that it asks for.

    Raises `hidden` for others.
    """
    if not decides_near(actor, request):
        return (must_see(actor, request, hidden=hidden),)
    return ("approver", "owner") if owns(actor, request) else ("approver",)


def decides_near(actor: Actor, request: Request) -> bool:
    """Whether somebody has the duty to decide about every room that a request asks for."""
    return request.state != "draft" and decides_rooms(actor, request.asked_room_ids, request.host_id)


def decides_rooms(actor: Actor, room_ids: Collection[UUID], host_id: UUID | None) -> bool:
    """Whether somebody has the duty to decide about all of some rooms; `host_id`: the department that all are of."""
    if not room_ids or actor.organises:
        return False
    if host_id is not None and any(duty.department_id == host_id for duty in actor.duties):
        return True
    return set(room_ids) <= {duty.room_id for duty in actor.duties}


def must_decide(actor: Actor, request: Request, *, hidden: type[NotFound] = RequestNotFound) -> None:
    """Check that somebody decides about a request, and does not only ask. Raises `hidden`, Forbidden."""
    if parts_in(actor, request, hidden=hidden) == ("owner",):
        raise Forbidden


def seen_by(actor: Actor, request: Request) -> Request:
    """Give a request as its reader may see it: weight and reason are the career centre's own."""
    if actor.organises:
        return request
    return msgspec.structs.replace(request, weight=None, weight_reason="", weight_set_by_name=None)


def owner_of(wish: RequestWish, actor: Actor | None) -> Owner:
    """Give the owner of a new request: contacts and department staff ask for their own.

    Raises Forbidden, Invalid, NoEmployerYet.
    """
    if actor is not None and actor.role == "employer_contact":
        _must_be_own(wish.employer_id, actor.employer_id, "employer_id")
        return Owner(kind="employer", employer_id=actor.employer_id)
    if actor is not None and actor.role == "department_staff":
        _must_be_own(wish.department_id, actor.department_id, "department_id")
        return Owner(kind="department", department_id=actor.department_id)
    kind = wish.owner_kind or (
        "employer" if wish.employer_id else "department" if wish.department_id else "career_centre"
    )
    if (kind == "employer") != (wish.employer_id is not None):
        raise Invalid.at("employer_id", N_("Say which employer asks, and only for an employer's request."), "owner")
    if (kind == "department") != (wish.department_id is not None):
        raise Invalid.at(
            "department_id", N_("Say which department asks, and only for a department's request."), "owner"
        )
    return Owner(kind=kind, employer_id=wish.employer_id, department_id=wish.department_id)


class NoEmployerYet(Forbidden):
    """A contact asks for an employer only after entering it."""

    type = "no-employer"
    sentence = N_("Register your employer first, then you can ask for activities.")


def _must_be_own(named: UUID | None, own: UUID | None, path: str) -> None:
    if own is None:
        raise NoEmployerYet
    if named is not None and named != own:
        raise Invalid.at(path, N_("You can ask for your own only."), "owner")
