"""Own and foreign: whoever may do something to their own things only meets the things of others as if they were not
there, on every route of the API and every page that carries an id."""

import re
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from app.actors import Role
from app.http.guards import May
from app.permissions import MAY, Permission
from tests.edge.owners import (
    OWNED,
    OwnThings,
    Things,
    department_owner,
    employer_owner,
    nothing,
    release_schedule,
    with_fair,
    with_series,
)
from tests.edge.world import World
from tests.school import School, credit_code

_PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
_REFUSED = "Your account may not do this."
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)

# What routes without a permission in their guard do to a thing; the use case decides whose it may be.
ACTS: dict[str, Permission] = {
    "GET /api/requests/{request_id}": "see_requests",
    "GET /api/requests/{request_id}/history": "see_requests",
    "GET /api/requests/{request_id}/explanation": "see_requests",
    "GET /api/requests/{request_id}/likely-placements": "see_requests",
    "GET /api/requests/{request_id}/shown-placements": "see_requests",
    "GET /api/requests/{request_id}/waitlist-rank": "see_requests",
    "PUT /api/requests/{request_id}": "edit",
    "POST /api/requests/{request_id}/submit": "submit",
    "POST /api/requests/{request_id}/withdraw": "withdraw",
    "POST /api/requests/{request_id}/cancel": "cancel",
    "GET /api/requests/{request_id}/cancellation": "cancel",
    "POST /api/requests/{request_id}/offers/{number}/agree": "agree",
    "GET /api/requests/{request_id}/offers": "see_requests",
    "GET /api/requests/{request_id}/amendments": "see_requests",
    "GET /api/bookings/{booking_id}": "see_requests",
    "PUT /api/bookings/{booking_id}": "book",
    "DELETE /api/bookings/{booking_id}": "book",
    "GET /api/employers/{employer_id}": "change_employer",
    "PATCH /api/employers/{employer_id}": "change_employer",
    "POST /api/employers/{employer_id}/review": "change_employer",
    "GET /api/employers/{employer_id}/licence": "change_employer",
    "PUT /api/employers/{employer_id}/licence": "change_employer",
    "GET /api/employers/{employer_id}/seasons": "change_employer",
    "GET /api/employers/{employer_id}/history": "change_employer",
    "GET /requests/{request_id}": "see_requests",
    "GET /requests/{request_id}/edit": "edit",
    "POST /requests/{request_id}/edit": "edit",
    "POST /requests/{request_id}/likely": "edit",
    "GET /activities/{activity_id}/request": "see_requests",
    "POST /requests/{request_id}/offers/{number}": "agree",
    "POST /requests/{request_id}/approve": "approve",
    "POST /requests/{request_id}/return": "return",
    "POST /requests/{request_id}/refuse": "refuse",
    "POST /requests/{request_id}/waitlist": "waitlist",
    "POST /requests/{request_id}/withdraw": "withdraw",
    "POST /requests/{request_id}/cancel": "cancel",
    "POST /requests/{request_id}/accept": "accept",
    "POST /requests/{request_id}/decline": "decline",
    "POST /requests/{request_id}/stop": "stop",
    "POST /requests/{request_id}/no-show": "miss",
    "POST /requests/{request_id}/object": "object",
    "POST /requests/{request_id}/submit": "submit",
    "POST /requests/{request_id}/weight": "weigh",
    "GET /api/series/{series_id}": "see_requests",
    "GET /api/series/{series_id}/history": "see_requests",
    "POST /api/series/{series_id}/days": "ask",
    "POST /api/series/{series_id}/days/preview": "ask",
    "POST /api/series/{series_id}/submit": "submit",
    "POST /api/series/{series_id}/cancel": "cancel",
    "GET /series/{series_id}": "see_requests",
    "POST /series/{series_id}/days": "ask",
    "POST /series/{series_id}/submit": "submit",
    "POST /series/{series_id}/approve": "approve",
    "POST /series/{series_id}/return": "return",
    "POST /series/{series_id}/refuse": "refuse",
    "POST /series/{series_id}/cancel": "cancel",
    "GET /api/resources/{resource_id}/closures": "close_venues",
    "POST /api/resources/{resource_id}/closures": "close_venues",
    "DELETE /api/closures/{closure_id}": "close_venues",
}
# What takes the id of an activity beside its path.
BESIDE: dict[str, Permission] = {
    "GET /api/bookings/free?activity_id={activity_id}&near=2023-03-08T14:00:00": "see_requests",
    "POST /api/bookings": "book",
}
PUBLIC = {
    "GET /activities/{activity_id}",  # of released schedules
    "GET /api/attachments/{attachment_id}",  # of their notices
    *(f"GET /api/{thing}" for thing in ("channels/{channel_id}", "rooms/{room_id}", "seasons/{season_id}")),
    "GET /api/seasons/{season_id}/calendar",
}
# Everybody sees the rooms: those of others are refused, not hidden.
OF_ROOMS = {
    "GET /api/resources/{resource_id}/closures",
    "POST /api/resources/{resource_id}/closures",
    "GET /venues/{resource_id}/closures",
    "POST /venues/{resource_id}/closures",
    *(f"{method} /api/venues/{{resource_id}}/hall-plan" for method in ("GET", "PUT", "DELETE")),
    *(f"GET /api/venues/{{resource_id}}/hall-plan{rest}" for rest in (".svg", "/history")),
    *(f"GET /venues/{{resource_id}}/hall-plan{rest}" for rest in ("", "/start")),
    *(f"POST /venues/{{resource_id}}/hall-plan{rest}" for rest in ("", "/remove")),
}
# Departments ask for the rooms of the school as well.
FOR_ALL_DEPARTMENTS = {"POST /api/resources/{resource_id}/blockings"}
# Their own request has no such thing: it is not left out, does not wait, and nothing was shown before it was sent.
OF_UNPLACED = {
    "GET /api/requests/{request_id}/shown-placements",
    "GET /api/requests/{request_id}/explanation",
    "GET /api/requests/{request_id}/waitlist-rank",
    "POST /api/requests/{request_id}/offers/{number}/agree",
    "POST /requests/{request_id}/offers/{number}",
}
WISH = {"title": "Changed", "activities": [{"kind": "{kind}", "attendance": 20, "duration_minutes": 60}]}
FORM = {"title": "Changed", "a0_kind": "{kind}", "a0_attendance": "20", "a0_duration_minutes": "60"}
DECISION = {"reason_code": "other"}
DAYS = {"repeat": {"days": ["2023-04-06"]}}
NEW_CODE = credit_code(59_999)
CLOSURE = {"first_day": "2023-03-07", "last_day": "2023-03-07", "reason_code": "maintenance"}
BODIES: dict[str, dict[str, Any]] = {
    "PUT /api/requests/{request_id}": WISH,
    "PUT /api/requests/{request_id}/amendment": WISH,
    "POST /requests/{request_id}/amend": FORM,
    "POST /requests/{request_id}/edit": FORM,
    "POST /requests/{request_id}/likely": FORM,
    "POST /api/bookings": {
        "activity_id": "{activity_id}",
        "starts_at": "2023-03-21T14:00:00+08:00",
        "room_ids": ["{room_id}"],
    },
    "PUT /api/bookings/{booking_id}": {"starts_at": "2023-03-22T14:00:00+08:00", "room_ids": ["{room_id}"]},
    "POST /activities/{activity_id}/place": {"day": "2023-03-23", "hour": "14:00", "room_ids": "{room_id}"},
    "PATCH /api/employers/{employer_id}": {"city": "武汉"},
    "PUT /api/requests/{request_id}/weight": {"weight": 20},
    "PUT /api/venues/{resource_id}/hall-plan": {"cells": "B.\n.D"},
    "POST /venues/{resource_id}/hall-plan": {"cells": "B.\n.D"},
    "POST /api/resources/{resource_id}/closures": CLOSURE,
    "POST /api/resources/{resource_id}/blockings": {"first_day": "2023-03-10"},
    "PATCH /api/blockings/{blocking_id}": {"note": "longer"},
    "POST /blockings/{blocking_id}/change": {
        "first_day": "2023-04-28",
        "last_day": "2023-04-28",
        "reason_code": "exam",
    },
    **{
        f"POST {path}/blockings/{{blocking_id}}/{act}": {"reason": "rain"}
        for path in ("/api", "")
        for act in ("refuse", "withdraw")
    },
    "POST /api/closures/{closure_id}/exemptions": {"activity_id": "{activity_id}", "reason": "agreed"},
    "POST /blockings/{blocking_id}/exemptions/{closure_id}": {"reference": "E-0", "reason": "agreed"},
    "POST /api/resources/{resource_id}/retire": {"first_day": "2023-04-29"},
    "POST /venues/{resource_id}/retire": {"first_day": "2023-04-30"},
    "POST /venues/{resource_id}/closures": {**CLOSURE, "first_day": "2023-03-09", "last_day": "2023-03-09"},
    "POST /api/employers/{employer_id}/refuse": {"reasons": ["other"]},
    "POST /api/employers/{employer_id}/suspend": {"until": "2023-06-01", "reason": "late"},
    "POST /api/employers/{employer_id}/invitations": {"email": "new@employer.example"},
    "POST /employers/{employer_id}/people/invite": {"email": "another@employer.example"},
    "POST /api/employers/{employer_id}/claims/{claim_id}/decline": {"note": "Not known there"},
    "POST /api/employers/{employer_id}/owner": {"account_id": "{account_id}"},
    "POST /api/employers/{employer_id}/handovers": {"to_account_id": "{account_id}"},
    "POST /requests/{request_id}/hand-over": {"to_account_id": "{account_id}"},
    "POST /api/amendments/{amendment_id}/refuse": DECISION,
    **{f"POST /api/requests/{{request_id}}/{act}": DECISION for act in ("return", "refuse", "stop", "object")},
    **{f"POST /requests/{{request_id}}/{act}": DECISION for act in ("return", "refuse", "stop", "object")},
    "PUT /api/series/{series_id}": WISH,
    "POST /series/{series_id}/edit": FORM,
    "POST /api/series/{series_id}/days": DAYS,
    "POST /api/series/{series_id}/days/preview": DAYS,
    "POST /series/{series_id}/days": {"repeat_days": "2023-04-06"},
    **{f"POST {start}/series/{{series_id}}/{act}": DECISION for start in ("/api", "") for act in ("return", "refuse")},
    "POST /api/strikes/{strike_id}/appeals": {"note": "snow"},
    "PUT /api/duties/{duty_id}": {"first_day": "2023-03-01", "last_day": "2023-03-02"},
    "PUT /api/departments/{department_id}/limits": {"kinds": ["info_session"], "people": 100, "booths": 0},
    "POST /strikes/{strike_id}/appeal": {"note": "snow"},
    "PUT /api/fairs/{fair_id}": {"booths": 20},
    "POST /api/fairs/{fair_id}/invitations": {"entities": [{"credit_code": NEW_CODE, "legal_name": "Listed"}]},
    "POST /fairs/{fair_id}/invite": {"credit_code": NEW_CODE, "legal_name": "Listed"},
    "POST /api/fairs/{fair_id}/applications": {"employer_id": "{employer_id}"},
    **{f"POST {path}/fairs/{{fair_id}}/exhibitors/{{exhibitor_id}}/refuse": {"note": "full"} for path in ("/api", "")},
    "PUT /api/fairs/{fair_id}/halls/{room_id}": {"cells": "BBBB\n...D"},
    "POST /fairs/{fair_id}/halls/{room_id}": {"cells": "BBBB\n...D"},
    "PUT /api/fairs/{fair_id}/exhibitors/{exhibitor_id}/booth": {"hall_id": "{hall_id}", "booth": "A01"},
    "POST /fairs/{fair_id}/booths/move": {"exhibitor_id": "{exhibitor_id}", "booth": "{hall_id}:A02"},
    "POST /fairs/{fair_id}/booths/arrange": {"exhibitor_id": "{exhibitor_id}"},
    **{f"POST /fairs/{{fair_id}}/booths/{act}": {"run_id": "{run_id}"} for act in ("keep", "drop")},
    **{
        f"POST {path}": {"reason": "snow"}
        for path in (
            *("/api/employers/{employer_id}/strikes/waive", "/employers/{employer_id}/strikes/waive"),
            *("/api/strikes/{strike_id}/take-back", "/strikes/{strike_id}/take-back", "/strikes/{strike_id}/decide"),
            *("/api/appeals/{appeal_id}/uphold", "/api/appeals/{appeal_id}/reject"),
        )
    },
}
OF_FAIRS = {"fair_id", "exhibitor_id", "hall_id"}
PERSONAL = {"feed_id", "claim_id", "absence_id"}
OF_STAFF: set[Permission] = {"block_venues", "book", "change_hall_plans", "close_venues", "own_rooms", "run_fairs"}
ROLES: dict[str, Role] = {
    "contact": "employer_contact",
    "staff": "department_staff",
    "newcomer": "employer_contact",
    "organiser": "organiser",
    "administrator": "administrator",
}


