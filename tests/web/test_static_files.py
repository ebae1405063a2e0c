"""Static files: kept for a year under the path of a build, compressed once, never mixed between builds."""

import gzip
from collections import Counter

import brotli
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.layout.static_files import _FOLDERS, static_files, static_path
from tests.lasting_school import *  # noqa: F403

Client = AsyncTestClient[Litestar]
DECODED = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


def test_no_two_files_have_a_name() -> None:
    names = Counter(path.name for folder in _FOLDERS for path in folder.iterdir())
    assert {name: count for name, count in names.items() if count > 1} == {}
    assert set(names) == set(static_files())


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
async def test_a_file_travels_as_the_browser_can_read_it(client: Client, encoding: str) -> None:
    path = static_path("board.css")
    async with client.stream("GET", path, headers={"Accept-Encoding": encoding}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert DECODED[encoding](raw) == static_files()["board.css"].content
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_an_encoding_that_is_refused_is_not_used(client: Client) -> None:
    answer = await client.get(static_path("board.css"), headers={"Accept-Encoding": "br;q=0, gzip; q=0.5"})
    assert answer.headers["content-encoding"] == "gzip"


async def test_what_is_asked_of_another_build_is_sent_and_not_kept(client: Client) -> None:
    answer = await client.get("/static/0123456789abcdef/tokens.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("path", ["/static/x/nothing.css", "/static/x/..%2Fstatic_files.py", "/static/tokens.css"])
async def test_nothing_else_is_a_file(client: Client, path: str) -> None:
    assert (await client.get(path)).status_code == 404
