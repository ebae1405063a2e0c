"""The logs of every process: one line for an event, as JSON or for a terminal.

Nothing personal is logged: no bodies, cookies or local variables. A traceback is file, line and function. The message
of an exception is kept without addresses, quoted values, long numbers, and the DETAIL lines in which PostgreSQL quotes
rows. Access lines have no query string and no address.
"""

import logging
import re
import sys
import traceback
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.settings import Settings

_ADDRESS = re.compile(r"[^\s<>\"'`]+@[^\s<>\"'`]+")
_QUOTED = re.compile(r"'[^']*'")
_LONG_NUMBER = re.compile(r"\b\d{7,}\b")
_LONGEST_MESSAGE = 300
_FRAMES = 12
_NOISY = {"arq": logging.WARNING, "asyncio": logging.WARNING, "alembic": logging.WARNING, "mail.log": logging.ERROR}


def configure_logging(settings: Settings) -> None:
    """Set up structlog and the standard library's logging; calling it again changes nothing."""
    as_json = settings.environment == "production" or not sys.stderr.isatty()
    _configure(settings.log_level, as_json=as_json)


def _configure(level: Literal["DEBUG", "INFO", "WARNING", "ERROR"], *, as_json: bool) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _OurHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, access_line],
            pass_foreign_args=True,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_arguments,
                brief_exception,
                without_addresses,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if not isinstance(kept, _OurHandler)] + [handler]
    root.setLevel(level)
    for name, noise in _NOISY.items():
        logging.getLogger(name).setLevel(max(noise, root.level))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


class _OurHandler(logging.Handler):
    """Writes to standard error, because standard output belongs to what a command answers."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            self.handleError(record)


def access_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Give uvicorn's access line as fields, without the client's address and the query string."""
    arguments = event.get("positional_args")
    if event.get("logger") == "uvicorn.access" and isinstance(arguments, tuple) and len(arguments) == 5:
        _, method, path, _, status = arguments
        event.update(event="request", method=method, path=str(path).partition("?")[0], status=status)
    return event


def without_arguments(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop the arguments: they are part of the line already."""
    event.pop("positional_args", None)
    return event


def brief_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Give where an exception came from and what it says, without the values of variables."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_told(error))
    return event


def _told(error: BaseException) -> list[str]:
    frames = [
        f"  {frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    ]
    lines = [*frames, f"{type(error).__module__}.{type(error).__qualname__}: {safe_message(error)}"]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines if before is None else [*_told(before), "then:", *lines]


def safe_message(error: BaseException) -> str:
    """Give an exception's first line without anything that may be personal."""
    first = str(error).partition("\n")[0][:_LONGEST_MESSAGE]
    return _LONG_NUMBER.sub("…", _QUOTED.sub("'…'", _ADDRESS.sub("…", first)))


def without_addresses(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace every mail address in a line."""
    return {name: _ADDRESS.sub("…", value) if isinstance(value, str) else value for name, value in event.items()}
