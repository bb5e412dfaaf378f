"""Legs that were hidden: tubes with knees and calves, in the tone and the light of the skin that is seen.

As with arms, a light is drawn from the leg's roundness alone and then corrected by what is really seen of legs, so that
a made-up thigh goes over into the seen knee without a step.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import LowQuality
from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis, Points, Side
from tryon.engines.local.bare_leg_form import REDDER, knee_redness, leg_relief
from tryon.engines.local.bare_leg_shape import foot_station, leg_opacity, touching, under_the_cloth
from tryon.engines.local.bare_side_light import light_from_the_right
from tryon.engines.local.bare_skin import arm_coordinates
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg, Stance
from tryon.engines.local.figure_arms import Arm
from tryon.engines.local.fill import smooth_known
from tryon.engines.local.linear import Linear, luminance, to_linear
from tryon.engines.local.raster import (
    among,
    bits,
    blurred,
    box_of,
    depth,
    grown,
    reduced,
    resized,
    shrunk,
    smoothed_row,
)
from tryon.engines.local.seen_skin import meeting_the_seen, skin_seen
from tryon.engines.local.skin_tone import DARKEST, LEAST_SKIN_PX, SkinTone, clean_skin, learn_tone

Floats = NDArray[np.float32]

COARSE: Final = 2
"""The smooth light of a leg is drawn on every second pixel."""

LEAST_LEG_PX: Final = 60
"""Fewer pixels of bare leg than this are not worth making up."""
LEAST_SEEN: Final = 0.006
"""So much bare leg (squared leg lengths) must be seen to take its colour from it; less may be a patch of floor."""
CARRY_UNITS: Final = 0.9
"""Over this distance what the seen leg tells about the light fades: a thigh lies in the light of its knee."""
HEM_UNITS: Final = 0.18
"""Skin this near below the old hem lies in its shadow, and says nothing about the light."""
SHARED_UNITS: Final = (0.04, 0.30)
"""From so far below the old hem to so far, the made-up skin goes over into the seen."""

HEM_REACH_UNITS: Final = 0.05
"""The old bottom reaches up to so far beyond where it is seen to."""

SHOE_SHADE: Final = 0.35
SHOE_STATIONS: Final = 0.045
"""Log light that a leg loses where it goes into the shoe, and the height over which it does."""
ACROSS: Final = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96, 1.0)
LEG_LIGHT: Final = (0.03, 0.02, -0.02, -0.05, -0.08, -0.12, -0.18, -0.28, -0.38, -0.46)
"""Log luminance of a bare leg from its middle to its edges: the median of 415 cuts through legs."""
CONTRASTS: Final = (0.85, 1.3)
DEEPER: Final = 1.1
"""Legs are shaded at least and at most so much as in usual light, and so many times more than the median tells, as in
every photo another part of the leg is dark. Across 27 shins light falls by 0.05 to halfway to the edge and by 0.2 near
it; legs twice as deeply shaded on both sides look like turned wood."""
TILT: Final = (0.10, 0.40)
"""Log light from the leg's middle to its edge that comes from one side, least and most."""
TILT_PER_SIDE_LIGHT: Final = 4.0
"""That light for what face and top tell: on 12 people with bare legs it was 4.7 times as much (correlation 0.92);
their skirts and shorts, which have folds, tell next to nothing about it (0.22)."""
TOLD_ACROSS: Final = 0.55
LEAST_TOLD: Final = 8
"""The light's side is told so far from a leg's middle, at no fewer stations than this."""
SHEEN: Final = 0.06
DARK_SHEEN: Final = 0.22
DARK_RELIEF: Final = 0.4
"""Knees and muscles of dark skin are so much deeper shaded, for it shines."""
MOST_RELIEF: Final = 1.15
"""Hard light on arms deepens knees and muscles by this much at most: beyond it knees look like bulbs."""
SHEEN_MEAN: Final = 0.35
"""A highlight's mean across the leg, which is not to get brighter as a whole."""
DARK_LEVEL: Final = (-1.4, -2.6)
"""Log luminance of a leg's highlight, and of one on dark skin, which shines more; what is dark."""
INNER_SHADE: Final = 0.40
INNER_STATION: Final = 0.42
"""Log depth of the shade that legs throw on each other, and the station above which they always do."""
PALER: Final = 0.06
DARKER: Final = 0.10
"""Legs see less sun than hands and face, and less light: so much less coloured and darker (log) they are where the
tone is taken from there. On 19 people with bare legs the median is 0.2, half of which is in the shades drawn here."""
LIGHT_SHARE: Final = 0.5
LIGHT_LIMIT: Final = 0.18
LIGHT_UNITS: Final = 0.12
"""How much of the old trousers' broad shading is true of the leg in them, and how broad (units)."""
LOST_SKIN_MESSAGE: Final = (
    "This product shows your legs, and no bare skin is seen in your photo. "
    "Use a photo that shows your face or your legs, or try on something longer."
)


