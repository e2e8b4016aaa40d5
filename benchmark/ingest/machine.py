"""The machine of a measurement, and the end of its processes."""

import contextlib
import os
import platform
import signal
from pathlib import Path


def machine():
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} × {cpu}, Linux {platform.release().split('-')[0]}"


def load_average():
    return f"{os.getloadavg()[0]:.1f}"


def end_all():
    """Stops all child processes that still run, wherever this process was interrupted."""
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, signal.SIG_IGN)
    children = [int(pid) for thread in Path("/proc/self/task").iterdir()
                for pid in (thread / "children").read_text().split()]
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
