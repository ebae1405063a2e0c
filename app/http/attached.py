"""Sends files that people attached: nothing in them may run or load anything, whatever somebody has put into it."""

from typing import Final
from urllib.parse import quote

from litestar import Response

_SANDBOX: Final = "default-src 'none'; sandbox"


def sent_file(*, name: str, content_type: str, content: bytes) -> Response[bytes]:
    """Give a file as it is: pictures are shown, anything else is kept."""
    shown = "inline" if content_type.startswith("image/") else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": _SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=content_type, headers=headers)
