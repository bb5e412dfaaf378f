"""Covers the inside of a closed standing collar: above its front edge the back's wrong side is seen, with the label.

On a body the neck fills the collar, and nothing of its inside is seen. Printed cloth is paler on its wrong side than
anywhere outside.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentPart, LabelMap, Picture
from tryon.engines.local.raster import among, bits, box_of, disc, grown, pieces_of

PALER: Final = 95.0
GREYER: Final = 20.0
"""8-bit Lab: lightness and distance from grey of a print's wrong side."""
OUTSIDE: Final = 0.25
"""Share of the garment's outside that may be so pale: of pale cloth both sides look alike."""
BELOW: Final = 0.6
"""Heights of the collar: so far below it the front's edge may dip."""
GATHERS: Final = 0.022
"""Of the collar's width: half the widest line of gathering, or of stripes, that runs across the inside."""
WIDTH: Final = 0.4
"""Of the collar's width: the inside is wider than a label or a flower of the print."""
RIM_PX: Final = 2
"""Its edge is as soft as this."""
SHARE: Final = (0.25, 0.8)
"""Of the collar: with more of it pale, the collar is of another colour than the rest."""


def with_collar_closed(picture: Picture, parts: LabelMap) -> Picture:
    """The picture with the front's cloth where a closed standing collar shows its inside; the same where it does not.

    The collar stays as high as it is: up to the back's edge it goes on as in a mirror.
    """
    collar = parts == GarmentPart.COLLAR
    if not collar.any() or (parts == GarmentPart.INNER_BACK).any():
        return picture
    rows, columns = box_of(collar)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    rows = slice(rows.start, min(parts.shape[0], rows.stop + round(BELOW * height)))
    torso = parts[::4, ::4] == GarmentPart.TORSO
    if not torso.any() or _pale(picture[::4, ::4])[torso].mean() > OUTSIDE:
        return picture
    own = among(parts[rows, columns], (GarmentPart.COLLAR, GarmentPart.TORSO))
    across = disc(max(1, round(GATHERS * width)))
    pale = bits(_pale(picture[rows, columns]) & own)
    closed = cv2.morphologyEx(cv2.morphologyEx(pale, cv2.MORPH_CLOSE, across), cv2.MORPH_OPEN, across)
    for window, piece in pieces_of((closed > 0) & own, margin=RIM_PX):
        wide = window[1].stop - window[1].start > WIDTH * width
        share = float((piece & collar[rows, columns][window]).sum() / collar.sum())
        if wide and SHARE[0] < share < SHARE[1]:
            top, left = rows.start + window[0].start, columns.start + window[1].start
            y, x = np.nonzero(grown(bits(piece), RIM_PX))
            below = np.minimum(2 * (_end(piece)[x] + RIM_PX) + 1 - y + top, len(picture) - 1)
            whole = picture.copy()
            whole[y + top, x + left] = picture[below, x + left]
            return whole
    return picture


def _pale(picture: Picture) -> NDArray[np.bool_]:
    lab = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2Lab).astype(np.float32)
    return np.asarray((lab[..., 0] > PALER) & (np.hypot(lab[..., 1] - 128, lab[..., 2] - 128) < GREYER))


def _end(piece: NDArray[np.bool_]) -> NDArray[np.int_]:
    """The last row of the piece in each column; beside the piece that of the nearest."""
    columns = np.flatnonzero(piece.any(axis=0))
    last = len(piece) - 1 - piece[::-1, columns].argmax(axis=0)
    return np.rint(np.interp(np.arange(piece.shape[1]), columns, last)).astype(int)
