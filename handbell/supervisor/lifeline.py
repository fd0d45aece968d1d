"""How does a process of ours make sure that it does not outlive the one that started it?"""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(number: signal.Signals, *, parent: int) -> None:
    """Ask the kernel for signal `number` when our parent, process `parent`, ends.

    If it has ended already, the signal is sent now. Does nothing where the kernel is not Linux.
    """
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (AttributeError, OSError):
        return
    prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)
