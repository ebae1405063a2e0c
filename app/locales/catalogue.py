"""Gettext catalogues, compiled in memory when first needed, so that a changed .po file needs no build step."""

from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal, get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from app.locales.moments import long_date

Locale = Literal["zh-CN", "en"]
LOCALES: Final[tuple[Locale, ...]] = get_args(Locale)
DEFAULT_LOCALE: Final[Locale] = "zh-CN"
_FOLDER = Path(__file__).parent


class Translator:
    """Translates into one language."""

    def __init__(self, locale: Locale, translations: Translations) -> None:
        self.locale: Locale = locale
        self.translations = translations

    def __call__(self, message: str, /, **values: Any) -> str:
        """Give the sentence in this language, with its {named} fields filled: words, dates, named things too."""
        sentence = self.translations.gettext(message) if message else ""
        return sentence.format(**{name: self._written(value) for name, value in values.items()}) if values else sentence

    def _written(self, value: Any) -> Any:
        if hasattr(value, "name_zh"):
            return self.name(value)
        if isinstance(value, tuple):
            return self.translations.gettext(", ").join(str(self._written(one)) for one in value)
        if isinstance(value, str):
            return self.translations.gettext(value) if value else ""
        if isinstance(value, datetime):
            return f"{long_date(value, self.locale)} {value:%H:%M}"
        return long_date(value, self.locale) if isinstance(value, date) else value

    def plural(self, singular: str, plural: str, count: int, /, **values: Any) -> str:
        """Give the sentence for a number of things; `{count}` is that number."""
        return self.translations.ngettext(singular, plural, count).format(count=count, **values)

    def name(self, thing: Any) -> str:
        """Give the name of a thing that has one in each language."""
        own, other = (thing.name_zh, thing.name_en) if self.locale == "zh-CN" else (thing.name_en, thing.name_zh)
        return str(own or other)


@cache
def translator(locale: str) -> Translator:
    """Give the translator of a language; an unknown one falls back to the school's."""
    chosen: Locale = "en" if locale == "en" else DEFAULT_LOCALE
    path = _FOLDER / chosen.replace("-", "_") / "LC_MESSAGES" / "chunzhao.po"
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=chosen.replace("-", "_")))
    compiled.seek(0)
    return Translator(chosen, Translations(compiled))