class Route(msgspec.Struct, frozen=True):
    """A method and a path with named parameters, what it does to a thing, and whether its guard says so."""

    method: str
    path: str
    permission: Permission
    is_guarded: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routes(app: Litestar) -> list[Route]:
    """Every route that carries an id."""
    found = [Route(*_parts(name), permission, is_guarded=False) for name, permission in BESIDE.items()]
    for route in app.routes:
        if ":uuid}" not in route.path:
            continue
        for handler in getattr(route, "route_handlers", ()):
            if not isinstance(handler, HTTPRouteHandler):
                continue
            guards = [guard for layer in handler.ownership_layers for guard in layer.guards or []]
            guarded = [guard.permission for guard in guards if isinstance(guard, May)]
            path = _PARAMETER.sub(r"{\1}", route.path)
            for method in handler.http_methods - {"OPTIONS"}:
                for one in _acts(method, path):
                    if f"{method} {one}" not in PUBLIC:
                        permission = guarded[-1] if guarded else ACTS[f"{method} {one}"]
                        found.append(Route(method, one, permission, is_guarded=bool(guarded)))
    return found


def _parts(name: str) -> tuple[str, str]:
    method, _, path = name.partition(" ")
    return method, path


_ACTS_OF_FAIRS = {
    "/fairs/{fair_id}/exhibitors/{exhibitor_id}": ("accept", "waitlist", "refuse"),
    "/fairs/{fair_id}/booths": ("assign", "keep", "drop", "move", "arrange", "tell"),
    "/my/fairs/{exhibitor_id}": ("accept", "decline", "withdraw", "agree", "change"),
}


