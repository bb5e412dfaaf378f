"""The inside of the legs of shorts: cloth goes all round a thigh, so that above the hems no skin shows between them.

Where thighs are wider than the gap between the product's legs, or touch, a slit of skin would be seen in it and make a
slit skirt of shorts. What is seen there is the far side of each leg, in the shade of both.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity
from tryon.engines.local.layers import Cloth, carry_colour
from tryon.engines.local.light import Gain
from tryon.engines.local.raster import MIRRORED_PX, blurred, box_of

INSIDE_LIGHT: Final = 0.35
"""Share of the light outside that the inside of a leg gets."""
SOFT_PX: Final = 0.8
"""Standard deviation that softens its edge."""


def with_insides(
    cloth: Cloth, gain: Gain, skin: Opacity, labels: LabelMap, between: Opacity
) -> tuple[Cloth, Gain]:  # fmt: skip
    """The cloth, closed and dark where `skin`, made up or seen, would show `between` the legs of shorts, and its gain
    (h, w, 1)."""
    near = box_of(between > 0, 3)
    bare = np.maximum(skin[near], (labels[near] == BodyLabel.LEG).astype(np.float32))
    inside = between[near] * bare * (1 - cloth.opacity[near])
    if float(inside.max(initial=0.0)) < 0.5:
        return cloth, gain
    inside = np.minimum(np.maximum(blurred(inside, SOFT_PX), inside), 1 - cloth.opacity[near])
    # The cloth beside the gap is continued into it: of that, so much is needed.
    wide = box_of(between > 0, round(MIRRORED_PX))
    shown = np.zeros(cloth.opacity.shape, bool)
    shown[near] = inside > 0
    beside = carry_colour(np.ascontiguousarray(cloth.colour[wide]), cloth.opacity[wide], shown[wide])
    colour, opacity, darker = cloth.colour.copy(), cloth.opacity.copy(), gain.copy()
    colour[wide] = np.where(shown[wide][..., None], beside, colour[wide])
    opacity[near] += inside
    dark = 1 - (1 - INSIDE_LIGHT) * inside / np.maximum(opacity[near], np.float32(1e-3))
    darker[near] *= dark[..., None]
    return replace(cloth, opacity=opacity, colour=colour), darker
