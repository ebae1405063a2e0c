"""A client of the API, with which the demo does what anybody could do."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

T = TypeVar("T")
_AT_ONCE = 6


class DemoFailed(RuntimeError):
    """The API refused something that the demo takes for granted."""


class ApiClient:
    """One signed-in person."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url, timeout=120, headers={"Accept": "application/json", "Accept-Language": "en"}
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def sign_in(self, email: str, password: str) -> None:
        """Sign in; the session cookie stays in this client."""
        await self.post("/api/session", {"email": email, "password": password})

    async def get(self, path: str, **query: Any) -> Any:
        """Give the answer's JSON. Raises DemoFailed."""
        return self._read(await self._client.get(path, params=query))

    async def post(self, path: str, body: Any = None, *, seen: int | None = None) -> Any:
        """Give the answer's JSON; `seen` is the version that is decided on. Raises DemoFailed."""
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        return self._read(await self._client.post(path, json=body, headers=headers))

    async def put(self, path: str, body: Any) -> Any:
        """Give the answer's JSON. Raises DemoFailed."""
        return self._read(await self._client.put(path, json=body))

    async def send_file(self, path: str, file: Path, **query: Any) -> httpx.Response:
        """Send a file as a form would; the answer may be a refusal."""
        content = await asyncio.to_thread(file.read_bytes)
        return await self._client.post(path, params=query, files={"file": (file.name, content)})

    @staticmethod
    def _read(response: httpx.Response) -> Any:
        if response.is_error:
            raise DemoFailed(f"{response.request.method} {response.request.url.path}: {response.text[:500]}")
        return response.json() if response.content else None


async def each(things: Iterable[T], act: Callable[[T], Awaitable[None]]) -> None:
    """Do something for each thing, a few at a time; the first failure ends it."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(thing: T) -> None:
        async with gate:
            await act(thing)

    async with asyncio.TaskGroup() as group:
        for thing in things:
            group.create_task(one(thing))
