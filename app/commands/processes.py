"""The processes of a running school, as children of one command."""

import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing

from app.embedded import ManagedProcess, Supervisor
from app.exit_codes import BadInput, CommandError, ExitCode, SetupImpossible

CHUNZHAO = (sys.executable, "-P", "-m", "app")
_READY_SECONDS = 60.0


def migrate_apart(environment: Mapping[str, str]) -> None:
    """Bring the schema up to date in a process that ends: what migrating loads is needed once.

    Raises SetupImpossible and CommandError, as `chunzhao migrate` does.
    """
    ended = subprocess.run(
        [*CHUNZHAO, "migrate"], env=environment, stderr=subprocess.PIPE, encoding="utf-8", check=False
    )
    if ended.returncode:
        error = SetupImpossible if ended.returncode == ExitCode.SETUP_IMPOSSIBLE else CommandError
        raise error(ended.stderr.strip().removeprefix("chunzhao: "))


def start_processes(supervisor: Supervisor, environment: Mapping[str, str], *, host: str, port: int) -> ManagedProcess:
    """Start relay, workers, desk and web, in this order, each restarted when it dies; return when the web answers.

    `environment` has both URLs.
    """
    supervisor.start("relay", [*CHUNZHAO, "relay"], environment=environment, restarts=True)
    supervisor.start("worker", [*CHUNZHAO, "worker"], environment=environment, restarts=True)
    supervisor.start("solver", [*CHUNZHAO, "worker", "--queue", "solver"], environment=environment, restarts=True)
    supervisor.start("desk", [*CHUNZHAO, "desk"], environment=environment, restarts=True)
    return supervisor.start(
        "web",
        [*CHUNZHAO, "serve"],
        environment={**environment, "HOST": host, "PORT": str(port)},
        ready=lambda: _answers(host, port),
        timeout_seconds=_READY_SECONDS,
        restarts=True,
    )


def must_be_free(host: str, port: int) -> None:
    """Check that no other program listens on the port. Raises BadInput."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(f"PORT: {host}:{port} cannot be used: {error.strerror}") from None


def _answers(host: str, port: int) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((reachable, port), timeout=1):
            return True
    except OSError:
        return False
