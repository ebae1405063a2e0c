"""Whatever is sent to whatever address: never our fault, and every refusal is a problem in the reader's language."""

import json
import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.edge.world import World
from tests.school import School

TEXT = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["2023-02-29", "2023-03-08", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "info_session", "\x00", "🎓", "%", ""]
)
NUMBERS = st.integers(-(2**70), 2**70) | st.sampled_from([0, -1, 2**31, 2**63, 2**64]) | st.floats(allow_nan=False)
LEAVES = st.none() | st.booleans() | NUMBERS | TEXT | st.uuids().map(str)
UNSAFE = ("post", "put", "patch", "delete")
# The session ends; the last administrator would be somebody else's.
LEFT_OUT = {("delete", "/api/session")}


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/") and (method, path) not in LEFT_OUT
    ]


def values_of(schema: dict[str, Any], fields: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Mostly of the right names, seldom of the right kind."""
    if "$ref" in fields:
        fields = schema["components"]["schemas"][fields["$ref"].rpartition("/")[2]]
    if depth > 3 or "properties" not in fields:
        right = [st.just(value) for value in fields.get("enum", [])]
        if fields.get("type") == "array":
            right.append(st.lists(values_of(schema, fields.get("items", {}), depth + 1), max_size=2))
        right += [values_of(schema, choice, depth + 1) for choice in fields.get("oneOf", [])]
        return st.one_of(LEAVES, *right)
    properties = {name: values_of(schema, value, depth + 1) for name, value in fields["properties"].items()}
    return st.fixed_dictionaries({}, optional=properties) | st.fixed_dictionaries(properties)


async def test_never_our_fault(client: Any, world: World, school: School) -> None:
    schema = (await client.get("/api/schema/openapi.json")).json()
    known = operations(schema)
    assert sum(method in UNSAFE for method, _, _ in known) >= 40
    for method, path, operation in known:
        sent = await _any_requests(client, world, schema, method, path, operation)
        assert sent > 0


async def _any_requests(
    client: Any, world: World, schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]
) -> int:
    body = operation.get("requestBody", {}).get("content", {})
    contents: list[dict[str, Any]] = list(body.values())
    fields = contents[0]["schema"] if contents else {}
    parameters = [item["name"] for item in operation.get("parameters", []) if item["in"] == "query"]
    drawn: list[tuple[Any, dict[str, str], list[str], str]] = []

    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        values_of(schema, fields),
        st.fixed_dictionaries({}, optional={name: TEXT | NUMBERS.map(str) for name in parameters}),
        st.lists(TEXT | st.just("") | NUMBERS.map(str), min_size=3, max_size=3),
        st.sampled_from(["administrator", "contact", "staff", "nobody"]),
    )
    def draw(sent: Any, query: dict[str, str], parts: list[str], role: str) -> None:
        drawn.append((sent, query, parts, role))

    draw()
    for number, (sent, query, parts, role) in enumerate(drawn):
        address = _address(path, parts if number % 3 == 0 else None, world)
        headers = {**world.headers(role), "Content-Type": "application/json", "If-Match": "*"}
        chinese = number % 2 == 0
        if chinese:
            headers["Cookie"] = headers.get("Cookie", "").replace("locale=en", "locale=zh-CN")
            headers["Accept-Language"] = "zh-CN"
        told = f"{method} {address} {query} {sent!r} as {role}"
        answer = await client.request(
            method,
            address,
            params={name: value.encode("utf-8", "surrogatepass") for name, value in query.items()},
            content=json.dumps(sent).encode(),
            headers=headers,
        )
        assert answer.status_code < 500, f"{told}: {answer.text}"
        if answer.status_code >= 400:
            problem = answer.json()
            assert answer.headers["content-type"] == "application/problem+json", told
            assert problem["status"] == answer.status_code, told
            assert re.fullmatch("/problems/[a-z-]+", problem["type"]), told
            assert bool(re.search("[一-鿿]", problem["title"])) == chinese, f"{told}: {problem['title']}"
    return len(drawn)


def _address(path: str, parts: list[str] | None, world: World) -> str:
    filled = iter(parts or [])

    def fill(found: re.Match[str]) -> str:
        name = found[1].partition(":")[0]
        if parts is not None:
            return quote(next(filled, "x").encode("utf-8", "surrogatepass"), safe="") or "x"
        return world.names.get(name.removesuffix("_id"), str(uuid4()) if name.endswith("_id") else "x")

    return re.sub(r"\{([^}]+)\}", fill, path)
