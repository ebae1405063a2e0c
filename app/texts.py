"""Texts that people send. Control characters and direction overrides are refused: they hide what a text says."""

import msgspec

from app.errors import N_, FieldError, Invalid

_HIDDEN = frozenset("\x7f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
SENTENCE = N_("This text holds an invisible control character.")


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
    """What a person sends; its texts have no hidden characters, except passwords, which may have any."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str) and name != "password":
                check_text(name, value)
