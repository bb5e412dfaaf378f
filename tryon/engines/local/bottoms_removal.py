"""What the old bottom hid and the new one leaves bare: background beside and between the legs, and bare legs."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.bare_leg_shape import ABOVE_KNEE
from tryon.engines.local.bare_legs import HEM_REACH_UNITS, beside_legs, legs_are_seen, shared_with_seen, with_bare_legs
from tryon.engines.local.bottoms_stance import Stance
from tryon.engines.local.bottoms_target import BottomTarget
from tryon.engines.local.linear import to_linear
from tryon.engines.local.loose_hems import loose_hems
from tryon.engines.local.raster import among, bits, grown
from tryon.engines.local.removal import Undressed
from tryon.engines.local.skin_texture import as_uneven_as_seen
from tryon.engines.local.surroundings import FRINGE_PX, background_plate

HEM_WIDTH_UNITS: Final = 0.3
"""So far from the bare legs the old hem may reach."""
ABOVE_HEM_UNITS: Final = 0.04
"""Down to so far above a trouser leg's hem no made-up leg stands out beside its cloth."""


def take_off_bottom(
    person: PersonAnalysis,
    stance: Stance,
    target: BottomTarget,
    cloth: Opacity,
    shade: NDArray[np.float32],
    unit: float,
) -> Undressed:  # fmt: skip
    """Remove the old bottom, and make up legs where `cloth`, the new one's opacity, leaves them bare.

    `shade` is the log gain of the light on the old bottom.

    Raises LowQuality where legs would have to be made up and no skin is seen to take their colour from.
    """
    opacity = _old_bottom(person)
    needed = (opacity > 0) & (cloth < 0.99)
    plate = background_plate(person, cloth < 0.99)
    opacity = np.maximum(opacity, loose_hems(person, plate, opacity, unit))
    hidden = beside_trousers(cloth, target, unit)
    light, skin = with_bare_legs(plate, person, stance, target.hems, needed, shade, unit, hidden)
    if legs_are_seen(person.labels, stance):
        opacity = np.maximum(opacity, skin * shared_with_seen(person.labels, unit))
        opacity = np.maximum(opacity, _at_the_hem(person, skin, unit))
    else:
        # What little is labelled leg may be a patch of floor, and goes with the old bottom.
        opacity = np.maximum(opacity, skin * ~among(person.labels, (BodyLabel.SHOES, BodyLabel.HAND)))
    light = as_uneven_as_seen(light, skin, person, to_linear(person.picture))
    return Undressed(light, opacity, skin * opacity, np.zeros_like(opacity))


def beside_trousers(cloth: Opacity, target: BottomTarget, unit: float) -> NDArray[np.bool_]:
    """(h, w) True beside the legs of long trousers, above their hems: a leg wider than its narrow cloth is in it."""
    beside = np.zeros(cloth.shape, bool)
    if not target.ribs.legs:
        return beside
    edges = [target.ribs.legs[side][:, 2] for side in SIDES]
    rows = np.arange(len(cloth))
    middle = np.mean([np.interp(rows, edge[:, 1], edge[:, 0]) for edge in edges], axis=0)[:, None]
    on_the_left = np.arange(cloth.shape[1])[None] > middle
    for side, half in zip(SIDES, (~on_the_left, on_the_left), strict=True):
        ribs = target.ribs.legs[side]
        first, last = (float(rib[:, 1].min()) for rib in (ribs[0], ribs[-1]))
        if target.hems[side] < ABOVE_KNEE:
            continue
        at = np.s_[max(0, int(first)) : max(0, int(last - ABOVE_HEM_UNITS * unit))]
        worn = (cloth[at] > 0.5) & half[at]
        reached = np.logical_or.accumulate(worn, axis=1) & np.logical_or.accumulate(worn[:, ::-1], axis=1)[:, ::-1]
        beside[at] |= half[at] & ~reached & worn.any(axis=1)[:, None]
    return beside


def _at_the_hem(person: PersonAnalysis, skin: Opacity, unit: float) -> Opacity:
    """What is left of the old hem beside the bare legs below it."""
    legs = grown(bits(person.labels == BodyLabel.LEG), max(1, round(HEM_WIDTH_UNITS * unit)))
    return (beside_legs(person.labels, skin, HEM_REACH_UNITS * unit) * legs).astype(np.float32)


def _old_bottom(person: PersonAnalysis) -> Opacity:
    """The old bottom with the rim where its colour bleeds into the background and onto the skin."""
    bottom = (person.labels == BodyLabel.BOTTOM).astype(np.uint8)
    size = 2 * FRINGE_PX + 1
    wide = cv2.dilate(bottom, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0
    rim = wide & among(person.labels, (BodyLabel.BACKGROUND, BodyLabel.LEG))
    area = ((bottom > 0) | rim).astype(np.float32)
    return np.maximum(cv2.GaussianBlur(area, (0, 0), 0.8), bottom.astype(np.float32))
