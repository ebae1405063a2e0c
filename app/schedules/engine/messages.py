"""What a process and its engine say to each other: msgpack, with the length before each message."""

import struct
from typing import IO, Final

import msgspec

from app.schedules.domain import ValuableAddition
from scheduling import Explanation, Problem, Progress, Result, Solution

_LENGTH: Final = struct.Struct("!I")


class Solve(msgspec.Struct, frozen=True, tag=True):
    """Place a season's requests, check the result by the verifier, and explain what is unplaced."""

    problem: Problem
    time_limit_seconds: float
    seed: int


class Explain(msgspec.Struct, frozen=True, tag=True):
    """Say why a request has no placement."""

    problem: Problem
    solution: Solution
    request: str


class FindAdditions(msgspec.Struct, frozen=True, tag=True):
    """Find what more would let more requests in."""

    problem: Problem
    solution: Solution


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """Load what a solve needs; nothing is answered."""


class Stop(msgspec.Struct, frozen=True, tag=True):
    """End the solve with its best."""


Job = Solve | Explain | FindAdditions
Order = Job | Prepare | Stop


class Reported(msgspec.Struct, frozen=True, tag=True):
    """Where a solve stands."""

    progress: Progress


class Solved(msgspec.Struct, frozen=True, tag=True):
    """A result that keeps every rule."""

    result: Result
    explanations: list[Explanation]


class Explained(msgspec.Struct, frozen=True, tag=True):
    """Why a request has no placement."""

    explanation: Explanation


class AdditionsFound(msgspec.Struct, frozen=True, tag=True):
    """The additions that let more in, the best first."""

    additions: list[ValuableAddition]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The job ended with an error."""

    reason: str


Answer = Reported | Solved | Explained | AdditionsFound | Failed

ORDERS: Final[msgspec.msgpack.Decoder[Order]] = msgspec.msgpack.Decoder(Order)
ANSWERS: Final[msgspec.msgpack.Decoder[Answer]] = msgspec.msgpack.Decoder(Answer)


def send(stream: IO[bytes], message: Order | Answer) -> None:
    """Write a message. Raises OSError where nobody reads."""
    data = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Wait for the next message; None where the other side has ended."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None
