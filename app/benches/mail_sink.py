"""The mail server of a bench, in a process of its own: it takes every message and notes when each one came.

It speaks as much SMTP as a client needs that sends, and costs little processor time beside those that are measured.
"""

import asyncio
import re
import sys
import time
from collections import Counter
from functools import partial

from app.benches.instance import Instance
from app.benches.ports import answers, free_port

_ABOUT = re.compile(rb"^X-Chunzhao-Activity: (\S+)", re.MULTILINE)
_LARGEST_MESSAGE = 1_000_000
_ANSWERS = {
    b"EHLO": b"250-bench\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
_LONGEST_WAIT_SECONDS = 120.0
_LOOK_SECONDS = 0.02


class MailSink:
    """A mail server that runs beside an instance; `time.monotonic` is the clock of both processes."""

    def __init__(self, instance: Instance, *, answer_ms: int = 0) -> None:
        port = free_port()
        log = instance.services.data_folder / "mail.log"
        instance.services.supervisor.start(
            "mail server",
            [sys.executable, "-P", "-m", "app.benches.mail_sink", str(port), str(answer_ms)],
            ready=lambda: answers(port),
            log_path=log,
        )
        self.port = port
        self.url = f"smtp://127.0.0.1:{port}"
        self.counts: Counter[str] = Counter()
        """How often a message about each activity came."""
        self._log = log.open()

    def close(self) -> None:
        """Read no more; the server ends with the instance."""
        self._log.close()

    async def next(self, messages: int) -> list[float]:
        """Give the moments at which the next messages came, as soon as so many have. Raises TimeoutError."""
        moments: list[float] = []
        async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
            while len(moments) < messages:
                position = self._log.tell()
                if not (line := self._log.readline()).endswith("\n"):
                    self._log.seek(position)
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                moment, about = line.split()
                moments.append(float(moment))
                self.counts[about] += 1
        return moments


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answer_ms: int) -> None:
    """Take the messages of one connection, each answered after a while."""
    writer.write(b"220 bench\r\n")
    while command := (await reader.readline())[:4].upper():
        writer.write(_ANSWERS.get(command, b"250 ok\r\n"))
        if command == b"QUIT":
            break
        if command == b"DATA":
            about = _ABOUT.search(await reader.readuntil(b"\r\n.\r\n"))
            sys.stdout.write(f"{time.monotonic()} {about[1].decode() if about else '-'}\n")
            sys.stdout.flush()
            if answer_ms:
                await asyncio.sleep(answer_ms / 1000)
            writer.write(b"250 taken\r\n")
    writer.close()


async def _serve(port: int, answer_ms: int) -> None:
    server = await asyncio.start_server(partial(_talk, answer_ms=answer_ms), "127.0.0.1", port, limit=_LARGEST_MESSAGE)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(*map(int, sys.argv[1:])))
