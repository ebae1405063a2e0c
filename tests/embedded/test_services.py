import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import redis

from app.embedded import embedded_services, embedded_services_async
from app.embedded.data_folder import DataFolder, can_reach
from app.embedded.process import RunAs, processes_working_in
from app.exit_codes import SetupImpossible
from tests.embedded.holding import held_services, is_running, reachable_folder, wait_until


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _count(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM kept"))
    finally:
        await connection.close()


async def test_data_are_kept_between_runs_also_where_the_path_has_spaces() -> None:
    with reachable_folder("招聘 data folder") as folder:
        async with embedded_services_async(folder) as services:
            await _execute(services.database_url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
            with redis.Redis.from_url(services.redis_url) as client:
                client.set("kept", "1")
        async with embedded_services_async(folder) as services:
            assert await _count(services.database_url) == 1
            with redis.Redis.from_url(services.redis_url) as client:
                assert client.get("kept") == b"1"


async def test_the_server_is_what_the_migrations_need() -> None:
    async with embedded_services_async() as services:
        connection = await asyncpg.connect(services.database_url)
        try:
            await connection.execute("CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm")
            assert await connection.fetchval("SELECT current_setting('server_version_num')::int / 10000") == 18
            assert await connection.fetchval("SHOW max_connections") == "200"
            assert await connection.fetchval("SHOW fsync") == "on"
            assert await connection.fetchval("SHOW listen_addresses") == ""
            assert await connection.fetchval("SHOW server_encoding") == "UTF8"
            noon = "SELECT (timestamptz '2023-02-02 04:00Z' AT TIME ZONE 'Asia/Shanghai')::text"
            assert await connection.fetchval(noon) == "2023-02-02 12:00:00"
            assert await connection.fetchval("SELECT lower('ÄÖ')") == "äö"
        finally:
            await connection.close()


def test_a_temporary_folder_and_all_processes_are_gone_at_the_end() -> None:
    with embedded_services(for_tests=True) as services:
        folder = services.data_folder
        pids = [process.pid for process in services.supervisor.processes]
        assert all(is_running(pid) for pid in pids)
    assert not folder.exists()
    assert not any(is_running(pid) for pid in pids)


def test_sockets_are_private() -> None:
    with embedded_services(for_tests=True) as services:
        run = services.data_folder / "run"
        assert run.stat().st_mode & 0o077 == 0
        assert {path.name for path in run.iterdir()} >= {".s.PGSQL.5432", "valkey.sock"}


async def test_what_was_committed_survives_kill_9_of_the_servers() -> None:
    with reachable_folder() as folder:
        async with embedded_services_async(folder) as services:
            await _execute(services.database_url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
            with redis.Redis.from_url(services.redis_url) as client:
                client.set("kept", "1")
            killed = services.postgres, services.valkey
            for server in killed:
                os.kill(server.pid, signal.SIGKILL)

            def are_back() -> bool:
                services.supervisor.check()
                return services.postgres is not killed[0] and services.valkey is not killed[1]

            wait_until(are_back)
            assert await _count(services.database_url) == 1
            with redis.Redis.from_url(services.redis_url) as client:
                assert client.ping()


async def test_kill_9_of_the_parent_leaves_nothing_running_and_the_data_whole() -> None:
    with reachable_folder() as folder:
        with held_services(folder) as held:
            await _execute(held.database_url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
            data = held.data_folder / "postgres" / "data"
            assert len(processes_working_in(data)) > 1
            held.process.kill()
            held.process.wait()
            # No further waiting: the next start has to cope with servers that are still going down.
            async with embedded_services_async(folder) as services:
                assert await _count(services.database_url) == 1
                assert services.postgres.pid not in held.pids
            wait_until(lambda: not any(is_running(pid) for pid in held.pids))
        assert processes_working_in(data) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_everything_in_order(number: signal.Signals, code: int) -> None:
    with held_services() as held:
        held.process.send_signal(number)
        assert held.process.wait(30) == code
        assert not any(is_running(pid) for pid in held.pids)
        assert not held.data_folder.exists()


def test_a_folder_in_use_is_refused() -> None:
    with (
        reachable_folder() as folder,
        held_services(folder),
        pytest.raises(SetupImpossible, match="in use"),
        embedded_services(folder),
    ):
        pytest.fail("two runs shared one folder")


def test_a_lock_file_with_a_reused_process_id_does_not_stop_the_start() -> None:
    with reachable_folder() as folder:
        with embedded_services(folder, for_tests=True) as services:
            stale = services.data_folder / "postgres" / "data" / "postmaster.pid"
            owner = stale.stat()
            lines = stale.read_text(encoding="utf-8")
        stale.write_text(lines.replace(lines.split("\n", 1)[0], str(os.getpid()), 1), encoding="utf-8")
        os.chown(stale, owner.st_uid, owner.st_gid)
        with embedded_services(folder, for_tests=True) as services:
            assert is_running(services.postgres.pid)


def test_an_interrupted_first_start_is_repeated() -> None:
    with reachable_folder() as folder:
        making = folder / "postgres" / "making"
        making.mkdir(parents=True)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder / "postgres", nobody.pw_uid, nobody.pw_gid)
        folder.chmod(0o711)
        (making / "half").write_text("made", encoding="utf-8")
        with embedded_services(folder, for_tests=True) as services:
            assert is_running(services.postgres.pid)


def test_data_of_another_version_are_refused_with_the_folder_named() -> None:
    with reachable_folder() as folder:
        with embedded_services(folder, for_tests=True) as services:
            version = services.data_folder / "postgres" / "data" / "PG_VERSION"
        version.write_text("17\n", encoding="utf-8")
        with pytest.raises(SetupImpossible, match="PostgreSQL 17"), embedded_services(folder):
            pytest.fail("it started on foreign data")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_root_gets_a_reachable_folder_and_private_ones_stay_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    opened = DataFolder(tmp_path / "data")
    opened.close()
    try:
        assert not opened.path.is_relative_to(tmp_path)
        with embedded_services(tmp_path / "data", for_tests=True) as services:
            assert services.data_folder == opened.path
            assert tmp_path.stat().st_mode & 0o777 == 0o700
            assert Path(f"/proc/{services.postgres.pid}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    finally:
        shutil.rmtree(opened.path, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="everything here runs as an ordinary user already")
def test_an_ordinary_user_can_start_them() -> None:
    nobody = pwd.getpwnam("nobody")
    python = Path(sys.executable).resolve()
    if not can_reach(python.parent, RunAs(nobody.pw_uid, nobody.pw_gid)):
        pytest.skip(f"an ordinary user cannot reach {python}")
    with held_services(user=nobody.pw_uid) as held:
        assert all(Path(f"/proc/{pid}").stat().st_uid == nobody.pw_uid for pid in held.pids)


def test_stdout_stays_free_for_the_command() -> None:
    code = "from app.embedded import embedded_services as s\nwith s(for_tests=True): print('only this')"
    outcome = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert outcome.stdout == "only this\n"
