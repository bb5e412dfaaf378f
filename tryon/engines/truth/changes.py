"""What differs between the photo and a candidate laid on it, once a change of all the light is taken off."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.truth.frame import Mask

Floats = NDArray[np.float32]

SAMPLES: Final = 20_000
SAMPLES_LEAST: Final = 500
ROUNDS: Final = 3
CALM_PX: Final = 1.2
"""Blur under which colours are compared: an edge redrawn half a pixel away is no difference."""
VISIBLE: Final = 7.0
"""CIE76 distance from which a changed colour counts; half of that is hard to see side by side."""


@dataclass(frozen=True, slots=True)
class Tone:
    """What a provider did to the light of the whole picture: `photo = gain · candidate + lift`, in each channel."""

    gain: NDArray[np.float32]
    """(3, 3): for each channel the gain in the middle, and what it grows by to the right and to the lower edge."""
    lift: NDArray[np.float32]
    """(3,), 0..255"""

    def apply(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = picture.shape[:2]
        right, down = np.meshgrid(_from_middle(width), _from_middle(height))
        made = np.empty(picture.shape, np.uint8)
        for channel, (middle, to_right, to_bottom) in enumerate(self.gain):
            gain = middle + to_right * right + to_bottom * down
            np.clip(np.rint(picture[..., channel] * gain + self.lift[channel]), 0, 255, out=gain)
            made[..., channel] = gain
        return made

    @property
    def shift(self) -> float:
        """How far it moves dark, middle and bright values anywhere, 0..255, the most of them."""
        values = np.array((40.0, 128.0, 215.0))[:, None, None]
        ends = np.array([(1.0, x, y) for x in (-1, 1) for y in (-1, 1)])
        return float(np.abs(values * (ends @ self.gain.T) + self.lift - values).max())


UNCHANGED: Final = Tone(np.array([(1, 0, 0)] * 3, np.float32), np.zeros(3, np.float32))


def fit_tone(photo: Picture, candidate: NDArray[np.uint8], steady: Mask) -> Tone:
    """From what should be as it was, less what is not."""
    places = np.flatnonzero(steady.ravel())
    if len(places) < SAMPLES_LEAST:
        return UNCHANGED
    places = places[:: max(1, len(places) // SAMPLES)]
    height, width = steady.shape
    rows, columns = np.divmod(places, width)
    ones = np.ones(len(places), np.float32)
    where: Floats = np.stack((ones, _from_middle(width)[columns], _from_middle(height)[rows]), 1)
    here = photo.reshape(-1, 3)[places].astype(np.float32)
    there = candidate.reshape(-1, 3)[places].astype(np.float32)
    kept = np.ones(len(places), bool)
    tone = UNCHANGED
    for _ in range(ROUNDS):
        tone = _fit(here[kept], there[kept], where[kept])
        error = np.abs(there * (where @ tone.gain.T) + tone.lift - here).max(1)
        kept = error <= max(3.0, 1.5 * float(np.median(error)))
    return tone


def _fit(here: Floats, there: Floats, where: Floats) -> Tone:
    """Least squares for each channel, drawn towards no change where a picture has but one tone to tell from."""
    gain, lift = np.empty((3, 3), np.float32), np.empty(3, np.float32)
    pull = np.diag(np.array((0.002, 0.01, 0.01, 0.0002))) * len(here)
    for channel in range(3):
        terms = np.column_stack((where * there[:, channel, None] / 255, np.ones(len(here))))
        wanted = (here[:, channel] - there[:, channel]) / 255
        found = np.linalg.solve(terms.T @ terms + pull, terms.T @ wanted)
        gain[channel], lift[channel] = found[:3] + UNCHANGED.gain[0], 255 * found[3]
    return Tone(gain, lift)


def _from_middle(length: int) -> Floats:
    """-1 at the first pixel, 1 at the last."""
    return np.linspace(-1.0, 1.0, length, dtype=np.float32)


def difference(photo: Picture, candidate: NDArray[np.uint8]) -> Floats:
    """CIE76 distance of every pixel, under a slight blur."""
    one, other = (_lab(picture) for picture in (photo, candidate))
    return np.sqrt(((one - other) ** 2).sum(2)).astype(np.float32)


def _lab(picture: NDArray[np.uint8]) -> Floats:
    calm = cv2.GaussianBlur(picture, (0, 0), CALM_PX)
    return np.asarray(cv2.cvtColor(calm.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)


def share_unchanged(different: Floats, region: Mask) -> float | None:
    """Share of the region that looks as before; None where there is no region to speak of."""
    if region.mean() < 0.01:
        return None
    return float((different[region] < VISIBLE).mean())
