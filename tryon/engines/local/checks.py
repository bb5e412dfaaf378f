"""Looks at a finished picture without knowing the true one: what must not have changed, and what must have survived."""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import LowQuality
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, GarmentPart, Picture
from tryon.engines.local.check_detail import product_detail
from tryon.engines.local.check_view import Judged
from tryon.engines.local.dressing import Dressed
from tryon.engines.local.fresh_look import look_afresh
from tryon.engines.local.linear import difference, to_lab
from tryon.engines.local.raster import among, highest, opened, picked, resized
from tryon.engines.local.warp import Strain, strain

CHANGED: Final = 6
"""A channel that differs by more than this many codes has visibly changed."""

PATCH_PX: Final = 2
"""Half the width of a patch of old cloth that still stands."""
LEAST_PX: Final = 100
"""Of fewer pixels than this no share is told."""
TELLING_PX: Final = 20000
"""Evenly chosen pixels that tell a median colour."""

ENOUGH_SHOWN: Final = 0.6
"""Share of what was placed that is seen behind hands, bags and long tops in a picture worth making."""

Limits = Mapping[str, tuple[float, float]]

LIMITS: Final[Limits] = {
    "face_identical": (0.97, 1.0),
    "hands_and_hair": (0.75, 1.0),
    "outside_identical": (1.0, 1.0),
    "colour_error": (0.0, 9.0),
    "folded": (0.0, 0.02),
    "anisotropy": (1.0, 25.0),
    "old_top_left": (0.0, 0.10),
    "garment_shown": (0.45, 1.0),
    "old_colours": (0.0, 0.06),
    "rim_beside_cloth": (0.0, 0.05),
    "foreign_at_neck": (0.0, 0.05),
    "limb_gap": (0.0, 0.15),
    "loose_straps": (0.0, 0.03),
    "uneven_stretch": (1.0, 16.0),
    "product_detail": (0.5, 1.0),
}
"""Lowest and highest value of a picture worth showing, well outside what good pictures reach. The last but one six were
set on one hundred combinations drawn at random, tried on another hundred, and widened where what 1,634 combinations
were refused for was looked at and found good."""

WHAT_TO_DO: Final[Mapping[str, str]] = {
    "product_detail": (
        "This product's picture shows too little detail to look real on this photo. "
        "Use one taken from farther away, or try another product."
    ),
}
"""The shopper's sentence where the usual one would send them the wrong way."""


def score(photo: Picture, dressed: Dressed, garment: GarmentAnalysis) -> dict[str, float]:
    """All checks of a new top; the names are explained in the engine's documentation."""
    scores = common_scores(photo, dressed, BodyLabel.TOP, garment) | {"garment_shown": _shown(dressed, garment)}
    return scores | {"old_top_left": 0.0} if garment.is_open else scores


def common_scores(photo: Picture, dressed: Judged, old: BodyLabel, garment: GarmentAnalysis) -> dict[str, float]:
    """The checks that are the same for everything that replaces what is labelled `old`."""
    left, upper, right, lower = dressed.box
    window = np.s_[upper:lower, left:right]
    before, after = photo[window], dressed.picture[window]
    labels = dressed.person.labels
    changed = highest(cv2.absdiff(after, before)) > CHANGED
    cloth_strain = strain_of(dressed)
    return {
        "face_identical": _kept(labels, changed, (BodyLabel.HEAD,)),
        "hands_and_hair": _kept(labels, changed, (BodyLabel.HAND, BodyLabel.HAIR)),
        "outside_identical": float(not (highest(cv2.absdiff(photo, dressed.picture)) > 0)[~dressed.edited].any()),
        "colour_error": colour_error(after, dressed),
        "sharpness": sharpness(after, dressed),
        "folded": cloth_strain.folded,
        "anisotropy": cloth_strain.anisotropy_p99,
        "product_detail": product_detail(photo, dressed, cloth_strain, garment),
        "old_top_left": _old_left(labels == old, changed, dressed),
        **look_afresh(photo, dressed, old),
    }


def shown_of_placed(dressed: Judged, may_be_seen: NDArray[np.bool_] | None = None) -> float:
    """Seen share of the garment as it was placed, of what `may_be_seen` of it, 1 from ENOUGH_SHOWN on."""
    placed = float(((dressed.cloth.opacity > 0.5) & (True if may_be_seen is None else may_be_seen)).sum())
    return float(np.clip((dressed.visible > 0.5).sum() / max(placed, 1.0) / ENOUGH_SHOWN, 0.0, 1.0))


def refuse_if_ugly(scores: Mapping[str, float], limits: Limits = LIMITS) -> None:
    """Raise LowQuality, naming the first check whose score leaves its limits. Every limit needs its score."""
    for name, (low, high) in limits.items():
        if not low <= scores[name] <= high:
            raise LowQuality(WHAT_TO_DO.get(name), reason=f"{name}={scores[name]:.3f}")


