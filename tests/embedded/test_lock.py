"""The lock of a data folder."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tryon.embedded import lock
from tryon.errors import ConfigurationError

HOLD = """
import os, subprocess, sys, time
from pathlib import Path
from tryon.embedded import lock
with lock.hold(Path(sys.argv[1])) as held:
    subprocess.Popen(["sleep", "1.5"], pass_fds=[held], stdout=subprocess.DEVNULL)
    print("held", flush=True)
    time.sleep(60)
"""


def test_only_one_may_hold_it(tmp_path: Path) -> None:
    with lock.hold(tmp_path), pytest.raises(ConfigurationError, match="already running"), lock.hold(tmp_path):
        pass
    with lock.hold(tmp_path):
        pass


def test_the_owner_is_named_at_once(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        owner.stdout.readline()
        began = time.monotonic()
        with pytest.raises(ConfigurationError, match=f"process {owner.pid}"), lock.hold(tmp_path):
            pass
        assert time.monotonic() - began < 1
        owner.kill()


def test_the_children_of_a_killed_owner_are_waited_for(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        owner.stdout.readline()
        owner.kill()
        owner.wait()
        began = time.monotonic()
        with lock.hold(tmp_path):
            assert time.monotonic() - began > 0.3, "a child still held it"
