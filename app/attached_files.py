"""Files that people attach: what they are is found by their content, and their names are made harmless."""

from pathlib import PurePosixPath
from typing import Final

from app.errors import N_, Invalid, TooLarge
from app.texts import visible

MEGABYTE: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 10 * MEGABYTE
# A form has a little around the file.
MAX_BODY_BYTES: Final = MAX_FILE_BYTES + 64 * 1024
LONGEST_NAME: Final = 120
# How a file of each type begins, and the ending that its name gets.
FILE_TYPES: Final = {
    "application/pdf": (b"%PDF-", ".pdf", (".pdf",)),
    "image/png": (b"\x89PNG\r\n\x1a\n", ".png", (".png",)),
    "image/jpeg": (b"\xff\xd8\xff", ".jpg", (".jpg", ".jpeg")),
}
_NOT_IN_NAMES: Final = '<>:"|?*\\/'


def megabytes(size: int) -> str:
    """Give a size in words, 0.1 MB at least."""
    return f"{max(0.1, size / MEGABYTE):.1f} MB"


def must_be_small(content: bytes) -> None:
    """Check the size of a file. Raises TooLarge."""
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge(limit="10 MB")


def type_of(content: bytes) -> str:
    """Give the type of a file by how it begins. Raises Invalid for anything but PDF, PNG, JPEG."""
    for content_type, (beginning, _, _) in FILE_TYPES.items():
        if content.startswith(beginning):
            return content_type
    raise Invalid.at("file", N_("A file is accepted as PDF, PNG or JPEG."), "wrong-file-type")


def harmless_name(name: str, content_type: str, *, otherwise: str = "notice") -> str:
    """Give a file's own name without folders and signs that systems read otherwise, with the ending of its content."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = visible("".join(char for char in last if char.isprintable() and char not in _NOT_IN_NAMES))
    _, ending, endings = FILE_TYPES[content_type]
    stem = shown[: -len(found)] if (found := PurePosixPath(shown).suffix).lower() in endings else shown
    stem = visible(stem.strip(" .")[: LONGEST_NAME - len(ending)])
    return f"{stem or otherwise}{ending}"
