"""What the old bottom hid and the new one leaves bare: background beside and between the legs, and bare legs."""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import LowQuality
from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis
from tryon.engines.local.bare_skin import arm_coordinates, tube_light, with_pores
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg, Stance
from tryon.engines.local.bottoms_target import BottomTarget
from tryon.engines.local.figure import Arm, Side, polygon_opacity, tube_outline
from tryon.engines.local.fill import pull_push, smooth_known
from tryon.engines.local.linear import LUMA, Linear, lab_to_linear, to_linear
from tryon.engines.local.removal import Undressed
from tryon.engines.local.surroundings import FRINGE_PX, background_plate

LEAST_LEG_PX: Final = 60
"""Fewer pixels of bare leg than this are not worth making up."""
LEAST_SEEN: Final = 0.012
"""So much bare leg (squared leg lengths) must be seen to take its colour from it; less may be a patch of floor."""
UNDER_THE_HEM: Final = 0.08
"""Stations: a made-up leg begins so far above the hem that hides it."""
FACE_TO_LEG: Final = 1.06
PALER: Final = 0.14
"""Legs see less sun than the face they take their colour from: a little lighter, and so much less coloured."""
USUAL_HUE: Final = float(np.radians(54.0))
"""Hue of skin in Lab; a face is redder than its person's legs."""
LEAST_HAND_PX: Final = 120
LIGHT_SHARE: Final = 0.6
LIGHT_LIMIT: Final = 0.22
LIGHT_UNITS: Final = 0.07
"""How much of the old trousers' broad shading is true of the leg in them, and how broad (units)."""
FURTHER_DOWN: Final = 0.08
"""Share of the light that is lost from the knees to the ankles."""
MIDDLE_LIGHT: Final = 1.14
"""The middle of a leg is lighter than its mean colour, for its edges are darker."""
LOST_SKIN_MESSAGE: Final = (
    "This product shows your legs, and no bare skin is seen in your photo. "
    "Use a photo that shows your face or your legs, or try on something longer."
)


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
    light, skin = with_bare_legs(background_plate(person), person, stance, target.hems, needed, shade, unit)
    if (person.labels == BodyLabel.LEG).sum() < LEAST_SEEN * stance.legs["left"].length ** 2:
        # What little is labelled leg may be a patch of floor, and goes with the old bottom.
        opacity = np.maximum(opacity, skin * (person.labels != BodyLabel.SHOES))
    return Undressed(with_pores(light, skin), opacity, skin * opacity)


def with_bare_legs(
    light: Linear,
    person: PersonAnalysis,
    stance: Stance,
    hems: Mapping[Side, float],
    needed: NDArray[np.bool_],
    shade: NDArray[np.float32],
    unit: float,
) -> tuple[Linear, Opacity]:  # fmt: skip
    """Legs laid over `light` from the new hems (stations) down where they are `needed`, and where they are.

    Raises LowQuality where no skin is seen to take their colour from.
    """
    photo = to_linear(person.picture)
    skin = np.zeros(needed.shape, np.float32)
    legs = stance.legs
    hind_first = sorted(legs, key=lambda side: side == stance.front_leg)
    for side in hind_first:
        mask = _leg_opacity(person.labels, legs[side], hems[side])
        if (needed & (mask > 0.1)).sum() > LEAST_LEG_PX:
            leg = _bare_leg(person, photo, legs[side], mask) * _worn_light(person, shade, unit)[..., None]
            light = light + (leg - light) * mask[..., None]
            skin = np.maximum(skin, mask)
    return light, skin


