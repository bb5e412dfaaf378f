"""Which of the ten tones of the Monk Skin Tone scale a person's skin is nearest to, for measuring fairness only.

The engine itself never asks: nothing it does depends on how light or dark skin is.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.linear import difference, to_lab

MONK_TONES: Final = (
    (246, 237, 228), (243, 231, 219), (247, 234, 208), (234, 218, 186), (215, 189, 150),
    (160, 126, 86), (130, 92, 67), (96, 65, 52), (58, 49, 42), (41, 36, 32),
)  # fmt: skip
"""sRGB of the scale's ten swatches, lightest first (Monk 2019, published by Google under CC BY 4.0)."""

GROUPS: Final = {"light, 1 to 5": range(1, 6), "medium, 6": range(6, 7), "dark, 7 to 10": range(7, 11)}
"""Tones seen together. Swatches 1 to 5 are paler than lit skin is in photographs, so light skin mostly measures 5."""


def monk_tone(skin_lab: NDArray[np.floating]) -> int:
    """1 (lightest) to 10 of the swatch nearest by CIEDE2000 to skin of this CIE Lab colour, L 0..100.

    Photographed skin is lit, and redder than the swatches: neighbours are easily confused, light and dark are not.
    """
    swatches = to_lab(np.asarray(MONK_TONES, np.uint8))
    return 1 + int(np.argmin([difference(skin_lab, swatch) for swatch in swatches]))


def group_of(tone: int) -> str:
    return next(name for name, tones in GROUPS.items() if tone in tones)
