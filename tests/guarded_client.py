"""Some controllers behind the real dependencies, guards and problem handler; the test says who is signed in."""

from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

import httpx
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.accounts.service import count_search
from app.actors import Actor
from app.cases.controllers import provide_facts
from app.clock import Clock
from app.database import Database
from app.http.bodies import SchoolRequest
from app.http.dependencies import DEPENDENCIES
from app.http.problems import exception_to_problem
from tests.addresses import SITE

AS = "x-test-person"
MAX_BODY_BYTES = 12 * 1024 * 1024  # as in app/asgi.py, which brings the pages along


class SignedInByHeader(ASGIMiddleware):
    """The person that the test's header names."""

    def __init__(self, people: Sequence[Actor]) -> None:
        self.people = {person.display_name.encode(): person for person in people}

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the person where sessions put theirs."""
        if "headers" in scope:
            scope["user"] = self.people.get(dict(scope["headers"]).get(AS.encode(), b""))
        await next_app(scope, receive, send)


def client_of(controllers: Sequence[Any], database: Database, people: Sequence[Actor] = ()) -> httpx.AsyncClient:
    """A client in English; `headers={AS: display name}` signs a person in."""
    app = Litestar(
        request_class=SchoolRequest,
        route_handlers=[Router("/", route_handlers=list(controllers))],
        dependencies=cast("Any", {**DEPENDENCIES, "facts": Provide(provide_facts)}),
        exception_handlers={Exception: exception_to_problem},
        middleware=[SignedInByHeader(people)],
        state=State({"database": database, "count_search": count_search, "clock": Clock(0, ZoneInfo("Asia/Shanghai"))}),
        openapi_config=None,
        request_max_body_size=MAX_BODY_BYTES,
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", app)),
        base_url=SITE,
        headers={"accept-language": "en"},
    )
