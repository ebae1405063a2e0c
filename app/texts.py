"""Texts that people send: what is visible of them counts.

Blanks around a text and characters without any appearance mean nothing and are taken away. In codes and searches
letters, digits and signs of full width mean the same as the others. Control characters and overrides of the direction
of writing are refused: they hide what a text says.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from app.errors import N_, FieldError, Invalid

Reader = Callable[[str], str]

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
# Without any appearance: spaces of no width, hyphens that may be, fillers, tags that belong to no flag.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
    r"|(?P<flag>\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0000-\U000e007f]"
)
# Between letters that are never joined, a joiner shows nothing; elsewhere it makes another sign (emoji, Persian).
_NEVER_JOINED = r"\x00-\u02ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_USELESS_JOINER = re.compile(rf"(?<=[{_NEVER_JOINED}])[\u200c\u200d]+|[\u200c\u200d]+(?=[{_NEVER_JOINED}])")
_BLANKS = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3164]")
# Around a text neither blanks nor joiners nor marks of direction show anything; a variant of no character neither.
_EDGES = re.compile(r"^[\s\u061c\u200c-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef]+|[\s\u061c\u200c-\u200f]+$")
_LINE_BREAKS = re.compile(r"\r\n|[\r\u0085\u2028\u2029]")


# Of anything that a school plans; sums of days and time zones stay far from where the calendar of computers ends.
POSSIBLE_YEARS = range(1990, 2200)


# Of hours: grids, opening hours and pages know minutes only.
SECONDS_SENTENCE = N_("Give hours and minutes only.")


def is_whole_minute(moment: time) -> bool:
    """Whether a time of day has neither seconds nor parts of them."""
    return not (moment.second or moment.microsecond)


class TextFault(ValueError):
    """A text cannot be accepted; whoever reads it adds which one."""

    def __init__(self, sentence: str, code: str, /, **values: object) -> None:
        self.error = FieldError("", sentence, values, code)
        super().__init__(sentence)


class TextsRefused(Invalid, ValueError):
    """Some texts of a command cannot be accepted. It is a ValueError, so that msgspec adds the command's path."""

    def __init__(self, *fields: FieldError) -> None:
        super().__init__(*fields)
        self.args = ("some texts cannot be accepted",)


def visible(text: str) -> str:
    """Give what counts of a text: without blanks around it and without invisible characters."""
    if text.isascii():
        return text.strip(" \t\n\r\v\f")
    shown = _USELESS_JOINER.sub("", _INVISIBLE.sub(lambda found: found["flag"] or "", text))
    return _EDGES.sub("", _BLANKS.sub(" ", shown))


def prose(text: str) -> str:
    """Read a text of several lines. Raises TextFault."""
    shown = _LINE_BREAKS.sub("\n", visible(text))
    _must_show(shown)
    return shown


def _must_show(text: str) -> None:
    """Refuse what hides what a text says. Raises TextFault."""
    if found := _HIDDEN.search(text):
        sentence = N_("This text holds an invisible control character ({character}).")
        raise TextFault(sentence, "control-character", character=f"U+{ord(found[0]):04X}")


def line(text: str) -> str:
    """Read a text of one line. Raises TextFault."""
    shown = prose(text).replace("\t", " ")
    if "\n" in shown:
        raise TextFault(N_("This has to be one line; it holds a line break."), "line-break")
    return shown


def halfwidth(text: str) -> str:
    """Give what counts of a code or a search: letters, digits and signs in half width."""
    return visible(unicodedata.normalize("NFKC", visible(text)))


def is_found(search: str, *texts: str) -> bool:
    """Whether a part of one of the texts reads like a search, whatever case and width; an empty one is found."""
    words = halfwidth(search).casefold()
    return not words or any(words in halfwidth(text).casefold() for text in texts)


def code_of(pattern: str, max_length: int) -> Reader:
    """Give a reader of codes of a form; "" stays "". The reader raises TextFault."""
    form = re.compile(pattern)

    def read(text: str) -> str:
        code = halfwidth(text)
        if code and not form.fullmatch(code):
            raise TextFault(N_("This is not in the expected form."), "wrong-form")
        if len(code) > max_length:
            raise TextFault(N_("At most {limit} characters fit here."), "too-long", limit=max_length)
        return code

    return read


def _of_our_time(value: Any, path: str, faults: list[FieldError]) -> Any:
    """Note a day or moment that is centuries away."""
    if isinstance(value, date) and value.year not in POSSIBLE_YEARS:
        faults.append(FieldError(path, N_("This year is not possible here."), {}, "impossible-year"))
    return value


def _whole_minutes(value: Any, path: str, faults: list[FieldError]) -> Any:
    """Note a time of day that nobody could read on a clock."""
    if isinstance(value, time) and not is_whole_minute(value):
        faults.append(FieldError(path, SECONDS_SENTENCE, {}, "seconds"))
    return value


