"""The exit codes of the chunzhao command, and the errors that lead to them.

CommandError
├── BadInput            2
└── SetupImpossible     3
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command; see the README."""

    OK = 0
    FELL_SHORT = 1
    BAD_INPUT = 2
    SETUP_IMPOSSIBLE = 3
    INTERRUPTED = 130


class CommandError(Exception):
    """A command cannot go on; its message is one line for the person at the terminal."""

    exit_code = ExitCode.FELL_SHORT


class BadInput(CommandError):
    """The arguments, a setting or a file are wrong; the message names which."""

    exit_code = ExitCode.BAD_INPUT


class SetupImpossible(CommandError):
    """The machine lacks something; the message says what to install or start."""

    exit_code = ExitCode.SETUP_IMPOSSIBLE
