"""Becomes a server process: changes to an ordinary user, asks to die with its parent, then runs the server.

It is started with `python -I -S` and uses the standard library only. Its arguments are: parent's process id, user id,
group id, signal number, command.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Replace this process by the command, or exit where the parent is gone already."""
    parent, uid, gid, death_signal = (int(argument) for argument in sys.argv[1:5])
    command = sys.argv[5:]
    os.umask(0o077)
    if os.geteuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # Changing the user clears this setting, so it comes after it.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execv(command[0], command)  # noqa: S606 - becoming the server is the purpose


if __name__ == "__main__":
    main()
