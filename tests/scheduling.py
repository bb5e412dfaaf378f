"""Which tests run in one process, one after the other, and in what order."""

import pytest
from xdist.scheduler import LoadFileScheduling

SHARING = ("tests/browser/", "tests/road/")
"""Folders whose files share the running system: in two processes it would be started twice."""
APART = ("tests/road/test_the_key_is_nowhere.py",)
"""What has a system of its own there."""
LONG = (
    "tests/browser/",
    "tests/engines/local/test_robustness.py",
    "tests/contract/test_fuzzing.py",
    "tests/engines/local/test_footwear.py",
    "tests/road/",
    "tests/embedded/",
    "tests/engines/",
)
"""What takes longest, in the order in which it begins: begun last, it would leave the other processes idle."""


class SystemsTogether(LoadFileScheduling):
    """As `--dist loadfile`, but for the files that share a system: they stay together."""

    def _split_scope(self, nodeid: str) -> str:
        shares = nodeid.startswith(SHARING) and not nodeid.startswith(APART)
        return "the shared system" if shares else super()._split_scope(nodeid)


def long_ones_first(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    return next((turn for turn, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))