def with_bare_legs(
    light: Linear,
    person: PersonAnalysis,
    stance: Stance,
    hems: Mapping[Side, float],
    needed: NDArray[np.bool_],
    shade: Floats,
    unit: float,
    hidden: NDArray[np.bool_],
) -> tuple[Linear, Opacity]:  # fmt: skip
    """Legs laid over `light` from the new hems (stations) down where they are `needed`, and where they are;
    none are where they must be `hidden`.

    `shade` is the log gain of the light on the old clothes. Raises LowQuality where no skin is seen to take their
    colour from.
    """
    skin = np.zeros(needed.shape, np.float32)
    stance = replace(stance, legs={side: under_the_cloth(leg, person.labels) for side, leg in stance.legs.items()})
    hind_first = sorted(stance.legs, key=lambda side: side == stance.front_leg)
    ends = {side: foot_station(person.labels, leg) for side, leg in stance.legs.items()}
    masks = {side: leg_opacity(person.labels, stance, side, hems[side], ends[side]) * ~hidden for side in hind_first}
    masks = {side: mask for side, mask in masks.items() if (needed & (mask > 0.1)).sum() > LEAST_LEG_PX}
    if not masks:
        return light, skin
    photo = to_linear(person.picture)
    seen = _showing_legs(person, stance, unit)
    if seen.skin_lab is None and not (clean_skin(seen) > 0).any():
        raise LowQuality(LOST_SKIN_MESSAGE, reason="no_skin_seen")
    of_legs = seen is not person
    tone = _leg_tone(seen, photo, of_legs)
    clean = clean_skin(seen) if of_legs else np.zeros_like(skin)
    broad = _worn_light(person, shade, unit)
    tone = replace(tone, contrast=float(np.clip(tone.contrast, *CONTRASTS)))
    tilt = _tilt(person, photo, stance)
    told = skin_seen(seen, photo, unit) if of_legs else None
    within = shrunk(bits(person.labels == BodyLabel.LEG), 2)
    for side, mask in masks.items():
        outward = tilt if side == "left" else -tilt
        place = _place_on(stance.legs[side], mask.shape)
        level = _leg_level(photo, stance.legs[side], place, mask, clean, tone, broad, outward)
        box = box_of(mask)
        # Hands and face tell the tone, but lie in another light than legs.
        leg = (
            meeting_the_seen(seen, photo, tone, level, unit, CARRY_UNITS, box, told)
            if told
            else tone.colour(level[box])
        )
        leg = leg * resized(_form(place, box, tone, outward, ends[side]), leg.shape)
        light = light.copy()
        # On seen skin no background is mixed in at the edge: it would show as a pale line.
        inside = np.where((within[box] > 0) & (mask[box] > 0), np.float32(1.0), mask[box])
        light[box] += (leg - light[box]) * inside[..., None]
        skin = np.maximum(skin, mask)
    return light, skin


def shared_with_seen(labels: LabelMap, unit: float) -> Opacity:
    """0..1 on seen legs just below the old hem: its shadow goes with it."""
    leg, bottom = labels == BodyLabel.LEG, bits(labels == BodyLabel.BOTTOM)
    if not leg.any() or not bottom.any():
        return np.zeros(labels.shape, np.float32)
    first, last = (reach * unit for reach in SHARED_UNITS)
    fading = np.clip((last - depth(1 - bottom)) / (last - first), 0.0, 1.0)
    return (fading * leg).astype(np.float32)


