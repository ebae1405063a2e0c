"""Events are written in the transaction that made them, so that only what was committed is told.

After the commit `app.database.Database.transact` wakes the relay (`workers.relay`) by NOTIFY.
"""

from app.outbox.append import append, append_all

__all__ = ["append", "append_all"]
