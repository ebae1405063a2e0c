"""Turns submitted forms into commands; a refused form is shown again, with its values and what is wrong by field."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from app.clock import Clock, with_ends_of_day
from app.errors import N_, DomainError, FieldError, Invalid
from app.facts.writing import Author, accepted_by_form
from app.http.form_keys import FORM_KEY
from app.http.shape_errors import shape_errors
from app.layout.page import Answer, AnyRequest, Page
from app.locales import Translator
from app.texts import visible

T = TypeVar("T")


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a form shows again: the values and, by field, what is wrong; `refusal` is why it was not carried out."""

    values: Mapping[str, Any] = {}
    errors: Mapping[str, str] = {}
    message: str = ""
    refusal: DomainError | None = None

    def value(self, name: str, default: Any = "") -> Any:
        """Give what the reader had entered."""
        return self.values.get(name, default)

    def error(self, name: str) -> str:
        """Give what is wrong with a field."""
        return self.errors.get(name, "")

    @property
    def status_code(self) -> int:
        """Give the status of the page that shows the form."""
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.message else HTTPStatus.OK


EMPTY_FORM = Form()
_SECRETS = frozenset({"password"})


async def submitted_values(request: AnyRequest) -> dict[str, Any]:
    """Give the form's fields; one given several times is a list, and those without anything visible are left out."""
    found: dict[str, Any] = {}
    for name, value in (await request.form()).multi_items():
        text = value
        if isinstance(value, str):
            text = value.strip() if name in _SECRETS else visible(value)
        if name not in found:
            found[name] = text
        elif isinstance(found[name], list):
            found[name].append(text)
        else:
            found[name] = [found[name], text]
    found.pop(FORM_KEY, None)
    return {name: value for name, value in found.items() if value != ""}


def every(values: Mapping[str, Any], name: str) -> list[Any]:
    """Give what a form says for a field of which there may be several."""
    given = values.get(name, [])
    return given if isinstance(given, list) else [given]


# What a browser sends from <input type=time>; the commands' times of day have seconds.
_HOUR = re.compile(r"\d\d:\d\d")
_TIME_FIELDS = ("_time", "_opens", "_closes")


def _with_seconds(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _with_seconds(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_seconds(item) for item in value]
    is_hour = isinstance(value, str) and name.endswith(_TIME_FIELDS) and _HOUR.fullmatch(value)
    return f"{value}:00" if is_hour else value


# What a form sends beside the command: the version that it was filled in on, and a yes to breaking promises.
_BESIDE = frozenset({"row_version", "accept_broken", "take_broken"})


def as_command(values: Mapping[str, Any], command: type[T]) -> T:
    """Give the command of a form's values. Raises Invalid."""
    given = {name: value for name, value in values.items() if name not in _BESIDE}
    try:
        return msgspec.convert(with_ends_of_day(_with_seconds(given)), command, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(*shape_errors(error)) from error


def seen_version(values: Mapping[str, Any]) -> int:
    """Give the row version that a form was filled in on; without one 0, which no row has: the edit is refused."""
    seen = str(values.get("row_version", ""))
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def author_of(page: Page, values: Mapping[str, Any], reason: str = "") -> Author:
    """Give who changes a fact by a form, and the bookings that they looked at and said yes to breaking."""
    accepted = accepted_by_form(values)
    return Author(actor=page.person, clock=page.clock, translate=page.translate, accepted=accepted, reason=reason)


def school_moment(values: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Turn a form's `day` and `hour`, in the school's zone, into the command's `starts_at`."""
    given = dict(values)
    day, hour = given.pop("day", ""), given.pop("hour", "")
    if day and hour:
        try:
            given["starts_at"] = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=clock.zone)
        except ValueError:
            given["starts_at"] = f"{day}T{hour}"
    return given


# Shape errors name fields and types as the API does; beside a form's field less is clearer.
_PLAIN = {
    "missing": N_("Fill this in."),
    "wrong-id": N_("Choose one of the list."),
    "unknown-value": N_("Choose one of the list."),
}


def refused(error: DomainError, values: Mapping[str, Any], translate: Translator) -> Form:
    """Give the form again, with what was wrong."""
    fields: tuple[FieldError, ...] = error.fields if isinstance(error, Invalid) else ()
    message = translate(error.sentence, **error.values) if error.values else translate(error.sentence)
    errors: dict[str, str] = {}
    for field in fields:
        errors.setdefault(field.path, translate(_PLAIN.get(field.code, field.sentence), **field.values))
    if errors and error.sentence == Invalid.sentence:
        message = translate.plural("{count} entry needs a change.", "{count} entries need a change.", len(errors))
    kept = {name: value for name, value in values.items() if name not in _SECRETS}
    return Form(values=kept, errors=errors, message=message, refusal=error)


async def carry_out(
    act: Callable[[], Awaitable[Answer]],
    *,
    page: Page,
    values: Mapping[str, Any],
    again: Callable[[Form], Awaitable[Answer]],
) -> Answer:
    """Answer as `act` does; where it is refused, show the form `again` with what was wrong beside its fields."""
    try:
        return await act()
    except DomainError as error:
        return await again(refused(error, values, page.translate))
