"""The file that a command writes at its end: tried before the work, so that no result is lost for want of a place."""

import sys
import tempfile
from pathlib import Path

from app.exit_codes import BadInput


def must_be_writable(path: Path | None, option: str, *, read: Path | None = None) -> None:
    """Raises BadInput where the file could not be written, or is the one that is `read`."""
    if path is None:
        return
    existed = path.exists()
    if existed and not path.is_file() and not path.is_dir():
        return  # a pipe or a device is not to be opened twice
    if existed and read is not None and read.exists() and path.samefile(read):
        raise BadInput(f"{option}: {path} is the file to be read")
    try:
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise BadInput(f"{option}: {path} cannot be written: {error.strerror}") from None


def write_result(path: Path | None, content: bytes) -> bool:
    """Write the file; where that fails now, keep the content elsewhere and say where on stderr. False if it failed."""
    if path is None:
        return True
    try:
        path.write_bytes(content)
    except OSError as error:
        print(f"{path} cannot be written: {error.strerror}; {_keep(content)}", file=sys.stderr)
        return False
    return True


def _keep(content: bytes) -> str:
    try:
        with tempfile.NamedTemporaryFile(prefix="chunzhao-", suffix=".json", delete=False) as kept:
            kept.write(content)
    except OSError:
        sys.stdout.write(content.decode() + "\n")
        return "the placements are on stdout"
    return f"the placements are in {kept.name}"
