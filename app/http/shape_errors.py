"""Translates msgspec's English errors into sentences of both languages, with the field's path."""

import re

import msgspec

from app.errors import N_, FieldError, Invalid
from app.texts import TextsRefused

_SENTENCES: list[tuple[re.Pattern[str], str, str]] = [
    (re.compile(r"missing required field `(?P<field>[^`]+)`"), "missing", N_("“{field}” is missing.")),
    (re.compile(r"contains unknown field `(?P<field>[^`]+)`"), "unknown-field", N_("“{field}” is not known here.")),
    (re.compile(r"Expected `\w+` >= (?P<limit>\S+)"), "too-small", N_("This must be at least {limit}.")),
    (re.compile(r"Expected `\w+` > (?P<limit>\S+)"), "too-small", N_("This must be more than {limit}.")),
    (re.compile(r"Expected `\w+` <= (?P<limit>\S+)"), "too-large", N_("This must be at most {limit}.")),
    (
        re.compile(r"Expected `str` of length >= (?P<limit>\d+)"),
        "too-short",
        N_("Characters needed here: at least {limit}."),
    ),
    (re.compile(r"Expected `str` of length <= (?P<limit>\d+)"), "too-long", N_("At most {limit} characters fit here.")),
    (re.compile(r"of length >= (?P<limit>\d+)"), "too-short", N_("Entries needed here: at least {limit}.")),
    (re.compile(r"of length <= (?P<limit>\d+)"), "too-long", N_("At most {limit} entries fit here.")),
    (re.compile(r"matching regex"), "wrong-form", N_("This is not in the expected form.")),
    (re.compile(r"Invalid RFC3339|Invalid .*(date|time)"), "wrong-date", N_("This is not a date or time that exists.")),
    (
        re.compile(r"with a timezone component"),
        "zone-missing",
        N_("Give the offset from UTC with this time, as in +08:00."),
    ),
    (
        re.compile(r"with no timezone component"),
        "zone-unwanted",
        N_("This is a time on the school's clock: leave the offset out."),
    ),
    (re.compile(r"Invalid UUID"), "wrong-id", N_("This is not an identifier.")),
    (
        re.compile(r"Invalid enum value `?'?(?P<value>[^`']+)"),
        "unknown-value",
        N_("“{value}” is not one of the choices."),
    ),
    (re.compile(r"Expected `\w+` < (?P<limit>\S+)"), "too-large", N_("This must be less than {limit}.")),
    (re.compile(r"of length (?P<count>\d+)"), "wrong-length", N_("Exactly {count} entries are needed here.")),
    (re.compile(r"multiple of (?P<step>[^\s`]+)"), "wrong-step", N_("This must be a multiple of {step}.")),
    (re.compile(r"out of range"), "out-of-range", N_("This number is too large or too small.")),
    (re.compile(r"Expected `int(?: \| null)?`"), "wrong-type", N_("A whole number is needed here.")),
    (re.compile(r"Expected `float(?: \| null)?`"), "wrong-type", N_("A number is needed here.")),
    (re.compile(r"Expected `bool(?: \| null)?`"), "wrong-type", N_("Yes or no is needed here: true or false.")),
    (re.compile(r"Expected `str(?: \| null)?`"), "wrong-type", N_("Text is needed here.")),
    (re.compile(r"Expected `array(?: \| null)?`"), "wrong-type", N_("A list is needed here.")),
    (re.compile(r"Expected `object(?: \| null)?`"), "wrong-type", N_("A group of named fields is needed here.")),
    (re.compile(r"Expected `(?:datetime|date|time)(?: \| null)?`"), "wrong-type", N_("A date or time is needed here.")),
    (re.compile(r"Expected `uuid(?: \| null)?`"), "wrong-type", N_("An identifier is needed here.")),
    (re.compile(r"Expected `null(?: \| null)?`"), "wrong-type", N_("Nothing may stand here.")),
    (re.compile(r"Expected `"), "wrong-type", N_("This is of the wrong kind.")),
]
_PATH = re.compile(r" - at `\$?\.?(?P<path>[^`]*)`$")


def shape_error(path: str, message: str) -> FieldError:
    """Give the field error that a msgspec message means."""
    if found := _PATH.search(message):
        message = message[: found.start()]
        path = path or found["path"]
    path = re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", path)
    for pattern, code, sentence in _SENTENCES:
        if found := pattern.search(message):
            values = {name: value for name, value in found.groupdict().items() if value is not None}
            if "field" in values:
                path = f"{path}.{values['field']}" if path else values["field"]
            return FieldError(path, sentence, values, code)
    return FieldError(path, N_("This cannot be accepted."), {}, "invalid")


def shape_errors(error: msgspec.ValidationError, *, at: str = "") -> list[FieldError]:
    """Give what msgspec found wrong, or what a command found wrong with its texts; `at` is where the value stands."""
    if not isinstance(error.__cause__, TextsRefused):
        return [shape_error(at, str(error))]
    found = _PATH.search(str(error))
    base = at or (re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", found["path"]) if found else "")
    return [msgspec.structs.replace(field, path=_joined(base, field.path)) for field in error.__cause__.fields]


def invalid_shape(error: msgspec.ValidationError, *, at: str) -> Invalid:
    """Give the refusal of a field's value that msgspec could not convert."""
    fields = shape_errors(error)
    return Invalid(*(msgspec.structs.replace(field, path=_joined(at, field.path)) for field in fields))


def _joined(base: str, path: str) -> str:
    return f"{base}.{path}" if base and path and not path.startswith("[") else f"{base}{path}"
