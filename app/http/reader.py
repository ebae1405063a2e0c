"""The reader's language: that of the cookie, else of their account, else of the browser, else of the school."""

from typing import Any

from litestar.connection import ASGIConnection

from app.actors import Actor
from app.locales import DEFAULT_LOCALE, LOCALES, Translator, translator

LOCALE_COOKIE = "locale"
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