def _acts(method: str, path: str) -> list[str]:
    for start, acts in _ACTS_OF_FAIRS.items():
        if path == f"{start}/{{act}}":
            return [path.replace("{act}", act) for act in acts]
    if path == "/series/{series_id}/{act}":
        return [path.replace("{act}", act) for act in ("submit", "approve", "return", "refuse", "cancel")]
    if path != "/requests/{request_id}/{act}":
        if "/calendars/" in path:
            return [path.replace("{act}", "renew")]
        if "/people/" in path:
            return [path.replace("{act}", "invite")]
        is_answered = any(part in path for part in ("participants", "offered", "amendments"))
        return [path.replace("{act}", "accept" if is_answered else "close")]
    start = "POST /requests/{request_id}/"
    return [
        name.partition(" ")[2]
        for name in ACTS
        if name.startswith(start) and name.count("/") == 3 and "edit" not in name
    ]


class Answer(msgspec.Struct, frozen=True):
    """What an answer tells: its status, its problem or title, and its whole text."""

    status: int
    told: str
    text: str


async def ask(client: Any, route: Route, things: Things, token: str | None) -> Answer:
    """Ask as a program does, or as a form of a page."""
    ids = {**things.ids, "number": "0", "name": "solve_seconds"}
    path = _fill(route.path, ids)
    if route.name == "GET /api/resources/{resource_id}/closures":
        path += "?first_day=2023-03-06&last_day=2023-03-07"
    headers = {"If-Match": "*", "Accept-Language": "en"} | ({"Cookie": f"session={token}; locale=en"} if token else {})
    body = {name: _fill_any(value, ids) for name, value in BODIES.get(route.name, {}).items()}
    sent: dict[str, Any] = {"json": body} if route.path.startswith("/api/") else {"data": body}
    if route.path.endswith("/licence"):
        sent = {"content": b"%PDF-1.7"} if route.method == "PUT" else {}
    if route.name in ("POST /api/requests/{request_id}/attachments", "PUT /api/appeals/{appeal_id}/file"):
        sent = {"content": b"%PDF-1.7"}
    if route.name == "POST /api/fairs/{fair_id}/invitations/file":
        listed = f"Credit code,Legal name\n{NEW_CODE},Listed\n"
        sent = {"files": {"file": ("list.csv", listed.encode(), "text/csv")}}
    if not route.path.startswith("/api/"):
        headers["Accept"] = "text/html"
    answer = await client.request(route.method, path, headers=headers, follow_redirects=False, **sent)
    if route.path.startswith("/api/"):
        problem = answer.json() if "problem" in answer.headers.get("content-type", "") else {}
        told = f"{problem.get('type')} {problem.get('title')}"
    else:
        found = _TITLE.search(answer.text)
        told = found[1].strip() if found else ""
    return Answer(answer.status_code, told, f"{answer.text} {answer.headers.get('location', '')}")


