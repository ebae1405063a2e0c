"""Which build of the service this is: what it sends changes with it."""

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

_APP: Final = Path(__file__).resolve().parent
_KINDS: Final = (".py", ".html", ".j2", ".css", ".js", ".svg", ".sql", ".mo")


@cache
def build() -> str:
    """Give a short digest of the code, the templates, the texts and the static files."""
    digest = blake2b(digest_size=8)
    for path in sorted(path for path in _APP.rglob("*") if path.suffix in _KINDS):
        digest.update(path.relative_to(_APP).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
