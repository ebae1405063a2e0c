"""The web as a process of its own, for tests that need real connections."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def web_server(database_url: str, **environment: str) -> Iterator[str]:
    """Serve a database; gives the base URL."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "app", "serve"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database_url,
            "REDIS_URL": "redis://127.0.0.1:1",  # the web asks nothing of it
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "ENVIRONMENT": "test",
            "BASE_URL": f"http://127.0.0.1:{port}",
            "LOG_LEVEL": "WARNING",
            "DATABASE_POOL_SIZE": "20",
            **environment,
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        base_url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"{base_url}/api/school", timeout=30).is_success:
                    break
            except httpx.TransportError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)
        yield base_url
    finally:
        process.terminate()
        process.wait(60)
