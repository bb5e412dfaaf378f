"""Hands, arms and hems before new cloth: their edge is a calm line, and the old cloth's colour is taken off it.

Their outline was found in the photo against what was worn there. A pixel more or less makes no difference as long as
that stays; before cloth of another colour every such pixel is seen as a tooth, and those that both colours share as a
dark or a pale thread.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.raster import bits, blurred, box_of, grown, opened, reduced, resized, shrunk

Mask = NDArray[np.bool_]

RIM_UNITS: Final = 0.013
"""So far from its edge a hand shows the colours of what was behind it."""
CALM_UNITS: Final = 0.011
"""Standard deviation that evens the edge: a fifth of a finger's width."""
AROUND: Final = 2.5
"""Rims around one in which the colours beside it are known."""
SLIVER_UNITS: Final = 0.04
"""What of an arm is narrower than twice this is left over beside a hand, and no arm it goes on as."""
SHARED: Final = 2.0
"""A pixel with half of the colour behind it, or more, has wholly the one in front."""
LEAST_APART: Final = 12.0
"""8-bit RGB: colours nearer to each other than this leave no thread."""
LEAST_SEEN: Final = 0.02


def with_calm_rims(
    photo: Picture, front: Opacity, kept: Mask, limbs: Sequence[Mask], cloth: Opacity, unit: float,
    arm: Mask | None = None,
) -> tuple[Picture, Opacity]:  # fmt: skip
    """The photo and the opacity `front` of what of it stays before the new `cloth`, both cleaned along the edges of
    `limbs`, each of a colour of its own; `kept` is what stays, without soft edges. Background and skin that take the
    old cloth's place count as new cloth. Where a limb goes on as an `arm` that is not kept, it has no end."""
    rim = max(1, round(RIM_UNITS * unit))
    behind = (cloth > 0.5) & ~kept
    named = np.any(limbs, axis=0)
    meeting = named & kept & (grown(bits(behind), rim) > 0) if behind.any() else np.zeros_like(kept)
    if not meeting.any():
        return photo, front
    box = box_of(meeting, 6 * rim)
    zone = grown(bits(meeting[box]), 2 * rim, round_=True) > 0
    sigma = max(0.8, CALM_UNITS * unit)
    own, whole = kept[box], kept[box]
    if arm is not None:
        further, sliver = arm[box] & ~own, max(1, round(SLIVER_UNITS * unit))
        further &= grown(bits(opened(further, sliver, round_=True)), sliver) > 0
        whole = own | further
        # What lies beside the arm alone is not kept.
        mine, others = (blurred(mask.astype(np.float32), sigma) for mask in (own, further))
        zone &= (own | (mine > others)) & ~further
    calm = np.clip((blurred(whole.astype(np.float32), sigma) - 0.5) * sigma * 1.6 + 0.5, 0.0, 1.0)
    opacity, picture = front.copy(), photo.copy()
    opacity[box] = np.where(zone, calm, front[box])
    for limb in limbs:
        picture[box] = _own_colours(picture[box], kept[box], limb[box], zone, rim)
    return picture, opacity


def _own_colours(photo: Picture, kept: Mask, limbs: Mask, zone: Mask, rim: int) -> Picture:
    """The photo with the colour behind a limb taken off its rim, in the `zone`."""
    own = shrunk(bits(kept & limbs), rim) > 0
    # What is as narrow as two rims has no colour of its own: it may be background by a wrong name.
    at_rim = zone & ~own & (grown(bits(own), rim + 1, round_=True) > 0)
    if not at_rim.any():
        return photo
    other = shrunk(bits(~kept), rim) > 0
    colour = photo.astype(np.float32)
    (inside, seen), (outside, known) = (mean_around(colour, area, AROUND * rim, at_rim) for area in (own, other))
    at = np.nonzero(at_rim)
    way = outside - inside
    share = ((colour[at] - inside) * way).sum(axis=-1) / np.maximum((way**2).sum(axis=-1), LEAST_APART**2)
    share = np.clip(SHARED * share, 0.0, 1.0) * (known > LEAST_SEEN) * (seen > LEAST_SEEN)
    cleaned = photo.copy()
    cleaned[at] = np.clip(np.rint(colour[at] + (inside - colour[at]) * share[:, None]), 0, 255)
    return cleaned


def mean_around(
    colour: NDArray[np.float32], where: Mask, sigma: float, asked: Mask
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n, 3) mean colour around each pixel that is `asked` of what is seen in `where`, and (n,) how much of that there
    is; found at half size."""
    weight = where.astype(np.float32)
    both = np.dstack([colour * weight[..., None], weight])
    small = blurred(reduced(both, 0.5), sigma / 2)
    around = resized(small, where.shape)[asked]
    mean = np.asarray(around[:, :3] / np.maximum(around[:, 3:], np.float32(1e-4)), np.float32)
    return mean, np.asarray(around[:, 3], np.float32)