def _old_bottom(person: PersonAnalysis) -> Opacity:
    """The old bottom with the rim where its colour bleeds into the background and onto the skin."""
    bottom = (person.labels == BodyLabel.BOTTOM).astype(np.uint8)
    size = 2 * FRINGE_PX + 1
    wide = cv2.dilate(bottom, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0
    rim = wide & np.isin(person.labels, (BodyLabel.BACKGROUND, BodyLabel.LEG))
    area = ((bottom > 0) | rim).astype(np.float32)
    return np.maximum(cv2.GaussianBlur(area, (0, 0), 0.8), bottom.astype(np.float32))


def _leg_opacity(labels: LabelMap, leg: Leg, hem: float) -> Opacity:
    """Where the bare leg is seen: from under the hem down into the shoe."""
    end = _foot_station(labels, leg)
    start = min(hem - UNDER_THE_HEM, 0.95)
    pick = np.flatnonzero(np.clip(LEG_STATIONS, start, end) == LEG_STATIONS)
    if len(pick) < 2:
        return np.zeros(labels.shape, np.float32)
    across = leg.outward[pick]
    outline = tube_outline(leg.path[pick], across * leg.bare_outer[pick, None], -across * leg.bare_inner[pick, None])
    return polygon_opacity(labels.shape, outline, 0.9)


def _foot_station(labels: LabelMap, leg: Leg) -> float:
    """A little below where the shoe begins on the leg's middle line; the ankle where there is none."""
    at = np.rint(leg.path).astype(int)
    height, width = labels.shape
    inside = (at[:, 0] >= 0) & (at[:, 0] < width) & (at[:, 1] >= 0) & (at[:, 1] < height)
    shoe = labels[np.clip(at[:, 1], 0, height - 1), np.clip(at[:, 0], 0, width - 1)] == BodyLabel.SHOES
    found = np.flatnonzero(shoe & inside & (LEG_STATIONS > 0.85))
    return float(LEG_STATIONS[found[0]]) + 0.03 if found.size else 1.03


def _as_limb(leg: Leg) -> Arm:
    """A leg has the coordinates of an arm: along its middle line, and across it."""
    zero = np.zeros_like(leg.outer)
    return Arm(
        leg.path, leg.outward, -leg.outward, leg.outer, leg.inner, leg.bare_outer, leg.bare_inner, zero, 0.0, leg.length
    )


def _bare_leg(person: PersonAnalysis, photo: Linear, leg: Leg, mask: Opacity) -> Linear:
    """A shaded tube in the colour of what is seen of the legs, else of the face."""
    place = arm_coordinates(_as_limb(leg), mask.shape)
    station = place[..., 0] * LEG_STATIONS[-1]
    form = np.float32(MIDDLE_LIGHT) * tube_light(place[..., 1]) * _knee(station, place[..., 1])
    seen = cv2.erode((person.labels == BodyLabel.LEG).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    if seen.sum() >= LEAST_SEEN * leg.length**2:
        ratio = cv2.GaussianBlur(photo, (0, 0), 2.0) / np.clip(form, 0.55, 1.1)[..., None]
        near = pull_push(ratio, seen)
        overall = np.median(ratio[seen > 0.5][::5], axis=0)
        return form[..., None] * (0.5 * near + 0.5 * overall)
    if person.skin_lab is None:
        raise LowQuality(LOST_SKIN_MESSAGE, reason="no_skin_seen")
    lower = 1.0 - FURTHER_DOWN * np.clip((station - 0.5) * 2, 0.0, 1.0)
    return (form * lower)[..., None] * _leg_skin(person, photo)


def _leg_skin(person: PersonAnalysis, photo: Linear) -> Linear:
    """(3,) the legs' colour as the face tells it, in the light of the hands where those are seen."""
    assert person.skin_lab is not None
    face = person.skin_lab
    chroma = (1 - PALER) * float(np.hypot(face[1], face[2]))
    hue = (float(np.arctan2(face[2], face[1])) + USUAL_HUE) / 2
    pale = lab_to_linear(np.asarray([face[0], chroma * np.cos(hue), chroma * np.sin(hue)], np.float32))
    hands = cv2.erode((person.labels == BodyLabel.HAND).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if hands.sum() < LEAST_HAND_PX:
        return np.minimum(pale * np.float32(FACE_TO_LEG), 1.0)
    brighter = float(np.median(photo[hands] @ LUMA) / max(float(pale @ LUMA), 1e-4))
    return np.minimum(pale * np.float32(FACE_TO_LEG * np.clip(brighter, 0.7, 1.5) ** 0.5), 1.0)


def _worn_light(person: PersonAnalysis, shade: NDArray[np.float32], unit: float) -> NDArray[np.float32]:
    """Gain of the room's light on the legs, as the old bottom shows it."""
    worn = (person.labels == BodyLabel.BOTTOM).astype(np.float32)
    if worn.sum() < 200:
        return np.ones(worn.shape, np.float32)
    broad = smooth_known(shade - np.float32(np.median(shade[worn > 0])), worn, LIGHT_UNITS * unit)
    return np.exp(np.clip(LIGHT_SHARE * broad, -LIGHT_LIMIT, LIGHT_LIMIT)).astype(np.float32)


def _knee(station: NDArray[np.float32], across: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gain of the knee's soft relief: light on the kneecap, a shade below it, and the shin's broad light."""
    middle = np.exp(-((across / 0.55) ** 2))
    cap = 0.05 * np.exp(-(((station - 0.49) / 0.03) ** 2)) * middle
    under = -0.09 * np.exp(-(((station - 0.545) / 0.022) ** 2)) * middle
    above = -0.05 * np.exp(-(((station - 0.43) / 0.03) ** 2)) * np.exp(-(((np.abs(across) - 0.6) / 0.3) ** 2))
    return (1.0 + cap + under + above).astype(np.float32)
