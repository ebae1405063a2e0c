"""`python -m app.locales.check`: every message exists in both languages, with the same named fields, and no other."""

import re
import sys

from app.locales.messages import CATALOGUES, found_messages, read_catalogue

_FIELD = re.compile(r"\{(\w+)[^}]*\}")


def problems(locale: str) -> list[str]:
    """List what is wrong with a catalogue."""
    found = found_messages()
    identities = {message if isinstance(message, str) else message[0]: message for message in found}
    catalogue = read_catalogue(locale)
    wrong = []
    for identity, message in identities.items():
        entry = catalogue.get(identity)
        string = None if entry is None else entry.string
        texts = [string] if isinstance(string, str) else list(string or ())
        if entry is None or entry.fuzzy or not texts or not all(texts):
            wrong.append(f"{locale}: not translated: {identity!r} ({found[message][0]})")
            continue
        wanted = set(_FIELD.findall(identity if isinstance(message, str) else message[1]))
        for text in texts:
            fields = set(_FIELD.findall(text))
            if not fields <= wanted or (isinstance(message, str) and fields != wanted):
                wrong.append(f"{locale}: other fields in the translation of {identity!r}: {text!r}")
    wrong.extend(
        f"{locale}: nothing uses {entry.id!r}"
        for entry in catalogue
        if entry.id and (entry.id if isinstance(entry.id, str) else entry.id[0]) not in identities
    )
    return wrong


def main() -> int:
    """Print what is wrong; 1 when something is."""
    wrong = [line for locale in CATALOGUES for line in problems(locale)]
    for line in wrong:
        print(line)  # noqa: T201 - a tool for people
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
