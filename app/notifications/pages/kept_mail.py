"""Reads a folder of kept mail (Maildir) as its recipients would read it."""

import mailbox
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any


def read_messages(folder: Path, *, batch: int, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Give the newest messages of a folder, and how many there are."""
    if not folder.is_dir():
        return [], 0
    box = mailbox.Maildir(folder, create=False)
    keys = sorted(box.keys(), reverse=True)
    return [_summary(key, box.get_bytes(key)) for key in keys[offset : offset + batch]], len(keys)


def read_message(folder: Path, key: str) -> dict[str, Any] | None:
    """Give one message with its text and its calendar part."""
    box = mailbox.Maildir(folder, create=False)
    if key not in box:
        return None
    content = box.get_bytes(key)
    message = message_from_bytes(content, policy=policy.default)
    text, calendar = "", ""
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not text:
            text = str(part.get_content())
        elif part.get_content_type() == "text/calendar" and not calendar:
            payload = part.get_payload(decode=True)
            calendar = payload.decode() if isinstance(payload, bytes) else ""
    return {**_summary(key, content), "text": text, "calendar": calendar}


def _summary(key: str, content: bytes) -> dict[str, Any]:
    message = message_from_bytes(content, policy=policy.default)
    names = ("Subject", "To", "From", "Date")
    return {"key": key, **{name.lower(): str(message.get(name, "")).strip() for name in names}}
