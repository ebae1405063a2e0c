"""What is worth it travels compressed, as the reader's browser can read it; live updates come at once."""

import gzip
from typing import Any

import brotli
import httpx
import pytest

from tests.school import School
from tests.signing_in import sign_in

DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress}


async def raw(client: Any, path: str, accepted: str) -> tuple[httpx.Headers, bytes]:
    """Headers and body as they travel."""
    async with client.stream("GET", path, headers={"Accept-Encoding": accepted, "Accept": "text/html"}) as answer:
        return answer.headers, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize(("accepted", "used"), [("gzip, deflate, br", "br"), ("gzip", "gzip")])
async def test_a_page_travels_compressed(school: School, client: Any, accepted: str, used: str) -> None:
    await sign_in(client, await school.account("organiser"))
    _, plain = await raw(client, "/venues", "identity")
    headers, sent = await raw(client, "/venues", accepted)
    assert headers["content-encoding"] == used
    assert int(headers["content-length"]) == len(sent) < len(plain) / 2
    assert "Accept-Encoding" in headers["vary"]
    assert DECODERS[used](sent) == plain


async def test_a_short_answer_and_one_for_others_travel_as_they_are(school: School, client: Any) -> None:
    for path, accepted in (("/api/school", "br"), ("/sign-in", "identity")):
        headers, _ = await raw(client, path, accepted)
        assert "content-encoding" not in headers
