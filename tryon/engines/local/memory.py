"""How the C library keeps the memory of pictures between one step of the work and the next."""

import ctypes
import platform
from typing import Final

TOP_PAD: Final = -2
TRIM_THRESHOLD: Final = -1
MMAP_THRESHOLD: Final = -3
"""Names of glibc's settings, from its malloc.h."""
LARGEST_KEPT: Final = 32 << 20
"""Bytes of the largest block that is not given back at once: glibc takes no higher limit. A 4-megapixel field of three
colours has 48 MB, one of a photo at analysis size 9."""
MOST_KEPT: Final = 96 << 20
"""Bytes at the heap's end that stay with the process when free."""
STEP: Final = 16 << 20
"""Bytes the heap grows by at least."""


def keep_freed_memory() -> bool:
    """Let freed arrays be used again instead of going back to the system; False where the C library is not glibc.

    A try-on makes and frees some hundred fields of a few megabytes. By default glibc asks the system for each anew, and
    the system clears every page first: about 18,000 page faults, up to a tenth of the time of a try-on.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = ((MMAP_THRESHOLD, LARGEST_KEPT), (TRIM_THRESHOLD, MOST_KEPT), (TOP_PAD, STEP))
    return all(mallopt(name, value) == 1 for name, value in settings)
