"""Runs both servers on one data folder."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from app.embedded import postgres, valkey
from app.embedded.data_folder import DataFolder, FolderInUse
from app.embedded.process import ManagedProcess
from app.embedded.supervisor import Supervisor

ADDRESSES = "addresses.json"


class EmbeddedServices:
    """The running servers, their URLs and their supervisor.

    More processes (web, workers) may be started through `supervisor`; they end before the servers do.
    """

    def __init__(self, supervisor: Supervisor, folder: DataFolder, *, for_tests: bool) -> None:
        (folder.path / ADDRESSES).unlink(missing_ok=True)
        sockets = folder.make_socket_folder()
        self.supervisor = supervisor
        self.data_folder = folder.path
        self._sockets = sockets
        supervisor.add(lambda: postgres.start_postgres(folder, sockets, for_tests=for_tests))
        supervisor.add(lambda: valkey.start_valkey(folder, sockets, for_tests=for_tests))
        (folder.path / ADDRESSES).write_bytes(msgspec.json.encode(self.environment()))

    @property
    def postgres(self) -> ManagedProcess:
        """Give the process of PostgreSQL; another one after a restart."""
        return self.supervisor.processes[0]

    @property
    def valkey(self) -> ManagedProcess:
        """Give the process of Valkey; another one after a restart."""
        return self.supervisor.processes[1]

    @property
    def database_url(self) -> str:
        """Give the DSN of the database `chunzhao`."""
        return self.database_url_of(postgres.DATABASE)

    @property
    def redis_url(self) -> str:
        """Give the URL of logical database 0."""
        return self.redis_url_of(0)

    def database_url_of(self, database: str) -> str:
        """Give the DSN of another database of this server."""
        return postgres.database_url(self._sockets, database)

    def redis_url_of(self, number: int) -> str:
        """Give the URL of a logical database, 0 to 15."""
        return valkey.redis_url(self._sockets, number)

    def environment(self) -> dict[str, str]:
        """Give the variables that point child processes at these servers."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def embedded_services(data_dir: Path | None = None, *, for_tests: bool = False) -> Iterator[EmbeddedServices]:
    """Run PostgreSQL and Valkey for the length of the block.

    `data_dir` is kept between runs; None means a fresh temporary folder that is removed at the end.
    `for_tests` trades safety against power loss for speed.

    Raises
    ------
    SetupImpossible
        When the folder is in use or unusable, or the servers are not installed.
    ServerFailed
        When a server does not start.
    """
    with ExitStack() as stack:
        folder = DataFolder(data_dir)
        stack.callback(folder.close)
        supervisor = stack.enter_context(Supervisor())
        yield EmbeddedServices(supervisor, folder, for_tests=for_tests)


def running_environment(data_dir: Path) -> dict[str, str] | None:
    """Give the variables for the servers that another process runs on a folder; None while none does."""
    try:
        DataFolder(data_dir).close()
    except FolderInUse as error:
        try:
            return msgspec.json.decode((error.path / ADDRESSES).read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            raise error from None
    return None


@asynccontextmanager
async def embedded_services_async(
    data_dir: Path | None = None, *, for_tests: bool = False
) -> AsyncIterator[EmbeddedServices]:
    """Do as `embedded_services` without blocking the event loop; same parameters and errors."""
    async with AsyncExitStack() as stack:
        folder = await asyncio.to_thread(DataFolder, data_dir)
        stack.callback(folder.close)
        supervisor = Supervisor()

        async def stop() -> None:
            await asyncio.to_thread(supervisor.stop)

        stack.push_async_callback(stop)
        yield await asyncio.to_thread(EmbeddedServices, supervisor, folder, for_tests=for_tests)
