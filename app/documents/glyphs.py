"""Which characters the fonts of the documents have: what has no glyph is said before anything is printed."""

import re
import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

_COLLECTION: Final = b"ttcf"
_WINDOWS, _UNICODE = 3, 0
# Says which form of the character before it is meant; a font that has no other form shows the usual one.
_VARIANT: Final = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Of the characters for formatting, those that are seen: signs before numbers, and joiners of hieroglyphs.
_SEEN: Final = re.compile(r"[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]")
_BASIC, _FULL = 4, 12  # formats of the table: the first 65,536 characters, or all


@cache
def characters_of(font: Path) -> frozenset[int]:
    """Give the characters that a font (or the first of a collection) has a glyph for, by its `cmap` (OpenType)."""
    with font.open("rb") as file:
        start = struct.unpack(">I", _bytes(file, 12, 4))[0] if _bytes(file, 0, 4) == _COLLECTION else 0
        (tables,) = struct.unpack(">H", _bytes(file, start + 4, 2))
        for tag, _, offset, length in struct.iter_unpack(">4sIII", _bytes(file, start + 12, 16 * tables)):
            if tag == b"cmap":
                return frozenset(_read_cmap(_bytes(file, offset, length)))
    return frozenset()


def missing_characters(texts: Iterable[str], fonts: Iterable[Path]) -> str:
    """Give the visible characters that no font has, each once, in the order in which they come."""
    known = [characters_of(font) for font in fonts]
    wanted = dict.fromkeys(char for text in texts for char in text if not _is_invisible(char))
    return "".join(char for char in wanted if not any(ord(char) in font for font in known))


def _is_invisible(char: str) -> bool:
    if char.isspace() or _VARIANT.fullmatch(char):
        return True
    return unicodedata.category(char) in {"Cc", "Cf"} and not _SEEN.fullmatch(char)


def _bytes(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _read_cmap(table: bytes) -> set[int]:
    found: set[int] = set()
    (count,) = struct.unpack_from(">H", table, 2)
    for platform, _, offset in struct.iter_unpack(">HHI", table[4 : 4 + 8 * count]):
        if platform not in (_WINDOWS, _UNICODE):
            continue
        (form,) = struct.unpack_from(">H", table, offset)
        if form == _FULL:
            (groups,) = struct.unpack_from(">I", table, offset + 12)
            for first, last, _ in struct.iter_unpack(">III", table[offset + 16 : offset + 16 + 12 * groups]):
                found.update(range(first, last + 1))
        elif form == _BASIC:
            found.update(_read_segments(table, offset))
    return found


def _read_segments(table: bytes, offset: int) -> set[int]:
    found: set[int] = set()
    (twice,) = struct.unpack_from(">H", table, offset + 6)
    ends, starts, deltas, places = (offset + 14, offset + 16 + twice, offset + 16 + 2 * twice, offset + 16 + 3 * twice)
    for at in range(0, twice, 2):
        (last,), (first,) = struct.unpack_from(">H", table, ends + at), struct.unpack_from(">H", table, starts + at)
        (delta,), (place,) = struct.unpack_from(">H", table, deltas + at), struct.unpack_from(">H", table, places + at)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if place:
                (glyph,) = struct.unpack_from(">H", table, places + at + place + 2 * (code - first))
            if glyph and (glyph + delta) & 0xFFFF if place else (code + delta) & 0xFFFF:
                found.add(code)
    return found
