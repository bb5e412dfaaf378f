"""Cuts off threads and fringe that hang from a product's hem: bent onto a body they become hooks and loops, and the
places where a hem ends would be read at their ends."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import Opacity
from tryon.engines.local.raster import bits, blurred, grown, opened, pieces_of

READING_SIDE_PX: Final = 512
THREAD: Final = 0.042
"""Of the garment's width at its middle height: what hangs down and is narrower is a thread."""
LENGTH: Final = 1.2
"""A thread is so many times as long as the widest of them is wide: a rounded corner is not."""
LOWER_PART: Final = 0.75
"""Of the height: threads hang below this."""
MOST: Final = 0.35
"""Share of the hem's width: what has more threads is made of them, and keeps them."""
EDGE_PX: Final = 0.8
"""Softness of the cut, on the small picture."""


def without_threads(opacity: Opacity) -> Opacity:
    """The product's opacity (0..1) without the threads below its hem."""
    scale = min(1.0, READING_SIDE_PX / max(opacity.shape))
    size = (max(1, round(opacity.shape[1] * scale)), max(1, round(opacity.shape[0] * scale)))
    solid = cv2.resize(opacity, size, interpolation=cv2.INTER_AREA) > 0.5
    rows = np.flatnonzero(solid.any(axis=1))
    if len(rows) < READING_SIDE_PX // 8:
        return opacity
    width = int(solid[rows[len(rows) // 2]].sum())
    radius = max(2, round(THREAD * width / 2))
    thin = solid & ~opened(solid, radius, round_=True)
    thin[: rows[0] + int(LOWER_PART * len(rows))] = False
    gone, wide = np.zeros_like(thin), 0
    for area, piece in pieces_of(thin):
        if piece.shape[0] > LENGTH * 2 * radius:
            gone[area] |= piece
            wide += piece.shape[1]
    if not gone.any() or wide > MOST * width:
        return opacity
    # What is cut away ends where the rest begins, which keeps its own soft edge.
    away = grown(bits(gone), 2) * (1 - bits(solid & ~gone))
    large = cv2.resize(blurred(away.astype(np.float32), EDGE_PX), opacity.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return (opacity * np.clip(1.5 - 2.0 * large, 0.0, 1.0)).astype(np.float32)
