"""What a visitor's form says, for the answer that asks to sign in first: nothing that was typed is thrown away.

Pages with a script keep it in the browser (typed.js); this is for those without one.
"""

from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import Headers, UploadFile
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.http.form_keys import FORM_TYPES

# Far more than the longest form; files are not given back.
_MOST_BYTES: Final = 256 * 1024
_SECRETS: Final = frozenset({"password", "token", "secret"})
_STATE: Final = "typed_form"


class TypedForm(msgspec.Struct, frozen=True):
    """The fields of a form that was not carried out; `has_all` where a file is not among what was sent."""

    fields: list[tuple[str, str]]
    has_all: bool

    @property
    def names(self) -> set[str]:
        """Give the names of its fields."""
        return {name for name, _ in self.fields}


class TypedForms(ASGIMiddleware):
    """Notes what visitors send by forms; it runs after the session middleware."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Read the form; whoever handles the request is given the same one."""
        headers = Headers.from_scope(scope)
        length = headers.get("content-length", "")
        if (
            scope.get("user") is None
            and scope.get("method") == "POST"
            and headers.get("content-type", "").startswith(FORM_TYPES)
            and length.isdecimal()
            and int(length) <= _MOST_BYTES
        ):
            await _carry_out_noted(scope, receive, send, next_app)
        else:
            await next_app(scope, receive, send)


async def _carry_out_noted(scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
    items = await _items(Request[Any, Any, Any](scope, receive))
    texts = [(name, value) for name, value in items if isinstance(value, str) and name not in _SECRETS]
    files = [value for _, value in items if isinstance(value, UploadFile)]
    scope["state"][_STATE] = TypedForm(texts, has_all=not any(file.filename for file in files))
    try:
        await next_app(scope, receive, send)
    finally:
        for file in files:
            await file.close()


async def _items(request: Request[Any, Any, Any]) -> list[tuple[str, Any]]:
    if request.headers["content-type"].startswith(FORM_TYPES[0]):
        # In their order, which the framework does not keep.
        return [*parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)]
    try:
        return list((await request.form()).multi_items())
    except (HTTPException, ValueError):
        return []  # whoever handles it says what is wrong


def typed_form(request: Request[Any, Any, Any]) -> TypedForm | None:
    """Give what a visitor's form said; None where nothing can be given back."""
    found: TypedForm | None = request.scope["state"].get(_STATE)
    return found
