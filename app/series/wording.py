"""Why days drop out, in the reader's language."""

from collections.abc import Iterable

import msgspec

from app.locales import Translator
from app.series.domain import REASONS, DayOfSeries


def in_words(days: Iterable[DayOfSeries], translate: Translator) -> list[DayOfSeries]:
    """Give days with the sentences of their reasons."""
    return [
        day
        if day.reason is None
        else msgspec.structs.replace(day, sentence=translate(REASONS[day.reason], bound=day.bound))
        for day in days
    ]
