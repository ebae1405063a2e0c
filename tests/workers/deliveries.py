"""What became of the messages of a school."""

from app.notifications import repository
from app.notifications.domain import DeliveryCounts, DeliveryLine
from tests.mail_sink import MailSink
from tests.notifications.school import Opened
from tests.workers.conftest import Running


async def deliveries(school: Opened) -> list[DeliveryLine]:
    async with school.database.read() as connection:
        return await repository.list_deliveries(connection)


async def counts(school: Opened) -> DeliveryCounts:
    async with school.database.read() as connection:
        return await repository.count_deliveries(connection)


async def due_message(school: Opened, running: Running, sink: MailSink) -> DeliveryLine:
    """A message that is written and waits."""
    sink.refused.add("hr@chutian.test")
    await school.ask_for("en")
    await running.until_idle()
    sink.refused.clear()
    await school.database.pool.execute("UPDATE delivery SET state = 'due', next_attempt_at = now()")
    (line,) = await deliveries(school)
    return line
