"""Turns bytes into text: UTF-8, UTF-16 with a mark or GB18030; bytes that read well in two ways are asked about."""

import codecs
from typing import Literal, get_args

import msgspec

from app.tables.errors import BrokenText, DoubtfulText, WrongFileType

Encoding = Literal["utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be", "windows-1252"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
ENCODING_NAMES: dict[Encoding, str] = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030 (GBK)",
    "big5": "Big5",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "windows-1252": "Windows-1252",
}
_SAMPLE_LENGTH = 40
_TWO_BYTES = "\u07ff"  # the last character that UTF-8 writes with two bytes
# The first bytes of the Big5 rows that hold signs and everyday characters.
_BIG5_EVERYDAY = range(0xA1, 0xC7)


class Reading(msgspec.Struct, frozen=True):
    """One way to read a text, with a line of it by which a person sees whether it is the right one."""

    encoding: Encoding
    name: str
    sample: str


def decoded(content: bytes, encoding: Encoding | None = None) -> str:
    """Give the text of some bytes in the encoding that a person chose, else in the one that they are in.

    Raises BrokenText, DoubtfulText, WrongFileType.
    """
    if encoding is not None:
        return _without_mark(_read_as(content, encoding))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # Excel saves "Unicode text" so. Neither mark can begin a GB18030 or UTF-8 text.
        return _without_mark(_read_as(content, "utf-16-le" if content[0] == 0xFF else "utf-16-be"))
    if b"\x00" in content:
        raise WrongFileType
    likely = _likely_readings(content)
    if not likely:
        raise _broken(content)
    if len(likely) > 1:
        readings = [Reading(name, ENCODING_NAMES[name], _sample(text)) for name, text in likely.items()]
        raise DoubtfulText(
            extra={"encodings": readings},
            readings="; ".join(f"{reading.name} “{reading.sample}”" for reading in readings),
        )
    return _without_mark(next(iter(likely.values())))


def _likely_readings(content: bytes) -> dict[Encoding, str]:
    """Give the readings of which each could be meant; the first one is the likeliest."""
    as_utf8, as_gb = _try(content, "utf-8"), _try(content, "gb18030")
    if as_utf8 is not None:
        # Three bytes in a row that are UTF-8 by chance are no everyday characters of GB18030; two may well be.
        by_chance = not content.startswith(codecs.BOM_UTF8) and "\x80" <= max(as_utf8, default="") <= _TWO_BYTES
        if by_chance and as_gb is not None and _is_everyday(as_gb):
            return {"utf-8": as_utf8, "gb18030": as_gb}
        return {"utf-8": as_utf8}
    if as_gb is None:
        return {}
    found: dict[Encoding, str] = {"gb18030": as_gb}
    if not _is_everyday(as_gb):
        as_big5, as_western = _try(content, "big5"), _try(content, "windows-1252")
        if as_big5 is not None and _is_everyday_big5(as_big5):
            found["big5"] = as_big5
        if as_western is not None and all(character.isalpha() for character in as_western if character > "\x7f"):
            found["windows-1252"] = as_western
    return found


def _try(content: bytes, encoding: Encoding) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_everyday(text: str) -> bool:
    """Whether a text has only the characters of GB2312, which everyday Chinese is written with."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_everyday_big5(text: str) -> bool:
    return all(character.encode("big5")[0] in _BIG5_EVERYDAY for character in text if character > "\x7f")


def _sample(text: str) -> str:
    """Give the beginning of the first line on which readings can differ."""
    lines = [line.strip() for line in text.splitlines()]
    return next((line for line in lines if not line.isascii()), "")[:_SAMPLE_LENGTH]


def _read_as(content: bytes, encoding: Encoding) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        raise BrokenText(line=before.count("\n") + 1) from None
    if "\x00" in text:
        raise WrongFileType
    return text


def _broken(content: bytes) -> BrokenText:
    """Say the line up to which the better of the two readings holds."""
    lines = []
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError as error:
            lines.append(content.count(b"\n", 0, error.start) + 1)
    return BrokenText(line=max(lines))


def _without_mark(text: str) -> str:
    return text.removeprefix("\ufeff")