def secret(text: str) -> str:
    """Give a text as it is: a password may have any characters."""
    return text


def form_of(pattern: str, *, max_length: int, min_length: int = 1, examples: list[str] | None = None) -> msgspec.Meta:
    """Give what annotates a code: how it is read, and the form that the API's description tells."""
    described = {"examples": examples, "extra": {"pattern": f"^({pattern})$", "max_length": max_length}}
    extra = {"read": code_of(pattern, max_length)}
    return msgspec.Meta(min_length=min_length, extra=extra, extra_json_schema=described)


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person sends. Its texts are read as their types say, by default as one line; a list has nothing twice.

    A type says so with `Meta(extra={"read": …})`. Days are of our time, unless a type says `Meta(extra={"any_year":
    True})`; times of day are whole minutes. Raises TextsRefused.
    """

    def __post_init__(self) -> None:
        faults: list[FieldError] = []
        for name, read in _readers(type(self)).items():
            given = getattr(self, name)
            found = read(given, name, faults)
            if found is not given:
                msgspec.structs.force_setattr(self, name, found)
        if faults:
            raise TextsRefused(*faults)


# Reads a field's value at a path, and notes what is wrong with it.
_FieldReader = Callable[[Any, str, list[FieldError]], Any]


@cache
def _readers(command: type[Command]) -> dict[str, _FieldReader]:
    """Give the readers of a command's fields that have texts or lists."""
    description = inspect.type_info(command)
    assert isinstance(description, inspect.StructType)  # noqa: S101 - commands are structs
    readers = {field.name: _reader(field.type, line) for field in description.fields}
    return {name: read for name, read in readers.items() if read is not None}


def _reader(kind: inspect.Type, read: Reader) -> _FieldReader | None:
    match kind:
        case inspect.Metadata():
            extra = kind.extra or {}
            return None if extra.get("any_year") else _reader(kind.type, extra.get("read", read))
        case inspect.UnionType():
            found = [reader for one in kind.types if (reader := _reader(one, read)) is not None]
            words = {word for one in kind.types if isinstance(one, inspect.LiteralType) for word in one.values}
            return _but_for(words, found[0]) if found else None
        case inspect.DateType() | inspect.DateTimeType():
            return _of_our_time
        case inspect.TimeType():
            return _whole_minutes
        case inspect.StrType():
            return _text_reader(read, kind.min_length or 0)
        case inspect.ListType() | inspect.VarTupleType():
            return _list_reader(_reader(kind.item_type, read), list if isinstance(kind, inspect.ListType) else tuple)
        case inspect.DictType():
            key_reader = _reader(kind.key_type, read)
            return None if key_reader is None else _key_reader(key_reader)
    return None


def _but_for(words: set[Any], read: _FieldReader) -> _FieldReader:
    """Give a reader that leaves some words as they are."""
    if not words:
        return read
    return lambda value, path, faults: value if value in words else read(value, path, faults)


def _text_reader(read: Reader, min_length: int) -> _FieldReader:
    def of(value: Any, path: str, faults: list[FieldError]) -> Any:
        if not isinstance(value, str):
            return value
        try:
            if read is not secret:
                # Before it is read, so that no refusal repeats what nobody sees.
                _must_show(visible(value))
            text = read(value)
        except TextFault as fault:
            faults.append(msgspec.structs.replace(fault.error, path=path))
            return value
        if len(text) < min_length:
            sentence, code = N_("This is missing."), "missing"
            if text:
                sentence, code = N_("Characters needed here: at least {limit}."), "too-short"
            faults.append(FieldError(path, sentence, {"limit": min_length} if text else {}, code))
        return text

    return of


def _key_reader(read: _FieldReader) -> _FieldReader:
    def of(value: Any, path: str, faults: list[FieldError]) -> Any:
        if not isinstance(value, dict):
            return value
        keys = [read(key, path, faults) for key in value]
        if len(set(keys)) < len(keys):
            faults.append(FieldError(path, N_("This stands in the list twice."), {}, "doubled"))
        return dict(zip(keys, value.values(), strict=True))

    return of


def _list_reader(read: _FieldReader | None, kind: type[list[Any]] | type[tuple[Any, ...]]) -> _FieldReader:
    def of(value: Any, path: str, faults: list[FieldError]) -> Any:
        if not isinstance(value, list | tuple):
            return value
        items = (
            value if read is None else kind(read(item, f"{path}[{index}]", faults) for index, item in enumerate(value))
        )
        seen = set()
        for index, item in enumerate(items):
            if isinstance(item, msgspec.Struct):
                break
            if item in seen:
                faults.append(FieldError(f"{path}[{index}]", N_("This stands in the list twice."), {}, "doubled"))
            seen.add(item)
        return items

    return of