def beside_legs(labels: LabelMap, legs: Opacity, reach: float) -> Opacity:
    """The old hem's corners, which stand out beside the made-up `legs` and are easily taken for what is beside them."""
    near = grown(bits(labels == BodyLabel.BOTTOM), max(1, round(reach)), round_=True) > 0
    corner = near & among(labels, (BodyLabel.LEG, BodyLabel.BACKGROUND)) & (legs < 0.1)
    return (blurred(corner.astype(np.float32), 0.8) * corner).astype(np.float32)


def legs_are_seen(labels: LabelMap, stance: Stance) -> bool:
    """Enough bare leg is seen to learn from it."""
    return bool((labels == BodyLabel.LEG).sum() >= LEAST_SEEN * stance.legs["left"].length ** 2)


def _showing_legs(person: PersonAnalysis, stance: Stance, unit: float) -> PersonAnalysis:
    """The person whose legs, where enough of them is seen, are the only skin there is; their name is then ARM."""
    if not legs_are_seen(person.labels, stance):
        return person
    leg = person.labels == BodyLabel.LEG
    shaded = grown(bits(person.labels == BodyLabel.BOTTOM), round(HEM_UNITS * unit)) > 0
    if (leg & ~shaded).sum() > 0.3 * leg.sum():
        leg &= ~shaded
    return replace(person, labels=np.where(leg, np.uint8(BodyLabel.ARM), np.uint8(BodyLabel.BACKGROUND)))


def _leg_tone(seen: PersonAnalysis, photo: Linear, of_legs: bool) -> SkinTone:
    """The tone of the legs; told by hands and face, a little less coloured and less bright."""
    tone = learn_tone(seen, photo)
    if of_legs:
        return tone
    grey = np.float32(PALER) * (tone.offset + (tone.slope - 1) * np.float32(tone.level))
    return replace(tone, offset=tone.offset - grey, level=tone.level - DARKER)


def _as_limb(leg: Leg) -> Arm:
    """A leg has the coordinates of an arm: along its middle line, and across it."""
    zero = np.zeros_like(leg.outer)
    return Arm(
        leg.path, leg.outward, -leg.outward, leg.outer, leg.inner, leg.bare_outer, leg.bare_inner, zero, 0.0, leg.length
    )


def _tilt(person: PersonAnalysis, photo: Linear, stance: Stance) -> float:
    """Log light from the middle of a leg to its edge on the wearer's left, as bare legs tell it, else face and top."""
    differences = []
    for leg, sign in ((stance.legs["left"], 1.0), (stance.legs["right"], -1.0)):
        spots = leg.path[LEG_STATIONS < 0.9]
        across = (leg.outward * np.minimum(leg.bare_outer, leg.bare_inner)[:, None] * TOLD_ACROSS)[LEG_STATIONS < 0.9]
        edges = [_log_at(person, photo, spots + way * across) for way in (sign, -sign)]
        known = np.isfinite(edges[0] + edges[1])
        if known.sum() > LEAST_TOLD:
            differences.append(float(np.median((edges[0] - edges[1])[known])) / (2 * TOLD_ACROSS))
    usual = TILT_PER_SIDE_LIGHT * light_from_the_right(person.labels, photo)
    told = float(np.mean(differences)) if differences else usual
    return float(np.copysign(np.clip(abs(told), *TILT), told))


def _log_at(person: PersonAnalysis, photo: Linear, spots: Points) -> Floats:
    """(n,) log luminance at points of bare legs, NaN elsewhere."""
    height, width = person.labels.shape
    x, y = np.rint(spots).astype(int).T
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    known = inside & (person.labels[y, x] == BodyLabel.LEG)
    return np.where(known, np.log(np.maximum(luminance(photo[y, x]), DARKEST)), np.nan).astype(np.float32)