def _fill(text: str, ids: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], text)


def _fill_any(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _fill_any(item, ids) for name, item in value.items()}
    if isinstance(value, list):
        return [_fill_any(item, ids) for item in value]
    return _fill(value, ids) if isinstance(value, str) else value


def foreign_faults(route: Route, foreign: Things, answer: Answer, missing: Answer) -> list[str]:
    """What the answer to somebody who only has things of their own tells of a foreign thing."""
    faults = []
    if route.name in OF_ROOMS and not route.is_guarded and answer.status != 403 and missing.status == 404:
        faults.append(f"{answer.status} for the room of others")
    elif route.name not in OF_ROOMS and (answer.status, answer.told) != (missing.status, missing.told):
        faults.append(f"{answer.status} {answer.told!r}, but {missing.status} {missing.told!r} where nothing is")
    asked = _fill(route.path, {**foreign.ids, "number": "0", "name": ""})
    faults += [f"tells {secret}" for secret in foreign.hidden_from(asked) if secret in answer.text]
    return faults


@pytest.fixture(scope="module")
async def owners(school: School) -> dict[str, OwnThings]:
    """Who asks, and whose things they ask for."""
    found = {
        "contact": await employer_owner(school),
        "staff": await department_owner(school),
        "other employer": await _with_everything(school, await employer_owner(school)),
        "other department": await _with_everything(school, await department_owner(school)),
    }
    centre = await release_schedule(school) | {"channel_id": str((await school.channel()).id)}
    for owner in found.values():
        for things in owner.all:
            things.ids.update(centre)
    return found


