"""A connection that waited longer than a pause of the machine still carries the next request."""

import asyncio
import http.client
from urllib.parse import urlsplit

import pytest

from tests.web_server import web_server

PAUSE_SECONDS = 6  # above the five seconds after which uvicorn closes by default


@pytest.mark.slow
async def test_an_idle_connection_is_kept(database_url: str) -> None:
    with web_server(database_url) as base_url:
        connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=60)
        connection.connect()
        connection.auto_open = 0  # one connection for both
        for pause in (0, PAUSE_SECONDS):
            await asyncio.sleep(pause)
            connection.request("GET", "/api/school")
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
        connection.close()
