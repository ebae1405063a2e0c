"""What a process and its engine say to each other: msgpack, with the length before each message."""

import struct
from typing import IO, Final, Literal

import msgspec

from app.schedules.domain import ValuableAddition
from scheduling import Explanation, Problem, Progress, Result, Solution
from scheduling.booths.fair import Booth, BoothPlan, BoothProgress, Exhibitor, NoPlanReason

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


class AssignBooths(msgspec.Struct, frozen=True, tag=True):
    """Give exhibitors of a fair their booths; `before` and `pins` are booths by exhibitor."""

    booths: tuple[Booth, ...]
    exhibitors: tuple[Exhibitor, ...]
    pins: dict[str, str]
    before: dict[str, str]
    moves: int | None
    time_limit_seconds: float


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """Load what a solve needs; nothing is answered."""


class Stop(msgspec.Struct, frozen=True, tag=True):
    """End the solve with its best."""


Job = Solve | Explain | FindAdditions | AssignBooths
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


class BoothsFound(msgspec.Struct, frozen=True, tag=True):
    """A plan of booths, or why there is none and by whom."""

    plan: BoothPlan | None
    reason: NoPlanReason | Literal[""] = ""
    who: tuple[str, ...] = ()


class BoothsReported(msgspec.Struct, frozen=True, tag=True):
    """How far a plan of booths is."""

    progress: BoothProgress


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The job ended with an error."""

    reason: str


Answer = Reported | BoothsReported | Solved | Explained | AdditionsFound | BoothsFound | Failed

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