def _place_on(leg: Leg, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """(h, w) station along the leg and place across it, on every second pixel."""
    place = reduced(arm_coordinates(_as_limb(leg), shape), 1 / COARSE)
    return place[..., 0] * LEG_STATIONS[-1], np.clip(place[..., 1], -1.0, 1.0)


def _leg_level(
    photo: Linear, leg: Leg, place: tuple[Floats, Floats], mask: Opacity, clean: Opacity, tone: SkinTone,
    broad: Floats, tilt: float,
) -> Floats:  # fmt: skip
    """(h, w) log luminance of this leg as its roundness, the room's light and its own `clean` seen skin tell it; the
    light's `tilt` is towards its outer edge."""
    station, across = place
    form = DEEPER * np.interp(np.abs(across), ACROSS, LEG_LIGHT).astype(np.float32)
    form += _shade_between(leg, station, across) + tilt * across + _sheen(tone, station, across, tilt)
    level = np.asarray(tone.level + tone.contrast * resized(form.astype(np.float32), mask.shape) + broad, np.float32)
    own = (clean > 0) & (mask > 0.5)
    if own.sum() > LEAST_SKIN_PX:
        level += float(np.median((np.log(np.maximum(luminance(photo[own]), DARKEST)) - level[own])[::3]))
    return level


def _form(place: tuple[Floats, Floats], box: tuple[slice, slice], tone: SkinTone, tilt: float, end: float) -> Linear:
    """Gain on each channel for knee, muscles, ankle and the shoe's shade, on every second pixel of a window."""
    rows, columns = (slice(side.start // COARSE, -(-side.stop // COARSE)) for side in box)
    station, across = place[0][rows, columns], place[1][rows, columns]
    strength = min(tone.contrast, MOST_RELIEF) * (1.0 + DARK_RELIEF * _darkness(tone))
    relief = strength * leg_relief(station, across, float(np.clip(tilt / TILT[1], -1.0, 1.0)))
    relief -= SHOE_SHADE * np.exp(-((np.maximum(end - station, 0.0) / SHOE_STATIONS) ** 2))
    redder = np.asarray(REDDER, np.float32) * knee_redness(station, across)[..., None]
    return np.exp(tone.slope * relief[..., None] + redder).astype(np.float32)


def _darkness(tone: SkinTone) -> float:
    return float(np.clip((DARK_LEVEL[0] - tone.level) / (DARK_LEVEL[0] - DARK_LEVEL[1]), 0.0, 1.0))


def _sheen(tone: SkinTone, station: Floats, across: Floats, tilt: float) -> Floats:
    """Log light of the highlight that runs down a leg, a little towards the light, and breaks at the knee."""
    dark = _darkness(tone)
    middle = np.exp(-(((across - 0.22 * np.sign(tilt)) / 0.24) ** 2))
    along = 1.0 - 0.6 * np.exp(-(((station - 0.53) / 0.05) ** 2))
    return np.asarray((SHEEN + (DARK_SHEEN - SHEEN) * dark) * (middle * along - SHEEN_MEAN), np.float32)


def _shade_between(leg: Leg, station: Floats, across: Floats) -> Floats:
    """Log light lost between the thighs, and wherever legs touch."""
    inner = np.clip((0.2 - across) / 1.2, 0.0, 1.0)
    thighs = np.clip((INNER_STATION - LEG_STATIONS) / 0.25, 0.0, 1.0)
    near = np.maximum(thighs, smoothed_row(touching(leg), 1.5))
    return np.asarray(-INNER_SHADE * inner**3 * np.interp(station, LEG_STATIONS, near), np.float32)


def _worn_light(person: PersonAnalysis, shade: Floats, unit: float) -> Floats:
    """Log gain of the room's light on the legs, as the old bottom shows it."""
    worn = (person.labels == BodyLabel.BOTTOM).astype(np.float32)
    if worn.sum() < LEAST_SKIN_PX * 5:
        return np.zeros(worn.shape, np.float32)
    broad = smooth_known(shade - np.float32(np.median(shade[worn > 0])), worn, LIGHT_UNITS * unit)
    return np.clip(LIGHT_SHARE * broad, -LIGHT_LIMIT, LIGHT_LIMIT).astype(np.float32)
