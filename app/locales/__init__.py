"""The two languages: catalogues, and how dates, times and numbers are written in each."""

from app.locales.catalogue import DEFAULT_LOCALE, LOCALES, Translator, translator

__all__ = ["DEFAULT_LOCALE", "LOCALES", "Translator", "translator"]
