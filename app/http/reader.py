"""The reader's language: that of the cookie, else of their account, else of the browser, else of the school."""

from typing import Any

from litestar.connection import ASGIConnection

from app.actors import Actor
from app.locales import DEFAULT_LOCALE, LOCALES, Translator, translator

LOCALE_COOKIE = "locale"
THEME_COOKIE = "theme"
# As the device has it, dark, light; the switch goes through them in this order.
THEMES = ("auto", "dark", "light")
_AnyConnection = ASGIConnection[Any, Any, Any, Any]


def reader_locale(connection: _AnyConnection) -> str:
    """Give the language, zh-CN or en."""
    chosen = connection.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    actor = connection.scope.get("user")
    if isinstance(actor, Actor):
        return actor.locale
    for part in connection.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip().lower()
        if language.startswith("zh"):
            return "zh-CN"
        if language.startswith("en"):
            return "en"
    return DEFAULT_LOCALE


def reader_translator(connection: _AnyConnection) -> Translator:
    """Give the translator into the reader's language."""
    return translator(reader_locale(connection))


def reader_theme(connection: _AnyConnection) -> str:
    """Give the theme that was chosen in this browser."""
    chosen = connection.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else THEMES[0]
