"""Whatever is sent to whatever address: never our fault, answers keep the published description, and every refusal is
a problem in the reader's language."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from app.embedded import EmbeddedServices
from app.http.idempotency import IDEMPOTENCY_HEADER
from tests.desk_server import desk_server
from tests.edge.world import World
from tests.school import School
from tests.web_server import web_server

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
EXAMPLES = 8  # of well-formed and as many of ill-formed requests an operation
# The session ends; an open stream does not.
LEFT_OUT = {("DELETE", "/api/session"), ("GET", "/api/seasons/{season_id}/live")}
ROLES = ("organiser", "administrator", "contact", "staff", "nobody")


@pytest.fixture(scope="module")
def base_url(database_url: str, services: EmbeddedServices, school: School, world: World) -> Iterator[str]:
    """The school over HTTP, with a desk; `world` made it."""
    redis_url = services.redis_url
    with (
        desk_server(database_url, redis_url),
        web_server(database_url, REDIS_URL=redis_url) as url,
    ):
        yield url


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_request_of_the_schema_is_answered_with_our_fault(base_url: str, world: World) -> None:
    schema = schemathesis.openapi.from_url(f"{base_url}/api/schema/openapi.json")
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    operations = [one for one in operations if (one.method.upper(), one.path) not in LEFT_OUT]
    assert len(operations) >= 80
    failures: list[str] = []
    with requests.Session() as session:
        for operation in operations:
            try:
                sent = sum(_try(operation, mode, session, base_url, world) for mode in GenerationMode)
            except (AssertionError, FailureGroup, BaseExceptionGroup, requests.RequestException) as error:
                failures.append(f"{operation.label}: {error}")
            else:
                assert sent > 0, operation.label
    assert not failures, "\n\n".join(failures)


def _try(operation: Any, mode: GenerationMode, session: requests.Session, base_url: str, world: World) -> int:
    sent = 0

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(operation.as_strategy(mode), st.sampled_from(ROLES), st.booleans(), st.booleans())
    def send(case: Case[Any], role: str, chinese: bool, known: bool) -> None:
        nonlocal sent
        sent += 1
        _send(case, session, base_url, world, role=role, chinese=chinese, known=known)

    try:
        send()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # takes nothing that could be wrong
    return sent


def _send(
    case: Case[Any], session: requests.Session, base_url: str, world: World, *, role: str, chinese: bool, known: bool
) -> None:
    if known:
        _name_what_exists(case, world)
    session.cookies.clear()
    language = "zh-CN" if chinese else "en"
    headers = {"Accept-Language": language}
    if case.headers and IDEMPOTENCY_HEADER in case.headers:
        headers[IDEMPOTENCY_HEADER] = str(uuid4())  # a key's second request gets the first answer, in its language
    if token := world.tokens.get(role):
        headers["Cookie"] = f"session={token}; locale={language}"
    answer = case.call(base_url=base_url, session=session, headers=headers, timeout=60)
    told = f"{case.as_curl_command()} as {role}: {answer.status_code} {answer.content[:500]!r}"
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400:
        problem = answer.json()
        assert problem["status"] == answer.status_code, told
        assert re.fullmatch("/problems/[a-z-]+", problem["type"]), told
        assert problem["title"].endswith(("。", "？", "！")) == chinese, told


def _name_what_exists(case: Case[Any], world: World) -> None:
    """Half of the time ids of things that are there, so that more than "not found" is tried."""
    for where in (case.path_parameters, case.query, case.body):
        if isinstance(where, dict):
            for name in where:
                if (known := world.names.get(name.removesuffix("_id"))) and name.endswith("_id"):
                    where[name] = known
