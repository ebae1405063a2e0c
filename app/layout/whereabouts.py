"""Addresses to come back to: forms are sent to addresses that show nothing when they are visited."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.exceptions import HTTPException


def visitable(request: Request[Any, Any, Any], path: str) -> str:
    """Give the path if it can be visited, else the nearest above it that can."""
    while path.count("/") > 1 and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def here(request: Request[Any, Any, Any]) -> str:
    """Give the address that shows the page of a request again: of a form's answer, the page with the form."""
    if request.method == "POST":
        return visitable(request, request.url.path)
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def came_from(request: Request[Any, Any, Any]) -> str:
    """Give the page from which the reader came, if it is one of ours."""
    page = urlsplit(request.headers.get("referer", ""))
    if page.netloc != request.headers.get("host"):
        return here(request) if request.method == "POST" else "/"
    path = visitable(request, page.path)
    return path + (f"?{page.query}" if page.query and path == page.path else "")


def _is_page(request: Request[Any, Any, Any], path: str) -> bool:
    try:
        request.app.asgi_router.handle_routing(path=path, method="GET")
    except HTTPException:
        return False
    return True
