"""Signed-in clients over HTTP."""

from typing import Any

import httpx

from app.accounts.domain import Account
from tests.school import PASSWORD


async def sign_in(client: Any, account: Account) -> None:
    """The cookie stays in the client."""
    answer = await client.post("/api/session", json={"email": account.email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text


async def signed_in_client(base_url: str, account: Account) -> httpx.AsyncClient:
    """A client of its own for a person."""
    client = httpx.AsyncClient(base_url=base_url, timeout=60)
    await sign_in(client, account)
    return client
