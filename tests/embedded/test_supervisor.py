import errno
import sys
import threading
from pathlib import Path

import pytest

from app.embedded import ManagedProcess, ServerFailed, Supervisor, start_process
from app.embedded.revival import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, OWN_PAUSE_SECONDS, QUICK_SECONDS, Revival
from tests.embedded.holding import is_running, wait_until

TELLS_ITS_END = """
import pathlib, signal, sys, time
def end(*_):
    with open(sys.argv[1], 'a') as told:
        told.write(sys.argv[2] + ' ')
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
# A signal that comes just before a sleep does not end it.
while True:
    time.sleep(0.1)
"""


def test_processes_stop_in_reverse_order(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with Supervisor() as supervisor:
        for name in ("first", "second", "third"):
            command = [sys.executable, "-c", TELLS_ITS_END, str(told), name]
            started = tmp_path / f"told{name}"
            supervisor.start(name, command, ready=started.exists)
    assert told.read_text(encoding="utf-8").split() == ["third", "second", "first"]


def test_a_process_that_ends_by_itself_is_reported_with_its_code() -> None:
    with Supervisor() as supervisor:
        supervisor.start("short", ["/bin/sh", "-c", "exit 7"])
        with pytest.raises(ServerFailed, match="short ended by itself with 7"):
            supervisor.watch()


def test_a_killed_process_is_started_again_and_stopped_at_the_end() -> None:
    with Supervisor() as supervisor:
        killed = supervisor.start("web", ["/bin/sleep", "600"], restarts=True)
        killed.kill()

        def is_back() -> bool:
            supervisor.check()
            return supervisor.processes[0] is not killed

        wait_until(is_back)
        (again,) = supervisor.processes
        assert (again.name, is_running(again.pid), is_running(killed.pid)) == ("web", True, False)
    assert not is_running(again.pid)


@pytest.mark.parametrize(
    ("first", "growing"), [(FIRST_PAUSE_SECONDS, [0.5, 1.0, 1.0]), (OWN_PAUSE_SECONDS, [0.1, 0.2, 0.4])]
)
def test_a_process_that_dies_again_and_again_comes_back_after_growing_pauses(
    first: float, growing: list[float]
) -> None:
    started = start_process("web", ["/bin/true"])
    revival, now, pauses = Revival(lambda: started, now=0.0, first_pause_seconds=first), 0.0, []
    for _ in range(20):
        pause = revival.died(now=now)
        assert pause is not None
        assert revival.died(now=now) is None
        assert revival.revived(now=now + pause / 2) is None
        now += pause
        assert revival.revived(now=now) is started
        pauses.append(pause)
    assert pauses[:3] == growing
    assert set(pauses[4:]) == {LONGEST_PAUSE_SECONDS}
    started.stop()


@pytest.mark.parametrize("refusal", [ServerFailed("no space left"), OSError(errno.ENOSPC, "no space left")])
def test_a_server_that_cannot_start_again_yet_is_tried_until_it_can(refusal: Exception) -> None:
    refusals = iter([False, True, True, False])

    def start() -> ManagedProcess:
        if next(refusals):
            raise refusal
        return start_process("PostgreSQL", ["/bin/sleep", "600"])

    with Supervisor() as supervisor:
        killed = supervisor.add(start)
        killed.kill()

        def is_back() -> bool:
            supervisor.check()
            return supervisor.processes[0] is not killed

        wait_until(is_back)
        assert is_running(supervisor.processes[0].pid)


def test_a_long_life_makes_the_next_death_the_first_again() -> None:
    started = start_process("web", ["/bin/true"])
    revival = Revival(lambda: started, now=0.0)
    for death in range(1, 10):
        now = death * 2 * QUICK_SECONDS
        assert revival.died(now=now) == FIRST_PAUSE_SECONDS
        assert revival.revived(now=now + FIRST_PAUSE_SECONDS) is started
    started.stop()


def test_a_process_that_never_is_ready_is_reported_with_its_log(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "echo the reason >&2; exit 1"]
    with Supervisor() as supervisor, pytest.raises(ServerFailed, match="the reason"):
        supervisor.start("broken", command, ready=lambda: False, log_path=tmp_path / "log")


def test_a_process_that_ignores_the_signal_is_forced() -> None:
    process = start_process("stubborn", ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"])
    process.stop(timeout_seconds=0.3)
    assert not is_running(process.pid)


def test_a_process_outlives_the_thread_that_asked_for_it() -> None:
    started = []

    def start() -> None:
        started.append(start_process("lasting", ["/bin/sleep", "60"]))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    try:
        wait_until(lambda: not thread.is_alive())
        assert is_running(started[0].pid)
    finally:
        started[0].stop()
