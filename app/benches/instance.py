"""A fresh instance for one bench: servers in a temporary folder, and the processes that it measures."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.benches.ports import answers, free_port
from app.database.migrate import migrate
from app.embedded import EmbeddedServices, embedded_services

CHUNZHAO = (sys.executable, "-P", "-m", "app")


class Instance:
    """Running servers; the processes of a school are started when its data are there."""

    def __init__(self, services: EmbeddedServices) -> None:
        self.services = services
        self.database_url = services.database_url

    @property
    def programs(self) -> Path:
        """Give the folder of PostgreSQL's programs."""
        return Path(psutil.Process(self.services.postgres.pid).exe()).parent

    def start(
        self, *, webs: int, workers: int = 1, desks: int = 0, variables: Mapping[str, str] | None = None
    ) -> tuple[int, ...]:
        """Start relay, workers, desks and web processes, and give the ports of the web. Raises ServerFailed."""
        supervisor = self.services.supervisor
        environment = {**os.environ, **self.services.environment(), "LOG_LEVEL": "WARNING", **(variables or {})}
        supervisor.start("relay", [*CHUNZHAO, "relay"], environment=environment)
        for number in range(workers):
            supervisor.start(f"worker {number + 1}", [*CHUNZHAO, "worker"], environment=environment)
        for number in range(desks):
            supervisor.start(f"desk {number + 1}", [*CHUNZHAO, "desk"], environment=environment, restarts=True)
        ports = tuple(free_port() for _ in range(webs))
        for number, port in enumerate(ports):
            supervisor.start(
                f"web {number + 1}",
                [*CHUNZHAO, "serve"],
                environment={**environment, "HOST": "127.0.0.1", "PORT": str(port)},
                ready=lambda port=port: answers(port),  # type: ignore[misc]
            )
        return ports

    def processor_seconds(self) -> dict[str, float]:
        """Give the processor time of each process with its children, ended ones too; `load` is this process."""
        found = {process.name: _seconds(process.pid) for process in self.services.supervisor.processes}
        own = psutil.Process().cpu_times()
        return {**found, "load": own.user + own.system}


@contextmanager
def open_instance() -> Iterator[Instance]:
    """Run PostgreSQL and Valkey as a school has them, every commit on disk, with the schema and nothing in it."""
    with embedded_services() as services:
        migrate(services.database_url)
        yield Instance(services)


def _seconds(pid: int) -> float:
    process = psutil.Process(pid)
    own = process.cpu_times()
    total: float = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
