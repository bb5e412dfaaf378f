"""Where the old top ends on the bottom garment: one calm line, whatever pattern the two have there."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.raster import bits

WAIST_UNITS: Final = 0.06
"""Standard deviation along the rows over which the waist's line is averaged."""

REACH_UNITS: Final = 0.06
"""The line moves up or down by no more than this."""


def with_calm_waist(person: PersonAnalysis, unit: float) -> PersonAnalysis:
    """The same person, with the edge between top and bottom averaged along the rows; `unit` is the shoulders' width.

    A new top is tucked in behind that edge, or bares it: its teeth would be seen.
    """
    top, bottom = person.labels == BodyLabel.TOP, person.labels == BodyLabel.BOTTOM
    tall = np.ones((2 * max(1, round(REACH_UNITS * unit)) + 1, 1), np.uint8)
    near = (cv2.dilate(bits(top), tall) > 0) & (cv2.dilate(bits(bottom), tall) > 0) & (top | bottom)
    rows = np.flatnonzero(near.any(axis=1))
    if not rows.size:
        return person
    band = np.s_[rows[0] : rows[-1] + 1]
    # Only columns count in which one lies over the other: sleeves hang beside the bottom.
    worn, below = (np.ascontiguousarray(mask[band], np.float32) for mask in (near, near & bottom))
    kernel = 2 * round(2.5 * WAIST_UNITS * unit) + 1
    share, known = (
        cv2.GaussianBlur(mask, (kernel, 1), WAIST_UNITS * unit, borderType=cv2.BORDER_CONSTANT)
        for mask in (below, worn)
    )
    labels = person.labels.copy()
    calm = np.where(share > 0.5 * known, np.uint8(BodyLabel.BOTTOM), np.uint8(BodyLabel.TOP))
    labels[band] = np.where(near[band], calm, labels[band])
    return replace(person, labels=labels)
