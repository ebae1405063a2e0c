"""RFC 9457: every error is answered as a problem with a stable type, in the reader's language."""

import re
from http import HTTPStatus
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from app import errors
from app.errors import N_, DomainError, FieldError, Invalid
from app.http.edge import BodyStalled
from app.http.reader import reader_translator
from app.http.shape_errors import shape_error, shape_errors
from app.locales import Translator
from app.texts import TextsRefused

log = structlog.get_logger(__name__)

STATUS: dict[type[DomainError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Away: HTTPStatus.SERVICE_UNAVAILABLE,
    BodyStalled: HTTPStatus.REQUEST_TIMEOUT,
}

# What the framework itself refuses, by status.
_FRAMEWORK: dict[int, tuple[str, str]] = {
    400: ("malformed", N_("The request cannot be read.")),
    401: ("unauthenticated", errors.Unauthenticated.sentence),
    403: ("forbidden", errors.Forbidden.sentence),
    404: ("not-found", errors.NotFound.sentence),
    405: ("method-not-allowed", N_("This address does not do that.")),
    413: ("too-large", N_("This is too large.")),
    415: ("unsupported-media-type", N_("This kind of content is not accepted here.")),
}
# Bytes that are no UTF-8, or nested too deeply: what msgspec does not raise its own error for.
_UNREADABLE = (UnicodeDecodeError, RecursionError)
# PostgreSQL restarts, recovers, or is not reached for a moment; pages and programs may simply ask again.
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
)
DISK_FULL = (asyncpg.DiskFullError, asyncpg.ReadOnlySQLTransactionError)
_AWAY_SECONDS = 5
_MISSING = re.compile(r"Missing required \w+ parameter '(?P<name>[^']+)'")
# Parameters that Python calls otherwise than the address does.
_NAMES = {"data": "", "in_state": "state", "in_states": "state", "states": "state"}
_UNEXPECTED = ("internal", N_("Something went wrong on our side. It has been written down; please try again."))


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The members of RFC 9457, our `errors` by field, and what an error adds (alternatives, difference)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, str]] = []
    extra: dict[str, Any] = {}


def status_of(error: DomainError) -> HTTPStatus:
    """Give the status of the nearest ancestor in the table."""
    return next(STATUS[parent] for parent in type(error).__mro__ if parent in STATUS)


def problem_of(error: Exception, translate: Translator) -> Problem:
    """Give the problem that tells an exception to its reader."""
    if isinstance(error, ValidationException):
        error = Invalid(*_framework_fields(error))
    if isinstance(error, asyncpg.DataError | OverflowError):
        error = Invalid(
            FieldError("", N_("This holds characters or numbers that cannot be stored."), {}, "not-storable")
        )
    if isinstance(error, DomainError):
        return _domain_problem(error, translate)
    if isinstance(error, HTTPException):
        name, sentence = _FRAMEWORK.get(error.status_code, _UNEXPECTED)
        return Problem(f"/problems/{name}", translate(sentence), error.status_code)
    if isinstance(error, DISK_FULL):
        name, sentence = "disk-full", N_("The school's disk is full: what is there can be read, nothing new is kept.")
        status = 507
    elif isinstance(error, _AWAY):
        name, sentence, status = "away", N_("The school's records cannot be reached just now. Please try again."), 503
    else:
        name, sentence, status = (*_FRAMEWORK[400], 400) if isinstance(error, _UNREADABLE) else (*_UNEXPECTED, 500)
    return Problem(f"/problems/{name}", translate(sentence), status)


def _domain_problem(error: DomainError, translate: Translator) -> Problem:
    fields = error.fields if isinstance(error, Invalid) else ()
    listed = [
        {"path": field.path, "code": field.code, "detail": translate(field.sentence, **field.values)}
        for field in fields
    ]
    title = translate(error.sentence, **error.values) if error.values else translate(error.sentence)
    detail = " ".join(item["detail"] for item in listed[:3])
    return Problem(f"/problems/{error.type}", title, status_of(error), detail, listed, error.extra)


def _framework_fields(error: ValidationException) -> list[FieldError]:
    cause = error.__cause__
    if isinstance(cause, msgspec.ValidationError) and isinstance(cause.__cause__, TextsRefused):
        fields = shape_errors(cause)
        return [msgspec.structs.replace(field, path=field.path.removeprefix("data.")) for field in fields]
    if missing := _MISSING.search(error.detail):
        name = _NAMES.get(missing["name"], missing["name"])
        return [shape_error("", f"missing required field `{name}`")]
    return [_framework_field(item) for item in error.extra or [] if isinstance(item, dict)]


def _framework_field(item: dict[str, Any]) -> FieldError:
    path = str(item.get("key", "")).removeprefix("data.")
    return shape_error(_NAMES.get(path, path), str(item.get("message", "")))


def log_unexpected(request: Request[Any, Any, Any], problem: Problem, error: Exception) -> None:
    """Write down what is our fault, and is not written down where it was noticed."""
    if isinstance(error, DomainError):
        return
    if problem.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE):
        log.warning("the database is away or full", path=request.url.path, error=type(error).__name__)
    elif problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", path=request.url.path, method=request.method, exc_info=error)


def exception_to_problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Give the API's answer to an error."""
    problem = problem_of(error, reader_translator(request))
    log_unexpected(request, problem, error)
    body = msgspec.to_builtins(problem)
    extra = body.pop("extra", {})
    return Response(
        content={**body, **extra},
        status_code=problem.status,
        media_type="application/problem+json",
        headers=retry_headers(problem, error),
    )


def retry_headers(problem: Problem, error: Exception) -> dict[str, str]:
    """When it is worth to try again, where that is known."""
    if isinstance(error, errors.TooMany):
        return {"Retry-After": str(error.values["seconds"])}
    return {"Retry-After": str(_AWAY_SECONDS)} if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
