"""`python -m app` is the chunzhao command."""

import gc
import sys

from app.cli import main

if __name__ == "__main__":
    code = main()
    gc.freeze()  # else the interpreter's last collections visit everything that is loaded: 0.3 s after a large solve
    sys.exit(code)
