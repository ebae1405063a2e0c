"""kill -9 in the middle of three hundred confirmations: none is lost, and one may come twice only where the kill fell
between the mail server's 250 and our mark, which the row counts.
"""

import asyncio
import time

import pytest
import redis

from tests.faults.mail_run import (
    CONFIRMATIONS,
    Outcome,
    Processes,
    confirm_all,
    outcome,
    running_processes,
    when_arrived,
    when_put_off,
)
from tests.mail_sink import MailSink
from workers.smtp import CONNECTIONS

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def run(database_url: str, acts: dict[int, str]) -> Outcome:
    """The confirmations, with an act of destruction at each number of messages that have arrived."""
    sink = MailSink()
    sink.delay_seconds = 0.01
    with sink.running(), running_processes(database_url, sink) as processes:
        started = time.monotonic()
        confirming = asyncio.create_task(confirm_all(database_url))
        for count, act in acts.items():
            await when_arrived(sink, count, lambda act=act: destroy(processes, act))  # type: ignore[misc]
        await confirming
        found = await outcome(database_url, sink, started)
    print(acts, found)  # noqa: T201 - the figures of the report
    assert found.arrived == found.sent == CONFIRMATIONS
    assert found.repeated_without_count == 0
    return found


def destroy(processes: Processes, act: str) -> None:
    """Kill it, and start it again at once."""
    if act == "flush":
        with redis.Redis.from_url(processes.redis_url) as client:
            client.flushall()
    elif act == "valkey":
        processes.kill_valkey()
        time.sleep(0.5)
        processes.start_valkey()
    else:
        processes.kill(act)
        processes.start(act)


async def test_a_killed_worker_repeats_at_most_what_it_was_sending(database_url: str) -> None:
    kills = {40: "worker", 180: "worker"}
    found = await run(database_url, kills)
    assert found.repeated_in_sink <= found.repeats_counted <= CONNECTIONS * 2 * len(kills)


async def test_a_killed_relay_repeats_nothing(database_url: str) -> None:
    found = await run(database_url, {10: "relay", 120: "relay"})
    assert (found.repeated_in_sink, found.repeats_counted) == (0, 0)


async def test_a_killed_and_a_flushed_valkey_repeat_nothing(database_url: str) -> None:
    found = await run(database_url, {40: "valkey", 160: "flush"})
    assert (found.repeated_in_sink, found.repeats_counted) == (0, 0)


async def test_every_message_in_doubt_is_counted(database_url: str) -> None:
    """Workers are killed while the server keeps its answers back, then it is away for a while."""
    sink = MailSink()
    sink.answer_delay_seconds = 600
    with sink.running(), running_processes(database_url, sink) as processes:
        started = time.monotonic()
        confirming = asyncio.create_task(confirm_all(database_url))
        in_doubt: set[str] = set()
        for kills in range(1, 4):
            await when_arrived(sink, CONNECTIONS * kills, lambda: processes.kill("worker"))
            in_doubt = set(sink.counts())
            if kills == 3:
                sink.is_closing, sink.answer_delay_seconds = True, 0
            processes.start("worker")
        await confirming
        await when_put_off(database_url, in_doubt)
        sink.is_closing = False
        found = await outcome(database_url, sink, started)
    assert len(in_doubt) == 3 * CONNECTIONS
    assert found.arrived == found.sent == CONFIRMATIONS
    assert in_doubt <= found.counted
