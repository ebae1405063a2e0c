"""The floor of pages: an application that answers as many bytes as its path names, and does nothing else."""

from typing import Any


async def app(scope: Any, _: Any, send: Any) -> None:
    """Answer one request for `/bytes/{number}`."""
    if scope["type"] == "http":
        body = b"x" * int(scope["path"].rpartition("/")[2])
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
