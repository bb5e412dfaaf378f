"""The tone of a chest beside that of arms, hands and face, which tell it: less red, and not much brighter."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.bare_bones import notch_of
from tryon.engines.local.figure import Figure
from tryon.engines.local.linear import Linear, luminance
from tryon.engines.local.skin_tone import DARKEST, clean_skin

Floats = NDArray[np.float32]

LESS_RED: Final = np.asarray([-0.045, 0.016, 0.035], np.float32)
"""Log light by which the channels of a chest differ from what hands, arms, neck and face tell: on 18 chests that were
hidden and made up, red was too strong by 0.04 and blue too weak by as much in the median; the sun tans what it sees."""
BEGINS_UNITS: Final = 0.12
"""The throat's tone goes over into the chest's from the notch down over this distance."""
SIDES_UNITS: Final = (0.38, 0.52)
"""Between these distances from its middle the chest's tone goes over into the arms'."""
SEEN_UNITS: Final = 0.06
"""So many square units of seen chest tell its tone themselves."""

TELLING: Final = (BodyLabel.HEAD, BodyLabel.ARM, BodyLabel.HAND)
LEAST_PX: Final = 100
BRIGHTER: Final = (0.3, 0.1)
"""Log light by which a chest may be brighter than the brightest of face, arms and hands (their medians), for skin that
is mat and for skin that shines, whose highlights are drawn apart: half of the chests seen are within 0.15, four in
five within 0.3."""
BRIGHTEST: Final = -0.33
"""Log luminance that a chest may have unless the rest is brighter: that of the brightest but one of 24 chests seen; a
brighter one fades into a white wall."""

DEEPER: Final = 0.4
HIGHLIGHTS: Final = 1.2
GENTLE: Final = 0.1
"""Share by which all form is stronger where skin shines; how much stronger its light parts are besides; the log light
at which half of that has set in. Brightest chests seen: 0.1 log light over their middle on pale skin, 0.3 to 0.8 on
dark skin."""


def with_highlights(form: Floats, shine: float) -> Floats:
    """The log light of bones and muscles as skin that shines shows it."""
    lit = np.maximum(form, 0.0)
    return np.asarray(form * (1.0 + DEEPER * shine) + HIGHLIGHTS * shine * lit * lit / (lit + GENTLE), np.float32)


def too_bright(person: PersonAnalysis, photo: Linear, chest: float, shine: float) -> float:
    """Log light to take off a `chest` of this log luminance, beside what is seen of the person."""
    medians = []
    for label in TELLING:
        own = clean_skin(person, (label,)) > 0
        if own.sum() >= LEAST_PX:
            medians.append(float(np.median(np.log(np.maximum(luminance(photo[own]), DARKEST)))))
    most = BRIGHTER[0] + (BRIGHTER[1] - BRIGHTER[0]) * shine
    if not medians:
        return 0.0
    brightest = max(medians)
    return max(0.0, chest - max(brightest, min(brightest + most, BRIGHTEST)))


def less_red(person: PersonAnalysis, figure: Figure) -> Linear:
    """(h, w, 3) factor on the light of what is made up: a chest is less red than the rest, unless it is seen."""
    height, width = person.labels.shape
    x = np.arange(width, dtype=np.float32) - np.float32(figure.shoulder_middle[0])
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32(figure.shoulder_middle[1])
    across = np.abs(x * figure.across[0] + y * figure.across[1]) / np.float32(figure.unit)
    down = (x * figure.down[0] + y * figure.down[1]) / np.float32(figure.unit) - np.float32(notch_of(figure)[1])
    seen = float((down[person.labels == BodyLabel.NECK] > 0).sum()) / figure.unit**2
    inside = np.clip((SIDES_UNITS[1] - across) / (SIDES_UNITS[1] - SIDES_UNITS[0]), 0.0, 1.0)
    share = np.clip(down / BEGINS_UNITS, 0.0, 1.0) * inside * np.float32(max(0.0, 1.0 - seen / SEEN_UNITS))
    return np.asarray(1.0 + share[..., None] * (np.exp(LESS_RED) - 1.0), np.float32)
