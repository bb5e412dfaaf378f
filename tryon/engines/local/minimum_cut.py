"""OpenCV's GrabCut as all stages ask it: what is seeded teaches the colours, and the picture's own edges decide."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture

ROUNDS = 2
"""Colours are learnt anew so many times; more rounds hardly move the cut."""


def minimum_cut(picture: Picture, seeds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The foreground of a picture (h, w, 3) by `seeds` (h, w) of cv2.GC_BGD, GC_PR_BGD, GC_PR_FGD and GC_FGD.

    There must be both foreground and background among the seeds.
    """
    cut, models = seeds.copy(), (np.zeros((1, 65)), np.zeros((1, 65)))
    cv2.setRNGSeed(0)  # Its mixtures begin with random picks; the same picture must give the same cut.
    cv2.grabCut(picture, cut, (0, 0, 1, 1), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return (cut & 1) == 1
