"""The look of the pages is the device's own until somebody chooses another."""

from typing import Any

import pytest


async def test_the_switch_goes_through_dark_and_light_back_to_the_device(client: Any) -> None:
    seen = []
    for _ in range(4):
        page = (await client.get("/sign-in")).text
        seen.append(page.partition('data-theme="')[2].partition('"')[0])
        action = page.partition('action="/theme/')[2].partition('"')[0]
        answer = await client.post(f"/theme/{action}", data={"next": "/sign-in"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert seen == ["", "dark", "light", ""]


@pytest.mark.parametrize("theme", ["pink", "%22%3E"])
async def test_no_other_look_is_kept(client: Any, theme: str) -> None:
    assert (await client.post(f"/theme/{theme}", data={}, follow_redirects=False)).status_code == 404
    client.cookies.set("theme", "pink")
    assert "data-theme" not in (await client.get("/sign-in")).text
