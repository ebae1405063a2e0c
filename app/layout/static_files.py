"""Scripts, style sheets and pictures: under a path of the build, so that browsers keep them for a year."""

import gzip
import mimetypes
from functools import cache
from pathlib import Path
from typing import Final, Literal

import brotli
import msgspec
from litestar import Response, get
from litestar.params import FromPath

from app.build import build
from app.errors import NotFound
from app.layout.page import AnyRequest

_FOLDERS: Final = tuple(Path(__file__).with_name(name) for name in ("static", "vendor"))
_KEPT: Final = "public, max-age=31536000, immutable"
# Of brotli: the next ones take seconds for the largest file, and make it a few percent smaller.
_QUALITY: Final = 9
Encoding = Literal["br", "gzip", "identity"]


class StaticFile(msgspec.Struct, frozen=True):
    """A file and what it is."""

    name: str
    content: bytes
    media_type: str


def static_path(name: str) -> str:
    """Give the path of a file. Raises KeyError."""
    return f"/static/{build()}/{static_files()[name].name}"


@cache
def static_files() -> dict[str, StaticFile]:
    """Read every file, ours and those of others, by name."""
    return {
        path.name: StaticFile(path.name, path.read_bytes(), _media_type(path))
        for folder in _FOLDERS
        for path in folder.iterdir()
        if path.is_file()
    }


def _media_type(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


@cache
def _encoded(name: str, encoding: Encoding) -> bytes:
    content = static_files()[name].content
    if encoding == "br":
        compressed: bytes = brotli.compress(content, quality=_QUALITY)
        return compressed
    return gzip.compress(content) if encoding == "gzip" else content


def _accepted(header: str) -> set[str]:
    """Give the encodings that a browser names, but for those that it refuses (RFC 9110)."""
    named = [part.replace(" ", "").lower().partition(";") for part in header.split(",")]
    return {encoding for encoding, _, quality in named if quality not in ("q=0", "q=0.0", "q=0.00", "q=0.000")}


@get("/static/{of_build:str}/{name:str}", include_in_schema=False, opt={"sent_as_it_is": True}, sync_to_thread=True)
def send_static_file(request: AnyRequest, of_build: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Send a file; what is asked of another build than this one is not kept, because it may differ. Raises NotFound."""
    if name not in static_files():
        raise NotFound
    accepted = _accepted(request.headers.get("accept-encoding", ""))
    encoding: Encoding = "br" if "br" in accepted else "gzip" if "gzip" in accepted else "identity"
    headers = {"Vary": "Accept-Encoding", "Cache-Control": _KEPT if of_build == build() else "no-store"}
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(_encoded(name, encoding), media_type=static_files()[name].media_type, headers=headers)
