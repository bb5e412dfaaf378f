"""Where the old top ends on the bottom garment: one calm line, whatever pattern the two have there."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.raster import bits, smoothed_row

WAIST_UNITS: Final = 0.06
"""Standard deviation over which the waist's line is averaged, column by column."""

REACH_UNITS: Final = 0.06
"""The line moves up or down by no more than this."""

LINE_UNITS: Final = 0.03
"""A line of the bottom is no higher than this."""


def with_calm_waist(person: PersonAnalysis, unit: float) -> PersonAnalysis:
    """The same person, with the edge between top and bottom averaged along itself; `unit` is the shoulders' width.

    A new top is tucked in behind that edge, or bares it: its teeth would be seen.
    """
    top, bottom = person.labels == BodyLabel.TOP, person.labels == BodyLabel.BOTTOM
    tall = np.ones((2 * max(1, round(REACH_UNITS * unit)) + 1, 1), np.uint8)
    near = (cv2.dilate(bits(top), tall) > 0) & (cv2.dilate(bits(bottom), tall) > 0) & (top | bottom)
    columns = np.flatnonzero(near.any(axis=0))
    if not columns.size:
        return person
    first, count = near[:, columns].argmax(axis=0), near[:, columns].sum(axis=0)
    last = len(near) - 1 - near[::-1, columns].argmax(axis=0)
    begins = last + 1 - (near & bottom)[:, columns].sum(axis=0)
    single = last + 1 - first == count
    columns, first, last, begins = (values[single] for values in (columns, first, last, begins))
    known, line = np.zeros(top.shape[1], np.float32), np.zeros(top.shape[1], np.float32)
    known[columns], line[columns] = 1.0, begins
    sigma = WAIST_UNITS * unit
    calm = smoothed_row(line, sigma)[columns] / np.maximum(smoothed_row(known, sigma)[columns], 1e-3)
    labels = person.labels.copy()
    # Where a sleeve ends over the bottom the line makes a step, which is none of the waist's.
    steady = np.abs(calm - begins) < REACH_UNITS * unit
    rows = np.arange(len(near))[:, None]
    below = np.where(rows >= np.rint(calm), np.uint8(BodyLabel.BOTTOM), np.uint8(BodyLabel.TOP))
    labels[:, columns] = np.where(near[:, columns] & steady, below, labels[:, columns])
    return replace(person, labels=_without_lines(labels, unit))


def _without_lines(labels: LabelMap, unit: float) -> LabelMap:
    """The labels without lines of bottom right under the top that are no higher than a hem's shade: that shade stands
    out beside the bottom where the hem is wider."""
    bottom = bits(labels == BodyLabel.BOTTOM)
    tall = np.ones((max(3, round(LINE_UNITS * unit)), 1), np.uint8)
    thin = (bottom > 0) & (cv2.morphologyEx(bottom, cv2.MORPH_OPEN, tall) == 0)
    above = np.ones((len(tall) + 2, 1), np.uint8)
    under = cv2.dilate(bits(labels == BodyLabel.TOP), above, anchor=(0, len(above) - 1)) > 0
    return np.where(thin & under, np.uint8(BodyLabel.TOP), labels)
