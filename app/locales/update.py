"""`python -m app.locales.update`: adds new messages to both catalogues, removes old ones."""

from datetime import UTC, datetime

from babel.messages.catalog import Catalog

from app.locales.messages import CATALOGUES, found_messages, read_catalogue, write_catalogue

# A date that changed with every run would make every run a change.
_WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)


def update(locale: str) -> int:
    """Update a catalogue; give how many messages still lack a translation."""
    old = read_catalogue(locale)
    new = Catalog(
        locale=CATALOGUES[locale],
        project="chunzhao",
        header_comment="# Chunzhao 春招",
        creation_date=_WRITTEN,
        revision_date=_WRITTEN,
        last_translator="Chunzhao",
        language_team="Chunzhao",
        msgid_bugs_address="Chunzhao",
        fuzzy=False,
    )
    missing = 0
    for message in found_messages():
        identity = message if isinstance(message, str) else message[0]
        before = old.get(identity)
        translation = before.string if before is not None else ""
        if locale == "en":
            translation = message
        missing += not translation or not any(translation if isinstance(translation, tuple) else (translation,))
        new.add(message, translation)
    write_catalogue(locale, new)
    return missing


if __name__ == "__main__":
    for name in CATALOGUES:
        print(f"{name}: {update(name)} without a translation")  # noqa: T201 - a tool for people