async def _with_everything(school: School, owner: OwnThings) -> OwnThings:
    return await with_fair(school, await with_series(school, owner))


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_things_of_others_are_as_if_they_were_not_there(
    school: School, client: Any, world: World, owners: dict[str, OwnThings]
) -> None:
    wrong = []
    tokens = {**world.tokens, "contact": owners["contact"].token, "staff": owners["staff"].token, "visitor": None}
    others = (owners["other employer"], owners["other department"])
    before = await _rows(school)
    for route in routes(client.app):
        # More is asked here within a minute than people may look for places.
        await school.database.pool.execute("DELETE FROM rate_limit WHERE bucket LIKE 'search:%'")
        for role in ("contact", "staff", "newcomer", "visitor"):
            if role == "staff" and route.name in FOR_ALL_DEPARTMENTS:
                continue
            missing = await ask(client, route, nothing(), tokens[role])
            for things in (thing for other in others for thing in _all_for(route, other)):
                answer = await ask(client, route, things, tokens[role])
                faults = foreign_faults(route, things, answer, missing)
                wrong += [f"{route.name} as {role}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)
    assert await _rows(school) == before


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_own_things_are_there_for_whom_the_table_lets(school: School, client: Any, world: World) -> None:
    wrong = []
    for route in routes(client.app):
        named = set(re.findall(r"\{(\w+)\}", f"{route.path} {BODIES.get(route.name)}"))
        if not named & {*OWNED} - {"account_id"} or named & {"version_id"}:
            continue
        for role in ("contact", "staff", "organiser", "administrator"):
            if role == "staff" and named & {"employer_id", "strike_id", "appeal_id"}:
                continue
            if route.path.endswith("/merge"):
                continue  # takes two employers: tests/merging
            # What is somebody's alone, also for the career centre.
            is_theirs = role in ("contact", "staff") and "claim_id" not in named
            if named & PERSONAL and "employer_id" not in named and not is_theirs:
                continue
            is_of_staff = role == "staff" or (role != "contact" and route.permission in OF_STAFF)
            owner = await (department_owner if is_of_staff else employer_owner)(school)
            if "series_id" in named:
                owner = await with_series(school, owner)
            if named & OF_FAIRS:
                owner = await with_fair(school, owner)
            token = owner.token if role in ("contact", "staff") else world.tokens[role]
            allowed = ROLES[role] in MAY[route.permission].roles
            for things in _asked_for(route, owner):
                answer = await ask(client, route, things, token)
                fault = own_fault(route, answer, allowed=allowed)
                if fault:
                    wrong.append(f"{route.name} as {role}: {fault}")
    assert not wrong, "\n".join(wrong)


def _all_for(route: Route, owner: OwnThings) -> list[Things]:
    joint = [] if owner.joint is None or "{request_id}" not in route.path else [owner.joint]
    return [*owner.all, *joint]


def _asked_for(route: Route, owner: OwnThings) -> list[Things]:
    if "participa" in route.path:
        return [] if owner.joint is None else [owner.joint]
    of_requests = "{request_id}" in route.path or "{activity_id}" in f"{route.path} {BODIES.get(route.name)}"
    return [owner.booked, owner.draft] if of_requests else [owner.booked]


def own_fault(route: Route, answer: Answer, *, allowed: bool) -> str:
    """What is wrong with the answer to an owner or to the career centre."""
    hidden = {404} if route.name in OF_UNPLACED else set()
    if not allowed:
        # A form of a page is shown again, with why it was refused.
        is_refused = answer.status in (403, 404) or (answer.status == 422 and _REFUSED in answer.text)
        return "" if is_refused else f"{answer.status}, but the table does not let them"
    shape = {422} if route.path.startswith("/api/") else set()
    return f"{answer.status} {answer.told}" if answer.status in {401, 403, 404, 500, *shape} - hidden else ""


@pytest.mark.parametrize("role", ["contact", "staff"])
async def test_why_it_is_unplaced_is_told_to_its_owner(client: Any, owners: dict[str, OwnThings], role: str) -> None:
    route = Route("GET", "/api/requests/{request_id}/explanation", "see_requests", is_guarded=False)
    assert (await ask(client, route, owners[role].unplaced, owners[role].token)).status == 200


@pytest.mark.slow
async def test_no_list_tells_of_the_things_of_others(school: School, client: Any, owners: dict[str, OwnThings]) -> None:
    wrong = []
    foreign = {name: owners[name].draft.secrets for name in ("other employer", "other department")}
    asked = {"season_id": str(school.season.id), "tab": "all", "state": "draft"}
    seen = 0
    for path in _lists(client.app):
        for role in ("contact", "staff"):
            headers = {"Cookie": f"session={owners[role].token}; locale=en"}
            if not path.startswith("/api/"):
                headers["Accept"] = "text/html"
            for params in ({}, asked, {**asked, "search": "title", "q": "title"}):
                answer = await client.get(path, params=params, headers=headers, follow_redirects=False)
                assert answer.status_code < 500
                seen += answer.status_code == 200
                for name, secrets in foreign.items():
                    told = [secret for secret in secrets if secret in answer.text]
                    wrong += [f"{path} tells a {role} {secret} of an {name}" for secret in told]
    assert not wrong, "\n".join(wrong)
    assert seen >= 100


def _lists(app: Litestar) -> list[str]:
    """Every path that can be read and carries no id of one thing."""
    found = []
    for route in app.routes:
        handlers = [one for one in getattr(route, "route_handlers", ()) if isinstance(one, HTTPRouteHandler)]
        if any("GET" in one.http_methods for one in handlers) and not re.search(":(uuid|path)", route.path):
            path = route.path.replace("/seasons/{code:str}", "/seasons/spring-2023").replace("{what:str}", "requests")
            found.append(_PARAMETER.sub("main", path))
    return found


async def _rows(school: School) -> Any:
    tables = ("request", "booking", "closure", "employer", "event")
    return [await school.database.pool.fetch(f"SELECT * FROM {table} ORDER BY id") for table in tables]  # noqa: S608