def worse(one: Mapping[str, float], other: Mapping[str, float], limits: Limits = LIMITS) -> dict[str, float]:
    """Of every score in `limits` that of the two pictures which is farther from the best: nothing of what is counted,
    all of what is kept, 1 of a ratio."""
    merged = {**other, **one}
    for name in limits.keys() & one.keys() & other.keys():
        best = 0.0 if limits[name][0] == 0.0 else 1.0
        nearer = abs(one[name] - best) < abs(other[name] - best)
        merged[name] = other[name] if nearer else one[name]
    return merged


def _kept(labels: NDArray[np.uint8], changed: NDArray[np.bool_], wanted: tuple[BodyLabel, ...]) -> float:
    """Share of the labelled pixels that did not change; their rim, where layers mix, is left out."""
    area = cv2.erode(among(labels, wanted).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return float(1.0 - changed[area].mean()) if area.sum() > LEAST_PX else 1.0


def colour_error(after: Picture, dressed: Judged) -> float:
    """CIEDE2000 between the visible garment's median colour and the product's at the same spots: what is tucked in may
    have most of the product's colour."""
    shown = dressed.visible > 0.95
    return median_difference(dressed.cloth.colour, shown, after, shown)


def cloth_of(garment: GarmentAnalysis) -> NDArray[np.bool_]:
    """The product's outside, solid."""
    outside = (GarmentPart.TORSO, GarmentPart.LEFT_SLEEVE, GarmentPart.RIGHT_SLEEVE)
    return np.isin(garment.parts, outside) & (garment.opacity > 0.95)


def median_difference(
    product: Picture, cloth: NDArray[np.bool_], after: Picture, shown: NDArray[np.bool_]
) -> float:  # fmt: skip
    """CIEDE2000 between the median colours of `cloth` in one picture and of what is `shown` in another; 99 where there
    is too little of one to tell."""
    colours = []
    for picture, mask in ((product, cloth), (after, shown)):
        at = np.flatnonzero(mask)
        if len(at) < LEAST_PX:
            return 99.0
        colours.append(np.median(to_lab(picked(picture, at[:: max(1, len(at) // TELLING_PX)])), axis=0))
    wanted, found = colours
    return difference(wanted, found)


def sharpness(after: Picture, dressed: Judged) -> float:
    """Detail in the result relative to the warped product before light was put on it; 1 is as sharp as the product."""
    shown = cv2.erode((dressed.visible > 0.98).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    if shown.sum() < 100:
        return 0.0
    detail = []
    for picture in (after, dressed.cloth.colour):
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        detail.append(float(cv2.Laplacian(grey, cv2.CV_32F)[shown].std()))
    return detail[0] / max(detail[1], 0.5)


def strain_of(dressed: Judged) -> Strain:
    """The strain of what is seen of torso and sleeves, or of seat and legs."""
    shape = dressed.warp.torso.shape
    seen = resized(dressed.visible, shape)
    sleeves = {side: resized(mask, shape) for side, mask in dressed.cloth.sleeves.items()}
    torso = seen.copy()
    for sleeve in sleeves.values():
        torso = np.minimum(torso, 1 - sleeve)
    parts = [(dressed.warp.torso, torso * dressed.warp.torso_area)]
    parts += [(dressed.warp.sleeves[side], np.minimum(mask, seen)) for side, mask in sleeves.items()]
    return strain(*parts)


def _old_left(worn: NDArray[np.bool_], changed: NDArray[np.bool_], dressed: Judged) -> float:
    """Share of what was worn that still stands in the picture where nothing of the new garment is.

    What stands does so in whole patches; skin that was made up where cloth of its own colour was agrees with it in
    single pixels."""
    old = cv2.erode(worn.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    left = opened(old & ~changed & (dressed.visible < 0.1), PATCH_PX)
    return float(left.sum() / max(old.sum(), 1))


def _shown(dressed: Dressed, garment: GarmentAnalysis) -> float:
    """Seen area of the garment relative to its flat area at the scale it is worn. What hangs on straps is as long as
    these are, and of a long top little is seen that is tucked in: both are judged as they were placed."""
    placed = shown_of_placed(dressed, _above_waistband(dressed))
    if dressed.target.bare_shoulders and not garment.bare_shoulders:
        return placed
    flat = float((garment.opacity > 0.5).sum()) * (dressed.target.scale * _factor(dressed)) ** 2
    shown = float(np.clip((dressed.visible > 0.5).sum() / max(flat, 1.0) / 0.8, 0.0, 1.0))
    return max(shown, placed) if dressed.target.tucked else shown


def _above_waistband(dressed: Dressed) -> NDArray[np.bool_]:
    """(h, w) of the cloth: True where it does not lie behind the waistband."""
    rows, columns = (np.arange(size) for size in dressed.cloth.opacity.shape)
    if dressed.target.waist_line is None:
        return np.ones((len(rows), len(columns)), bool)
    x, y = (dressed.target.waist_line * _factor(dressed)).T
    return np.asarray(rows[:, None] < np.interp(columns, x, y))


def _factor(dressed: Dressed) -> float:
    """The photo's pixels for one of the size the garment was placed at."""
    return (dressed.box[2] - dressed.box[0]) / dressed.warp.torso.shape[1]
