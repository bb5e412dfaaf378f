"""The whole system as its own process, as an operator starts it: for tests over real HTTP with real workers."""

import http.client
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tryon.config import PROJECT_ROOT, Settings

START_SECONDS = 120
STOP_SECONDS = 90


def environment(**given: str) -> dict[str, str]:
    """Our own environment without any setting of tryon, and then those given."""
    settings = {str(field.validation_alias) for field in Settings.model_fields.values()} | {"PORT"}
    return {name: value for name, value in os.environ.items() if name not in settings} | given


def without_demo_pictures(folder: Path) -> dict[str, str]:
    """The setting of a system on whose machine the demo shop's pictures are not installed: it has no product, and does
    not begin by looking at nineteen of them."""
    (folder / "openvto").mkdir(parents=True)
    (folder / "openvto" / "__init__.py").touch()
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))}


class RunningSystem:
    """`python app.py` on a free port. Waits on entering until it answers; stops it with SIGTERM on leaving. In between
    it may be stopped and started again."""

    def __init__(self, data_dir: Path, networks_folder: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.settings = settings
        self.said: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        data_dir.mkdir(parents=True, exist_ok=True)
        if not (data_dir / "networks").exists():
            (data_dir / "networks").symlink_to(networks_folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        command = [sys.executable, str(PROJECT_ROOT / "app.py"), "--port", "0", "--data-dir", str(self.data_dir)]
        with (self.data_dir / "log").open("a") as log:
            self.process = subprocess.Popen(
                command, env=environment(**self.settings), stdout=subprocess.PIPE, stderr=log, text=True
            )
        self._read_until("Stop ")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process and self.process.poll() is None:
            self.stop()

    @property
    def url(self) -> str:
        return self._find(r"Start page\s+(\S+)")

    @property
    def shop_url(self) -> str:
        """The demo shop's origin, which is another one."""
        return self._find(r"Demo shop\s+(\S+)")

    @property
    def launch_link(self) -> str:
        return self._find(r"Try it now\s+(\S+)")

    @property
    def text(self) -> str:
        return "".join(self.said)

    @property
    def log(self) -> str:
        return (self.data_dir / "log").read_text()

    def get(self, path: str) -> int:
        """The status of a GET."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        self._reader.join(5)
        return code

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def processes(self) -> dict[int, str]:
        """Everything it has started, children's children too: process id → command line."""
        assert self.process
        return descendants(self.process.pid)

    def process_id(self, part_of_command: str) -> int:
        processes = self.processes()
        found = [pid for pid, command in processes.items() if part_of_command in command]
        assert found, f"{part_of_command} is not among {processes}"
        return found[0]

    def _find(self, pattern: str) -> str:
        """As said most lately: a second start may have another port."""
        found = re.findall(pattern, self.text)
        assert found, self.text
        return str(found[-1])

    def _read_until(self, words: str) -> None:
        assert self.process
        lines: queue.Queue[str | None] = queue.Queue()
        output = self.process.stdout
        assert output

        def read() -> None:
            for line in output:
                self.said.append(line)
                lines.put(line)
            lines.put(None)

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()
        end = time.monotonic() + START_SECONDS
        while True:
            line = lines.get(timeout=max(0.1, end - time.monotonic()))
            if line is None:
                raise AssertionError(f"It did not start. {self.text}\n{self.log}")
            if words in line:
                return


def descendants(root: int) -> dict[int, str]:
    listing = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout
    rows = [
        (int(pid), int(parent), command)
        for pid, parent, command in (row.split(None, 2) for row in listing.splitlines())
    ]
    found: dict[int, str] = {}
    parents = {root}
    while parents:
        children = {pid: command for pid, parent, command in rows if parent in parents}
        found |= children
        parents = set(children)
    return found


def are_gone(processes: dict[int, str], seconds: float) -> bool:
    """Whether all of them have ended within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(_is_running(pid) for pid in processes):
            return True
        time.sleep(0.1)
    return False


def _is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")
