"""Events are written in the transaction that made them, so that only what was committed is told."""

from app.outbox.append import append

__all__ = ["append"]
