"""Runs the engine's compile step ahead of its first use and remembers for which sources.

Python's own bytecode is kept too, whatever the environment says: without it each start of a process, and each return of
one that was killed, translates numpy, numba and all that is ours anew, which takes as long as everything else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from one_at_a_time import SETUP_IMPOSSIBLE, one_at_a_time, say

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / ".venv" / "compiled-engine"
# What the processes of a school load.
PROGRAMS = "import app.asgi, app.commands.desk, app.commands.relay, app.commands.worker, app.commands.serve.school"


def main() -> int:
    """Compile unless another start just did; exit code 3 where that fails."""
    fingerprint = sys.argv[1]
    try:
        with one_at_a_time(ROOT):
            if STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() == fingerprint:
                return 0
            say("compiling the engine (once per change of its sources)")
            kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
            compiled = subprocess.run(
                [sys.executable, "-P", "-m", "scheduling.compile"], cwd=ROOT, env=kept, check=False
            )
            if compiled.returncode != 0:
                say("the engine's compile step failed; see the lines above")
                return SETUP_IMPOSSIBLE
            subprocess.run([sys.executable, "-P", "-c", PROGRAMS], cwd=ROOT, env=kept, check=False)
            try:
                STAMP.write_text(fingerprint + "\n", encoding="utf-8")
            except PermissionError:
                say("this user may not write to .venv, so the next start compiles again")
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
