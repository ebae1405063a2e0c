"""The chunzhao command as a child process."""

import os
import subprocess
import sys
from collections.abc import Mapping

from app.commands.development.child import PROJECT_ROOT

COMMAND = (sys.executable, "-P", "-m", "app")


def environment(**changes: str) -> dict[str, str]:
    """The test's own environment, without what a person may have set."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "SMTP_URL")}
    return {**kept, **changes}


def chunzhao(*arguments: str, variables: Mapping[str, str], typed: str | None = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `typed` is its standard input."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**variables),
        cwd=PROJECT_ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
