"""Events leave the transaction that made them through one table: nothing is told that was not committed."""

from app.outbox.append import append

__all__ = ["append"]
