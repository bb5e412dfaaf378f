"""Which tests run in one process, one after the other, and in what order."""

import pytest
from xdist.scheduler import LoadFileScheduling

SHARED = (
    ("tests/browser/", "the running system"),
    ("tests/road/", "the running system"),
    ("tests/engines/local/", "people and products that the engine has looked at"),
)
"""What the files of a folder have in common: in two processes it would be made twice."""
APART = (
    "tests/road/test_the_key_is_nowhere.py",
    "tests/engines/local/test_robustness.py",
    "tests/engines/local/test_footwear.py",
    "tests/engines/local/lab/",
)
"""What makes its own."""
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
    """As `--dist loadfile`, but for the files that share what takes long to come by: they stay together."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (
            None
            if nodeid.startswith(APART)
            else next((what for start, what in SHARED if nodeid.startswith(start)), None)
        )
        return shared or super()._split_scope(nodeid)


def long_ones_first(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    return next((turn for turn, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))
