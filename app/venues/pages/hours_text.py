"""Opening hours as the text of a form, and back."""

from app.clock import end_text
from app.errors import Invalid
from app.locales.moments import weekday_word
from app.tables.errors import CellError
from app.tables.phrases import weekly_hours
from app.venues.domain import OpeningHours


def hours_as_text(hours: list[OpeningHours], locale: str) -> str:
    """Write 周一-周五 08:00-12:00,14:00-22:00: one line for weekdays that follow each other with the same hours."""
    by_weekday: dict[int, list[str]] = {}
    for opening in hours:
        by_weekday.setdefault(opening.weekday, []).append(f"{opening.opens:%H:%M}-{end_text(opening.closes)}")
    runs: list[tuple[int, int, list[str]]] = []
    for weekday, spans in sorted(by_weekday.items()):
        if runs and runs[-1][1:] == (weekday - 1, spans):
            runs[-1] = (runs[-1][0], weekday, spans)
        else:
            runs.append((weekday, weekday, spans))
    return "\n".join(f"{_weekdays(first, last, locale)} {','.join(spans)}" for first, last, spans in runs)


def hours_of_text(text: str) -> list[OpeningHours]:
    """Read what a person entered, in either language, as in files. Raises Invalid at `opening_hours`."""
    try:
        return [OpeningHours(*hours) for hours in weekly_hours(text)]
    except CellError as error:
        raise Invalid.at("opening_hours", error.error.sentence, error.error.code, **error.error.values) from error


def _weekdays(first: int, last: int, locale: str) -> str:
    words = [weekday_word(number, locale) for number in ([first] if first == last else [first, last])]
    return "-".join(words)
