"""Becomes a PostgreSQL program that is not root and ends with its parent.

Run as a script: PARENT_PID UID GID PROGRAM ARGUMENT... It is a separate program, because Python code
between fork and exec can hang in a process with threads. It must not import the project: if root starts
it, the account that it changes to may not be able to read the project.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Never returns. Exits with a message if the parent has ended already, or if exec fails."""
    parent, uid, gid = (int(value) for value in sys.argv[1:4])
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After setuid, which clears it. SIGINT is PostgreSQL's fast shutdown.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit("the process that started this server has gone")
    os.umask(0o077)
    os.execv(sys.argv[4], sys.argv[4:])  # noqa: S606 - the purpose of this program; it uses no shell


if __name__ == "__main__":
    main()
