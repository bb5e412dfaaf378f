"""Hair before new cloth: between its tips the old cloth is seen, and gives way to the new one.

Where hair ends no pixel shows it alone. Kept as they are, such pixels are a pale seam round dark hair once the cloth
behind it is dark, and a dark one round fair hair. How much of the old cloth each shows is told by its colour, which
lies between those of the hair and of the cloth beside it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.calm_rims import mean_around
from tryon.engines.local.raster import bits, blurred, box_of, grown, shrunk

Mask = NDArray[np.bool_]

RIM_UNITS: Final = 0.03
"""So far from its edge hair shows the colours of what was behind it."""
TIPS_UNITS: Final = 0.012
"""So far beyond that edge single tips go on."""
AROUND: Final = 2.0
"""Rims around one in which the colours of hair and of old cloth are known."""
LEAST_APART: Final = 40.0
"""8-bit RGB: strands of one head differ by as much as colours nearer to each other than this."""
HAIR: Final = 0.1
CLOTH: Final = 0.65
"""A pixel that shows less of the old cloth than the first is hair; one that shows more than the second is not."""
LEAST_SEEN: Final = 0.02
SOFT_PX: Final = 0.7


def with_hair_rims(
    photo: Picture, front: Opacity, hair: Mask, kept: Mask, cloth: Opacity, unit: float
) -> tuple[Picture, Opacity]:
    """The photo and the opacity `front` of what of it stays before the new `cloth`, both without the old cloth at the
    edges of the `hair`; `kept` is what stays, without soft edges."""
    rim, tips = max(2, round(RIM_UNITS * unit)), max(1, round(TIPS_UNITS * unit))
    behind = (cloth > 0.5) & ~kept
    meeting = hair & kept & (grown(bits(behind), rim) > 0) if behind.any() else np.zeros_like(kept)
    if not meeting.any():
        return photo, front
    box = box_of(meeting, 4 * rim)
    own, free = (hair & kept)[box], behind[box]
    # Beside a face or a hand hair ends as it did.
    zone = own & (grown(bits(free), rim, round_=True) > 0) | free & (grown(bits(own), tips, round_=True) > 0)
    pure, other = shrunk(bits(own), rim) > 0, free & (grown(bits(own), rim) == 0)
    colour = photo[box].astype(np.float32)
    (inside, seen), (outside, known) = (mean_around(colour, area, AROUND * rim, zone) for area in (pure, other))
    at = np.nonzero(zone)
    way = outside - inside
    apart = (way**2).sum(axis=-1)
    share = np.clip(((colour[at] - inside) * way).sum(axis=-1) / np.maximum(apart, 1.0), 0.0, 1.0)
    told = (apart > LEAST_APART**2) & (seen > LEAST_SEEN) & (known > LEAST_SEEN)
    picture, opacity = photo.copy(), front.copy()
    cleaned = colour[at] - np.where(told, share, np.float32(0.0))[:, None] * way
    window = picture[box]
    window[at] = np.clip(np.rint(cleaned), 0, 255)
    shown = front[box].copy()
    shown[at] = np.where(told, np.clip((CLOTH - share) / (CLOTH - HAIR), 0.0, 1.0), shown[at])
    opacity[box] = np.where(zone, blurred(shown, SOFT_PX), front[box])
    return picture, opacity
