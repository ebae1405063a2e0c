"""Runs the engine's compile step ahead of its first use and remembers for which sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from one_at_a_time import SETUP_IMPOSSIBLE, one_at_a_time, say

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / ".venv" / "compiled-engine"


def main() -> int:
    """Compile unless another start just did; exit code 3 where that fails."""
    fingerprint = sys.argv[1]
    try:
        with one_at_a_time(ROOT):
            if STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() == fingerprint:
                return 0
            say("compiling the engine (once per change of its sources)")
            compiled = subprocess.run([sys.executable, "-P", "-m", "scheduling.compile"], cwd=ROOT, check=False)
            if compiled.returncode != 0:
                say("the engine's compile step failed; see the lines above")
                return SETUP_IMPOSSIBLE
            try:
                STAMP.write_text(fingerprint + "\n", encoding="utf-8")
            except PermissionError:
                say("this user may not write to .venv, so the next start compiles again")
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
