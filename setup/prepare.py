"""Makes `.venv` and the front-end files from the locks; standard library only, started by ./chunzhao."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from front_end import install_front_end
from locked_packages import install_locked
from one_at_a_time import SETUP_IMPOSSIBLE, SetupImpossible, one_at_a_time, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK_OF_LEVEL = {"local": "requirements-local.lock", "dev": "requirements-dev.lock"}


def prepare(level: str, fingerprint: str) -> None:
    """Install everything `level` needs, stamp it with `fingerprint`; a no-op where another start just did."""
    with one_at_a_time(ROOT):
        if not _stamped(level, fingerprint):
            if not _stamped("local", fingerprint):
                say("setting up .venv from the hashed lock (once, 10 to 120 seconds)")
                venv.create(VENV, clear=True, with_pip=True, symlinks=True)
            install_locked(ROOT, VENV, LOCK_OF_LEVEL[level])
            _put_project_on_path()
        install_front_end(ROOT, VENV, with_tests=level == "dev")
        for done in {level, "local"}:
            (VENV / f"installed-{done}").write_text(fingerprint + "\n", encoding="utf-8")
        say("ready")


def _stamped(level: str, fingerprint: str) -> bool:
    stamp = VENV / f"installed-{level}"
    return (
        (VENV / "bin" / "python").exists()
        and stamp.is_file()
        and stamp.read_text(encoding="utf-8").strip() == fingerprint
    )


def _put_project_on_path() -> None:
    # A .pth needs no build step and no build backend in the local lock.
    asked = [str(VENV / "bin" / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site_packages = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    Path(site_packages, "chunzhao.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def main() -> int:
    """Run the set-up; any failure is one line and exit code 3."""
    level, fingerprint = sys.argv[1:]
    try:
        prepare(level, fingerprint)
    except SetupImpossible as error:
        say(str(error))
        return SETUP_IMPOSSIBLE
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"set-up failed: {error}")
        return SETUP_IMPOSSIBLE
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
