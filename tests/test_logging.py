"""Log lines say what happened and where, never whose it was."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
import structlog

from app.logging import configure_logging, safe_message
from app.settings import Settings


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    """Our logging, and afterwards the one that was there."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure_logging(Settings(environment="production"))
    yield
    root.handlers, root.level = before, level
    structlog.reset_defaults()


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(capsys.readouterr().err.splitlines()[-1])
    return line


def fail(password: str) -> None:
    secret = password.upper()
    raise asyncpg.UniqueViolationError(f'duplicate key "account_email_unique"\nDETAIL: Key (email)=({secret}) exists.')


@pytest.mark.parametrize("logger", [structlog.get_logger("app.x"), logging.getLogger("some.library")])
def test_a_traceback_has_no_locals_and_no_detail(capsys: pytest.CaptureFixture[str], logger: logging.Logger) -> None:
    try:
        fail("hunter")
    except asyncpg.UniqueViolationError:
        logger.exception("broken for li@chutian.test")
    text = capsys.readouterr().err
    line = json.loads(text.splitlines()[-1])
    assert line["event"] == "broken for …"
    assert "test_logging.py" in line["exception"]
    assert 'UniqueViolationError: duplicate key "account_email_unique"' in line["exception"]
    assert "hunter" not in text.lower()


def test_access_lines_have_no_query_and_no_client(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("10.1.2.3:4711", "GET", "/verify-email?token=secret", "1.1", 200)
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', *arguments)
    line = last_line(capsys)
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/verify-email", 200)
    assert "secret" not in json.dumps(line)
    assert "10.1.2.3" not in json.dumps(line)


def test_fields_lose_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("app.x").info("sent", to="Li <li@chutian.test>", number=3)
    line = last_line(capsys)
    assert (line["to"], line["number"]) == ("Li <…>", 3)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "invalid input for query argument $1: 'Li Lei' (expected a date)",
            "invalid input for query argument $1: '…' (expected a date)",
        ),
        ("550 <li@chutian.test>: no such mailbox", "550 <…>: no such mailbox"),
        ("phone 13800138000 is wrong", "phone … is wrong"),
        ("first line\nsecond line", "first line"),
        ("", ""),
    ],
)
def test_messages_of_exceptions_lose_what_may_be_somebodys(said: str, kept: str) -> None:
    assert safe_message(ValueError(said)) == kept
