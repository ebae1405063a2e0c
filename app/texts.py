"""Texts that people send. Control characters and direction overrides are refused: they hide what a text says."""

from datetime import date

import msgspec

from app.errors import N_, FieldError, Invalid

_HIDDEN = frozenset("\x7f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
SENTENCE = N_("This text holds an invisible control character.")


# Of anything that a school plans; sums of days and time zones stay far from where the calendar of computers ends.
POSSIBLE_YEARS = range(1990, 2200)
YEAR_SENTENCE = N_("This year is not possible here.")


class ImpossibleDay(Invalid, ValueError):
    """A date is centuries away. It is a ValueError, so that msgspec adds the field's path."""

    def __init__(self, path: str) -> None:
        super().__init__(FieldError(path, YEAR_SENTENCE, {}, "impossible-year"))
        self.args = (f"impossible year in `{path}`",)


class HiddenCharacter(Invalid, ValueError):
    """A text has characters that nobody can see. It is a ValueError, so that msgspec adds the field's path."""

    def __init__(self, path: str) -> None:
        super().__init__(FieldError(path, SENTENCE, {}, "control-character"))
        self.args = (f"hidden character in `{path}`",)


def has_hidden(text: str) -> bool:
    """Whether a text holds characters that nobody can see."""
    return any((character < " " and character not in "\n\r\t") or character in _HIDDEN for character in text)


def check_text(path: str, text: str) -> None:
    """Refuse characters that nobody can see. Raises HiddenCharacter."""
    if has_hidden(text):
        raise HiddenCharacter(path)


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person sends: its dates are of our time, its texts have no hidden characters (passwords may have any)."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str) and name != "password":
                check_text(name, value)
            # Licences say 9999-12-31 where they have no end.
            elif isinstance(value, date) and name != "licence_valid_until" and value.year not in POSSIBLE_YEARS:
                raise ImpossibleDay(name)
