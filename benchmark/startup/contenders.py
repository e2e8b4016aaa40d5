"""The contenders: sensors as local programs and as containers, and the cost of a running one."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

# Labels this run's containers, so that the clean-up finds all of them.
LABEL = f"sensorline.startup-benchmark={os.getpid()}"


class Program:
    """A sensor that is started with a command."""

    def __init__(self, name, command, files=()):
        self.name = name
        self._command = command
        self._files = files

    def size(self):
        """Size of what must be installed in addition to the interpreter or JVM, in bytes."""
        return sum(file.stat().st_size for top in self._files for file in [top, *top.rglob("*")] if file.is_file())

    def start(self, variables, log):
        others = {name: value for name, value in os.environ.items() if not name.startswith("SIM_")}
        return Process(subprocess.Popen(self._command, env=others | variables,
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log))


class Process:

    def __init__(self, popen):
        self._popen = popen

    def pid(self):
        return self._popen.pid

    def failed(self):
        return self._popen.poll() is not None

    def stop(self):
        # Not SIGTERM: the time that a sensor takes to stop must not delay the next one's start.
        self._popen.kill()
        self._popen.wait()


class Image:
    """A sensor that is started with `docker run`, on the host's network: all of them reach the same loopback broker."""

    def __init__(self, name, image):
        self.name = name
        self._image = image

    def size(self):
        return int(docker("image", "inspect", "--format", "{{.Size}}", self._image))

    def start(self, variables, log):
        container = f"startup-benchmark-{os.getpid()}-{variables['SIM_NAME']}"
        run = ["docker", "run", "--detach", "--network", "host", "--label", LABEL, "--name", container]
        for name, value in variables.items():
            run += "--env", f"{name}={value}"
        # In its own session, so that a Ctrl-C does not end it between its requests.
        return Container(container, subprocess.Popen(
            [*run, self._image], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True))


class Container:

    def __init__(self, name, client):
        self._name = name
        self._client = client

    def pid(self):
        self._client.wait()
        return int(docker("inspect", "--format", "{{.State.Pid}}", self._name))

    def failed(self):
        return self._client.poll() not in (None, 0)

    def stop(self):
        self._client.wait()
        docker("rm", "--force", self._name)


def docker(*arguments):
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"docker {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def cpu_seconds(pid):
    """CPU time of the process, including ended threads, in ns resolution: /proc/PID/stat counts in steps of 10 ms."""
    cpu_clock = ~pid << 3 | 2  # as in clock_getcpuclockid(3)
    return time.clock_gettime(cpu_clock)


def memory(pid):
    """Resident and proportional bytes; proportional divides a page's size by the number of processes that map it."""
    fields = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return tuple(int(fields[name].removesuffix("kB")) * 1024 for name in ("Rss", "Pss"))


def end_all(containers):
    """Stops all child processes that still run, wherever this process was interrupted."""
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, signal.SIG_IGN)
    children = [int(pid) for thread in Path("/proc/self/task").iterdir()
                for pid in (thread / "children").read_text().split()]
    for pid in children:
        # A running docker client may finish: otherwise it could create a container after these are removed.
        if Path(f"/proc/{pid}/comm").read_text().strip() != "docker":
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
    if containers and shutil.which("docker"):
        left = subprocess.run(["docker", "ps", "-aq", "--filter", f"label={LABEL}"], capture_output=True, text=True)
        if left.stdout:
            docker("rm", "--force", *left.stdout.split())
