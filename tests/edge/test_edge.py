"""What every answer goes through: headers for browsers, HEAD as GET, an end to bodies that stall."""

import asyncio
import json
import socket
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest

from app.embedded import EmbeddedServices
from app.http.edge import BodyStalled, Edge
from app.layout.static_files import static_path
from tests.edge.world import World
from tests.school import PASSWORD, School
from tests.web_server import web_server

PUBLIC = (
    *("/", "/sign-in", "/api/school", "/api/schema", "/api/schema/openapi.json", "/nowhere"),
    static_path("board.css"),
)


@pytest.mark.parametrize("path", PUBLIC)
async def test_every_answer_tells_browsers_what_it_may_load_and_who_may_frame_it(client: Any, path: str) -> None:
    headers = (await client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("path", PUBLIC)
async def test_head_is_answered_as_get_without_the_body(client: Any, path: str) -> None:
    accept = {"Accept": "text/html"}
    whole = await client.get(path, headers=accept, follow_redirects=False)
    head = await client.head(path, headers=accept, follow_redirects=False)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


async def test_live_updates_end_where_only_their_headers_are_asked_for(client: Any, world: World) -> None:
    season = world.names["season"]
    async with asyncio.timeout(5):
        answer = await client.head(f"/api/seasons/{season}/live", headers=world.headers("organiser"))
    assert (answer.status_code, answer.headers["content-type"][:17]) == (200, "text/event-stream")


async def test_behind_a_proxy_cookies_are_for_https_only_and_each_client_is_counted_apart(
    school: School, database_url: str
) -> None:
    organiser = await school.account("organiser")
    with web_server(
        database_url, BASE_URL="https://career.example.edu.cn", TRUSTED_PROXIES="127.0.0.2, 10.0.0.0/8"
    ) as base_url:
        # The last proxy speaks http with us and says nothing of https.
        credentials = {"email": organiser.email, "password": PASSWORD}
        answer = sent_from("127.0.0.2", base_url, credentials, "203.0.113.7")
        assert answer.status_code == 201
        assert "Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        nobody = {"email": "nobody@example.com", "password": PASSWORD}
        sent_from("127.0.0.2", base_url, nobody, "203.0.113.8, 10.1.2.3")
        sent_from("127.0.0.3", base_url, nobody, "203.0.113.9")
    rows = await school.database.pool.fetch("SELECT bucket FROM rate_limit WHERE bucket LIKE 'sign-in-from:%'")
    # From elsewhere the header is not believed.
    assert {row["bucket"].removeprefix("sign-in-from:") for row in rows} == {"203.0.113.7", "203.0.113.8", "127.0.0.3"}


def sent_from(address: str, base_url: str, credentials: dict[str, str], forwarded_for: str) -> httpx.Response:
    """A sign-in through a proxy on some address of this machine."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=address), base_url=base_url, timeout=30) as client:
        return client.post("/api/session", json=credentials, headers={"X-Forwarded-For": forwarded_for})


async def test_a_body_that_stalls_or_drips_is_given_up() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def carried_out(pauses: list[float]) -> bool:
        left = iter(pauses)

        async def receive() -> Any:
            pause = next(left, None)
            await asyncio.sleep(pause or 0)
            return {"type": "http.request", "body": b"x", "more_body": pause is not None}

        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        edge = Edge(app, is_https=False, body_seconds=0.5, stalled_seconds=0.2)
        await edge({"type": "http", "method": "POST", "path": "/"}, receive, send)  # type: ignore[arg-type]
        return bool(sent)

    assert await carried_out([0.1, 0.1])
    for pauses in ([0.3], [0.1] * 20):
        with pytest.raises(BodyStalled):
            await carried_out(pauses)


@pytest.mark.slow
async def test_a_half_sent_form_is_answered_and_its_connection_closed(database_url: str) -> None:
    with web_server(database_url) as base_url, socket.create_connection(_address(base_url), timeout=40) as connection:
        connection.sendall(
            b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
        )
        answer = b""
        while part := connection.recv(4096):
            answer += part
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["type"] == "/problems/body-stalled"


def _address(base_url: str) -> tuple[str, int]:
    parts = urlsplit(base_url)
    return parts.hostname or "", parts.port or 0


async def test_while_postgresql_is_away_pages_and_programs_are_told_when_to_come_again(
    services: EmbeddedServices, database_url: str, tmp_path: Path
) -> None:
    name, query = urlsplit(database_url).path.removeprefix("/"), parse_qs(urlsplit(database_url).query)
    socket_name = f".s.PGSQL.{query['port'][0]}"
    door = tmp_path / socket_name
    door.symlink_to(Path(query["host"][0]) / socket_name)
    through_door = database_url.replace(query["host"][0], str(tmp_path))
    with web_server(through_door) as base_url:
        async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
            door.unlink()
            administrator = await asyncpg.connect(services.database_url)
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
            await administrator.execute(end, name)
            await administrator.close()
            program = await client.get("/api/school")
            page = await client.get("/", headers={"Accept": "text/html", "Accept-Language": "zh"})
            ready = await client.get("/health/ready")
            assert (await client.get("/health/live")).status_code == 200
            for answer in (program, page):
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert program.json()["type"] == "/problems/away"
            assert "请稍后再试" in page.text
            assert (ready.status_code, ready.json()["database"]) == (503, False)
            door.symlink_to(Path(query["host"][0]) / socket_name)
            assert (await client.get("/api/school")).status_code == 200
            assert (await client.get("/health/ready")).json()["database"] is True
