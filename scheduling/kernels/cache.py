"""Where machine code is kept: a folder named after all sources that go into it.

numba notices when the file of a cached kernel changes, not when one that it calls, or takes a number from, does. So
each state of those sources gets a folder of its own, and machine code of another state is never run.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_PREFIX = "kernels-"
_IMPORT = re.compile(rb"^\s*(?:from|import) (scheduling[\w.]*)", re.MULTILINE)
_COMPILES = re.compile(rb"^@compiled\b", re.MULTILINE)


def source_digest(package: Path = PACKAGE) -> str:
    """Digest of every module that compiles something, and of all modules of the package that these import."""
    sources = {
        ".".join([package.name, *source.relative_to(package).with_suffix("").parts]).encode(): source.read_bytes()
        for source in sorted(package.rglob("*.py"))
    }
    digest = hashlib.sha256()
    for name in sorted(_reachable(sources)):
        digest.update(hashlib.sha256(name + b"\0" + sources[name]).digest())
    return digest.hexdigest()[:16]


def find_cache_folder() -> Path | None:
    """The folder for the machine code of these sources; None where no folder can be written."""
    name = _PREFIX + source_digest()
    for base in _bases():
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError:
            continue
        return folder
    return None


def remove_older(folder: Path) -> None:
    """Remove the machine code of other sources beside a folder."""
    for other in folder.parent.glob(f"{_PREFIX}*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _reachable(sources: dict[bytes, bytes]) -> set[bytes]:
    found: set[bytes] = set()
    # this room says how code is made, so all of it counts
    waiting = [name for name, source in sources.items() if b".kernels." in name or _COMPILES.search(source)]
    while waiting:
        name = waiting.pop()
        if name in sources and name not in found:
            found.add(name)
            waiting += _IMPORT.findall(sources[name])
    return found


def _bases() -> Iterator[Path]:
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        yield Path(given)
        return
    yield PACKAGE / "__pycache__"
    yield Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "chunzhao"
