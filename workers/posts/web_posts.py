"""Posts to servers of others. Where a name leads is looked up once, checked, and connected to: never looked up again.

So a name that leads elsewhere a moment later leads nowhere. No redirection is followed, no proxy asked.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpx
import msgspec

ANSWER_SECONDS: Final = 10.0
_MOST_BYTES: Final = 64 * 1024
# IPv4 behind IPv6 (RFC 6052, 3056, 4380): where it leads says the address inside.
_TUNNELS: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16"), IPv6Network("2001::/32"))
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[Address]]]


class PostFailed(Exception):
    """A server did not take a message."""

    def __init__(self, text: str, *, status: int | None = None, after_seconds: float | None = None) -> None:
        self.status = status
        self.after_seconds = after_seconds
        """When it wants to be asked again."""
        super().__init__(text)


class Taken(msgspec.Struct, frozen=True):
    """What a server answered with 2xx."""

    body: bytes


async def resolve(host: str, port: int) -> list[Address]:
    """Look up where a name leads. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(entry[4][0]) for entry in found]


def is_public(address: Address) -> bool:
    """Whether an address is of the public internet: no private, loopback, link-local, shared or reserved one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    may_be_private: bool,
    resolve: Resolve = resolve,
    seconds: float = ANSWER_SECONDS,
) -> Taken:
    """Post to an address. Raises PostFailed."""
    try:
        async with asyncio.timeout(seconds):
            return await _post(httpx.URL(address), body, headers, may_be_private=may_be_private, resolve=resolve)
    except TimeoutError as error:
        raise PostFailed(f"no answer within {seconds:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise PostFailed(f"{type(error).__name__}: {error}"[:300]) from error


async def _post(
    url: httpx.URL, body: bytes, headers: Mapping[str, str], *, may_be_private: bool, resolve: Resolve
) -> Taken:
    found = await resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
    if not found or not (may_be_private or all(is_public(one) for one in found)):
        raise PostFailed("the address leads into a private network")
    request = httpx.Request(
        "POST",
        url.copy_with(host=str(found[0])),
        content=body,
        headers={**headers, "host": url.netloc.decode("ascii"), "user-agent": "chunzhao"},
        extensions={"sni_hostname": url.host, "timeout": httpx.Timeout(ANSWER_SECONDS).as_dict()},
    )
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False) as client:
        answer = await client.send(request, stream=True)
        try:
            read = b""
            async for part in answer.aiter_raw():
                read += part
                if len(read) > _MOST_BYTES:
                    break
        finally:
            await answer.aclose()
    if not answer.is_success:
        raise PostFailed(f"HTTP {answer.status_code}", status=answer.status_code, after_seconds=_after(answer))
    return Taken(read)


def _after(answer: httpx.Response) -> float | None:
    given = answer.headers.get("retry-after", "")
    return min(float(given), 3600.0) if given.isascii() and given.isdecimal() else None
