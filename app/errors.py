"""The errors that a person can act upon, as a small tree; the web maps each branch to a status.

DomainError
├── Invalid                what was sent cannot be accepted; names the fields
├── Unauthenticated        nobody is signed in
├── Forbidden              somebody is, but may not do this
├── NotFound               no such thing, or not the asker's to see
├── Conflict               the state of things does not allow it
├── PreconditionFailed     somebody changed it meanwhile (If-Match)
├── PreconditionRequired   an edit without If-Match
├── TooLarge               more bytes than accepted
├── TooMany                too many tries
└── Away                   a part of the service gives no answer just now
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a message for the catalogues."""
    return message


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with one field: `path` as in `activities[0].duration_minutes`, `sentence` a catalogue message."""

    path: str
    sentence: str
    values: dict[str, Any] = {}
    code: str = "invalid"


class DomainError(Exception):
    """Something that a person can understand and act upon."""

    type: ClassVar[str] = "error"
    sentence: ClassVar[str] = N_("Something is wrong.")

    def __init__(self, *, extra: Mapping[str, Any] | None = None, **values: Any) -> None:
        self.values = values
        self.extra = dict(extra or {})
        super().__init__(self.sentence.format_map(_Blank(values)))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


class Invalid(DomainError):
    """What was sent cannot be accepted."""

    type = "invalid"
    sentence = N_("Some of what you entered cannot be accepted.")

    def __init__(self, *fields: FieldError, extra: Mapping[str, Any] | None = None, **values: Any) -> None:
        super().__init__(extra=extra, **values)
        self.fields = fields

    @classmethod
    def at(cls, path: str, sentence: str, code: str = "invalid", /, **values: Any) -> "Invalid":
        """Give the error of one wrong field."""
        return cls(FieldError(path, sentence, values, code))


class Unauthenticated(DomainError):
    """Nobody is signed in."""

    type = "unauthenticated"
    sentence = N_("Please sign in first.")


class Forbidden(DomainError):
    """The signed-in person may not do this."""

    type = "forbidden"
    sentence = N_("Your account may not do this.")


class NotFound(DomainError):
    """No such thing, or not the asker's to see."""

    type = "not-found"
    sentence = N_("This does not exist, or it is not yours to see.")


class Conflict(DomainError):
    """The state of things does not allow it."""

    type = "conflict"
    sentence = N_("This is not possible any more: something changed.")


class PreconditionFailed(DomainError):
    """Somebody else changed it since it was read."""

    type = "changed-meanwhile"
    sentence = N_("Somebody changed this after you opened it. Look at the new version, then change it again.")


class PreconditionRequired(DomainError):
    """An edit must say which version it edits."""

    type = "version-required"
    sentence = N_("Say which version you are changing (If-Match).")


class TooLarge(DomainError):
    """More bytes than are accepted."""

    type = "too-large"
    sentence = N_("This is too large: at most {limit} are accepted.")


class TooMany(DomainError):
    """Too many tries in a short time."""

    type = "too-many-requests"
    sentence = N_("Too many tries. Please wait {seconds} seconds.")


class Away(DomainError):
    """A part of the service gives no answer just now."""

    type = "away"
    sentence = N_("This cannot be answered just now. Please try again.")
