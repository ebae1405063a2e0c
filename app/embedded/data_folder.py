"""The folder in which embedded servers keep their files: one process at a time, reachable for the servers."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from app.embedded.process import RunAs
from app.exit_codes import SetupImpossible

TEMPORARY_PREFIX = "chunzhao-"
LOCK_NAME = "in-use"
# Long enough for a folder that was made a moment ago and is not locked yet.
SWEEP_AFTER_SECONDS = 120
LONGEST_SOCKET_PATH = 100


class FolderInUse(SetupImpossible):
    """Another process runs servers on the folder; `path` is the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"the data folder {path} is in use by another chunzhao process")


class DataFolder:
    """A locked data folder; `path` differs from what was asked for where the servers' user cannot reach that."""

    def __init__(self, wanted: Path | None) -> None:
        """Open (and make) the folder, or a temporary one that is removed at the end for None.

        Raises
        ------
        SetupImpossible
            When somebody else uses it or it belongs to another user.
        """
        self.is_temporary = wanted is None
        self.path = _make_temporary() if wanted is None else _make_lasting(wanted)
        self._lock = _lock(self.path)
        self._short_folder: tuple[Path, int] | None = None
        self.run_as = _who_runs_servers(self.path)

    def make_server_folder(self, name: str) -> Path:
        """Make a sub-folder that only the servers' user can enter."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        self.give_to_servers(folder)
        return folder

    def give_to_servers(self, path: Path) -> None:
        """Make the servers' user the owner of one path."""
        if os.geteuid() == 0:
            os.chown(path, self.run_as.uid, self.run_as.gid)

    def make_socket_folder(self) -> Path:
        """Make the 0700 folder for sockets; in /tmp where the path is too long or needs quoting in a URL."""
        near = self.path / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH and quote(str(near)) == str(near):
            return self.make_server_folder("run")
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir="/tmp"))
        self._short_folder = folder, _lock(folder)
        self.give_to_servers(folder)
        return folder

    def close(self) -> None:
        """Unlock the folder for others; a temporary one is removed."""
        if self._short_folder is not None:
            folder, lock = self._short_folder
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
        if self.is_temporary:
            shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def has_data(data_dir: Path) -> bool:
    """Whether a folder has the data of a school; it makes nothing, not even the folder."""
    path = data_dir.resolve()
    folders = (path, _reachable_for_root(path)) if os.geteuid() == 0 else (path,)
    return any((folder / "postgres" / "data").is_dir() for folder in folders)


def can_reach(path: Path, user: RunAs) -> bool:
    """Whether a user can enter `path` and every folder above it."""
    return all(_may_enter(folder, user) for folder in (path, *path.parents))


def _may_enter(folder: Path, user: RunAs) -> bool:
    status = folder.stat()
    if status.st_uid == user.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _make_temporary() -> Path:
    base = Path(tempfile.gettempdir())
    _sweep(base)
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=base))
    if os.geteuid() == 0:
        folder.chmod(0o711)
    return folder.resolve()


def _sweep(base: Path) -> None:
    # What a killed run left behind: nobody holds its lock any more.
    for folder in base.glob(f"{TEMPORARY_PREFIX}*"):
        try:
            status = folder.lstat()
            if os.geteuid() not in {0, status.st_uid} or not (folder / LOCK_NAME).is_file():
                continue
            if time.time() - status.st_mtime < SWEEP_AFTER_SECONDS:
                continue
            os.close(_lock(folder))
        except (OSError, SetupImpossible):
            continue
        shutil.rmtree(folder, ignore_errors=True)


def _make_lasting(wanted: Path) -> Path:
    path = wanted.absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupImpossible(f"the data folder {path} cannot be made: {error.strerror}") from None
    path = path.resolve()
    if os.geteuid() != 0 or can_reach(path, _nobody()):
        return path
    # Root's servers run as nobody, and folders above (such as /root) stay as private as they are.
    reachable = _reachable_for_root(path)
    reachable.mkdir(mode=0o711, exist_ok=True)
    status = reachable.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0:
        raise SetupImpossible(f"{reachable} belongs to somebody else; remove it or set DATA_DIR")
    return reachable


def _reachable_for_root(path: Path) -> Path:
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path("/var/tmp", f"{TEMPORARY_PREFIX}root-{name}")  # noqa: S108 - its owner is checked by whoever uses it


def _lock(folder: Path) -> int:
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"the data folder {folder} cannot be used: {error.strerror}; set DATA_DIR to another"
        raise SetupImpossible(message) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise FolderInUse(folder) from None
    return descriptor


def _who_runs_servers(folder: Path) -> RunAs:
    if os.geteuid() != 0:
        return RunAs.current()
    made_by = next((path.stat() for path in (folder / "postgres", folder / "valkey") if path.is_dir()), None)
    if made_by is not None and made_by.st_uid != 0:
        return RunAs(made_by.st_uid, made_by.st_gid)
    return _nobody()


def _nobody() -> RunAs:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise SetupImpossible(
            "PostgreSQL refuses to run as root and there is no user nobody; start as an ordinary user"
        ) from None
    return RunAs(entry.pw_uid, entry.pw_gid)
