"""A closed loop of HTTP clients that costs as little as possible: each sends its next request when it is answered.

`httpx` takes more processor time for a request than the service does for its answer, on the same cores.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping

import msgspec


class Answers(msgspec.Struct):
    """What some clients got: seconds of each answer, how many of each status, bytes, and the whole's seconds."""

    seconds: list[float]
    statuses: dict[int, int]
    bytes: int = 0
    duration: float = 0.0

    @property
    def rate(self) -> float:
        """Give the answers of a second."""
        return len(self.seconds) / self.duration if self.duration else 0.0

    def percentile(self, share: float) -> float:
        """Give the seconds within which this share was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self.port = port
        self.head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        """Send a request, and give status, headers by small letters, and body as it came. Raises EOFError."""
        kind = "Content-Type: application/json\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\n{self.head}{kind}Content-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return int(lines[0].split(" ", 2)[1]), headers, await self._body(headers)

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(headers.get("content-length", 0)))
        parts = []
        while size := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        self.writer.close()


async def closed_loop(
    clients: list[Client], next_request: Callable[[], Iterator[tuple[str, str, bytes]]], *, seconds: float
) -> Answers:
    """Let each client send one request after the other, until the time is over or there are none left."""
    found = Answers([], {})
    requests = next_request()
    began = time.perf_counter()

    async def run(client: Client) -> None:
        while time.perf_counter() - began < seconds:
            request = next(requests, None)
            if request is None:
                return
            sent = time.perf_counter()
            status, _, body = await client.send(*request)
            found.seconds.append(time.perf_counter() - sent)
            found.statuses[status] = found.statuses.get(status, 0) + 1
            found.bytes += len(body)

    await asyncio.gather(*map(run, clients))
    found.duration = time.perf_counter() - began
    return found
