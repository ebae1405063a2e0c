"""Every route of the API and every page lets in whom the table lets in, and nobody else."""

import re
from typing import Any
from uuid import UUID

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from app.actors import DutyKind, Role
from app.http.guards import May, signed_in
from app.permissions import MAY
from tests.edge.world import World

# Each with the duties that they have.
PEOPLE: dict[str, tuple[Role, frozenset[DutyKind]]] = {
    "contact": ("employer_contact", frozenset()),
    "plain": ("staff", frozenset()),
    "approver": ("staff", frozenset({"approve"})),
    "staff": ("department_staff", frozenset()),
    "organiser": ("organiser", frozenset()),
    "administrator": ("administrator", frozenset()),
}
_NOTHING = str(UUID(int=0))
_MADE_UP = {"path": "x", "uuid": _NOTHING, "int": "2023", "date": "2023-03-08", "str": "x"}


def guarded_routes(app: Litestar) -> list[tuple[str, str, list[Any]]]:
    """Method, path with made-up parameters, guards: of the API and of the pages."""
    found: list[tuple[str, str, list[Any]]] = []
    for route in app.routes:
        path = re.sub(r"\{\w+:(\w+)\}", lambda parameter: _MADE_UP[parameter[1]], route.path)
        for handler in getattr(route, "route_handlers", ()):
            if not isinstance(handler, HTTPRouteHandler):
                continue
            guards = [guard for layer in handler.ownership_layers for guard in layer.guards or []]
            found += [(method, path, guards) for method in handler.http_methods if method != "OPTIONS"]
    return found


async def visit(client: Any, method: str, path: str, headers: dict[str, str] | None = None) -> Any:
    """As a program does, or as a form of a page."""
    if path.startswith("/api/"):
        return await client.request(method, path, headers=headers, json={})
    headers = {"Accept": "text/html", **(headers or {})}
    return await client.request(method, path, headers=headers, data={}, follow_redirects=False)


async def test_each_role_gets_in_where_the_table_says_so(client: Any, world: World) -> None:
    wrong = []
    walked = 0
    for method, path, guards in guarded_routes(client.app):
        permissions = [guard.permission for guard in guards if isinstance(guard, May)]
        if not permissions:
            continue
        walked += 1
        for name, (role, duties) in PEOPLE.items():
            answer = await visit(client, method, path, headers=world.headers(name))
            allowed = all(
                role in MAY[permission].roles or bool(duties & MAY[permission].by_duty) for permission in permissions
            )
            if (answer.status_code == 403) == allowed:
                wrong.append(f"{method} {path} as {name}: {answer.status_code}, table says {allowed}")
        visitor = await visit(client, method, path)
        if visitor.status_code != (303 if method == "GET" and not path.startswith("/api/") else 401):
            wrong.append(f"{method} {path} as a visitor: {visitor.status_code}")
    assert wrong == []
    assert walked >= 90


async def test_without_a_guard_one_can_only_read_sign_in_register_and_set_up(client: Any) -> None:
    open_to_all = {
        f"{method} {path}"
        for method, path, guards in guarded_routes(client.app)
        if not any(isinstance(guard, May) or guard is signed_in for guard in guards) and method not in ("GET", "HEAD")
    }
    assert open_to_all == {
        "DELETE /api/session",
        "POST /api/accounts",
        "POST /api/accounts/new-password",
        "POST /api/accounts/password-reset",
        "POST /api/accounts/verify-email",
        "POST /api/school",
        "POST /api/session",
        "POST /forgot-password",
        "POST /language/x",
        "POST /new-password",
        "POST /invitations/x",  # who has the signed link of an invitation accepts it
        "POST /api/invitation-links/x/accept",
        *(f"POST /api/exhibitor-links/x/{act}" for act in ("accept", "decline", "withdraw", "agree")),
        "PUT /api/exhibitor-links/x",
        "POST /exhibitors/x/x",
        "POST /offers/x/x",  # who has the signed link of an offer answers it
        "POST /register",
        "POST /sign-in",
        "POST /sign-out",
        "POST /theme/x",
        "POST /unsubscribe",  # who has the signed link of a mail turns its kind off
        "POST /unsubscribe/undo",
        "POST /verify-email",
        "POST /welcome",
    }


async def test_without_a_guard_one_can_only_read_what_is_public(client: Any) -> None:
    public = {
        path
        for method, path, guards in guarded_routes(client.app)
        if not any(isinstance(guard, May) or guard is signed_in for guard in guards) and method == "GET"
    }
    assert public == {
        *("/", f"/activities/{_NOTHING}", "/seasons/x", "/seasons/x/calendar.ics"),
        *("/forgot-password", "/new-password", "/register", "/sign-in", "/unsubscribe", "/verify-email", "/welcome"),
        *(
            f"/api/{things}"
            for things in ("campuses", "channels", "departments", "majors", "rooms", "school", "seasons")
        ),
        *("/api/campuses/x", "/api/departments/x", "/api/code-tables/x"),
        *(f"/api/{things}/{_NOTHING}" for things in ("channels", "rooms", "seasons")),
        f"/api/seasons/{_NOTHING}/calendar",
        *("/api/schema", "/api/schema/openapi.json", "/api/schema/x"),
        *("/offers/x", "/invitations/x", "/api/invitation-links/x", "/feeds/x"),
        *("/exhibitors/x", "/api/exhibitor-links/x"),  # with a signed link
        f"/api/attachments/{_NOTHING}",  # while their notices are
        *("/verify", "/verify/x", "/api/verify", "/api/verify/x"),  # for whoever holds an invitation
        *("/static/x/x", "/health/live", "/health/ready"),
        *("/demo/mailbox", "/demo/mailbox/x"),  # of demos only
    }
