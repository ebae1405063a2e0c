"""Keeps a school from filling its disk: a warning first, then reading only, and writing again when there is space.

PostgreSQL stops for good where it cannot write its log; while it is read-only it writes next to nothing.
"""

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import asyncpg

from app.embedded.telling import say

MEGABYTE: Final = 1024 * 1024
CHECK_SECONDS: Final = 2.0
# The warning comes at so many times the reserve; writing begins again at so many.
_WARN_AT, _WRITE_AGAIN_AT = 4.0, 1.5
_SPARE_BYTES = 1 * MEGABYTE
_UNREACHED = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


def free_bytes(folder: Path) -> int:
    """Give the free space of the disk that holds a folder."""
    return shutil.disk_usage(folder).free


class DiskGuard:
    """Looks at the free space now and then; `reserve` bytes are never given to new data.

    Setting PostgreSQL read-only needs a little space itself. The file `spare` holds it for a disk that was filled
    between two looks.
    """

    def __init__(self, database_url: str, free: Callable[[], int], *, reserve: int, spare: Path) -> None:
        self._database_url, self._free, self._reserve, self._spare = database_url, free, reserve, spare
        self._is_read_only: bool | None = None
        self._has_warned = False
        self._next = 0.0

    def look(self) -> None:
        """Look where it is time; what cannot be set now is tried again."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + CHECK_SECONDS
        free = self._free()
        self._warn(free)
        wanted = free < self._reserve * (_WRITE_AGAIN_AT if self._is_read_only else 1.0)
        if not wanted:
            self._keep_spare()
        if wanted != self._is_read_only:
            if not (self._set(wanted) or (self._give_spare() and self._set(wanted))):
                return
            if wanted or self._is_read_only is not None:
                say(
                    "the disk is full: reading only until there is space" if wanted else "there is space: writing again"
                )
            self._is_read_only = wanted

    def _set(self, wanted: bool) -> bool:  # noqa: FBT001 - the value that is set
        try:
            asyncio.run(_set_read_only(self._database_url, wanted))
        except _UNREACHED:
            return False
        return True

    def _keep_spare(self) -> None:
        with contextlib.suppress(OSError):
            if not self._spare.exists():
                self._spare.write_bytes(bytes(_SPARE_BYTES))

    def _give_spare(self) -> bool:
        """Give the spare space away where nothing is left; whether there was any."""
        if self._free() >= _SPARE_BYTES or not self._spare.exists():
            return False
        self._spare.unlink()
        return True

    def _warn(self, free: int) -> None:
        is_little = free < self._reserve * _WARN_AT
        if is_little and not self._has_warned:
            say(f"{free // MEGABYTE} MB are left on the disk; below {self._reserve // MEGABYTE} MB nothing is written")
        self._has_warned = is_little


async def _set_read_only(database_url: str, wanted: bool) -> None:  # noqa: FBT001 - the value that is set
    connection = await asyncpg.connect(database_url, timeout=5, server_settings={"application_name": "chunzhao disk"})
    try:
        value = "on" if wanted else "off"
        await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
