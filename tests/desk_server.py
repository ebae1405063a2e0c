"""The desk as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.web_server import ROOT


@contextmanager
def desk_server(database_url: str, redis_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve questions until the block ends; it is ready when it waits for the first one."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "app", "desk"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "ENVIRONMENT": "test",
            "LOG_LEVEL": "WARNING",
        },
    )
    try:
        with redis.Redis.from_url(redis_url) as client:
            deadline = time.monotonic() + 60
            while not any(known["cmd"] == "brpop" for known in client.client_list()):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the desk does not start")
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait(60)
