"""A disk that fills up: a warning, then reading only, and writing again when there is space."""

import asyncio
import time
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.database.migrate import migrate
from app.embedded import embedded_services_async
from app.embedded.disk import CHECK_SECONDS, MEGABYTE, DiskGuard, free_bytes
from tests.school import PASSWORD
from tests.web_server import web_server

RESERVE = 100 * MEGABYTE


class Disk:
    """Free space as the test says."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.free = 1000 * MEGABYTE
        self.guard = DiskGuard(database_url, lambda: self.free, reserve=RESERVE, spare=folder / "spare")

    async def has(self, megabytes: int) -> None:
        """Fill it or free it, and wait until the guard has looked."""
        self.free = megabytes * MEGABYTE
        await asyncio.sleep(CHECK_SECONDS)
        await asyncio.to_thread(self.guard.look)
        await asyncio.sleep(0.3)  # the servers read their settings again


@pytest.mark.slow
async def test_a_full_disk_is_read_only_until_there_is_space(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with embedded_services_async(for_tests=True) as services:
        await asyncio.to_thread(migrate, services.database_url)
        disk = Disk(services.database_url, tmp_path)
        with web_server(services.database_url) as base_url:
            async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
                school = {"school_name_zh": "江城大学", "school_name_en": "J", "email": "a@jiangcheng.example"}
                made = await client.post("/api/school", json={**school, "password": PASSWORD, "display_name": "周岚"})
                assert made.status_code == 201
                credentials = {"email": "a@jiangcheng.example", "password": PASSWORD}
                assert (await client.post("/api/session", json=credentials)).status_code == 201

                async def add(code: str) -> httpx.Response:
                    return await client.post("/api/campuses", json={"code": code, "name_zh": "校", "name_en": "C"})

                await disk.has(399)
                assert "399 MB are left on the disk" in capsys.readouterr().err
                assert (await add("A")).status_code == 201
                await disk.has(99)
                full = await add("B")
                assert (full.status_code, full.json()["type"]) == (507, "/problems/disk-full")
                # What is there can be read, also by who is signed in.
                assert [campus["code"] for campus in (await client.get("/api/campuses")).json()] == ["A"]
                assert (await client.get("/api/accounts")).status_code == 200
                page = await client.get("/venues", headers={"Accept": "text/html"})
                assert page.status_code == 200
                assert (await client.get("/api/employers", params={"search": "x"})).status_code == 200
                await disk.has(120)
                assert (await add("B")).status_code == 507
                await disk.has(151)
                assert (await add("B")).status_code == 201
        told = capsys.readouterr().err
        assert told.count("the disk is full") == told.count("writing again") == 1


async def test_what_an_earlier_run_left_read_only_is_written_again(tmp_path: Path) -> None:
    async with embedded_services_async(for_tests=True) as services:
        connection = await asyncpg.connect(services.database_url)
        await connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await connection.execute("SELECT pg_reload_conf()")
        disk = Disk(services.database_url, tmp_path)
        await asyncio.to_thread(disk.guard.look)
        deadline = time.monotonic() + 5
        while (value := await connection.fetchval("SHOW default_transaction_read_only")) == "on":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        assert value == "off"
        await connection.close()


def test_the_free_space_is_that_of_the_folders_disk(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
