"""The form of a bare leg as light and colour: kneecap, the muscles above it, shin, calf and ankle.

All fields are log luminance in a leg's own coordinates: the station along it (0 hip, 0.5 knee, 1 ankle) and the place
`across` it (-1 inner edge, 0 middle, 1 outer edge). Places and strengths are read off 23 bare legs, laid straight and
to one width; the strengths are those of the stronger half, for what is fainter is not seen on a small picture.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.bare_form import eased

Floats = NDArray[np.float32]

CAP: Final = (0.468, -0.04)
CAP_HALF: Final = (0.050, 0.60)
"""Station and place across of the kneecap, and its half height (stations) and half width."""
CAP_LIGHT: Final = 0.19
RIM_SHADE: Final = 0.32
"""Log light on the kneecap, and lost along its rim: below it, as light comes from above, and hardly any above it, where
the thigh's muscle goes over into it. A whole ring looks like a ball's."""
KNEE_SHADE: Final = 0.07
"""Log light that the whole knee has less than thigh and shin; its skin is darker."""
TUBEROSITY: Final = 0.08
"""Log light on the bone below the kneecap."""
THIGH: Final = 0.11
"""Log light of the thigh's muscles above the knee and of the grooves between them."""
SHIN: Final = 0.08
SHIN_GROOVES: Final = (0.13, 0.08)
"""Log light on the shin's edge, and lost between it and the calf: at the inner and at the outer side. Deeper the shin
is a bright stripe from knee to ankle, as on a doll."""
CALF: Final = 0.11
"""Log light on the calf, which bulges at the inner side."""
ANKLE: Final = (0.12, 0.14)
"""Log light on the ankle's bones and tendon, and lost in the hollows beside them."""
FAR_SIDE: Final = 0.6
"""Shades on the side away from the light are deeper by this share, those towards it fainter."""
TOWARDS_LIGHT: Final = 0.22
"""What stands out is lit so far (half widths) towards the light from its top."""

REDDER: Final = (0.045, -0.035, -0.03)
"""Log of each channel that the skin on the kneecap and just below has more or less: 4 units of a*."""


def leg_relief(station: Floats, across: Floats, side_light: float) -> Floats:
    """Log light of what is not a tube; `side_light` is -1..1, positive towards the leg's outer edge."""
    lit = TOWARDS_LIGHT * side_light
    deeper = 1.0 - FAR_SIDE * side_light * np.clip(across, -1.0, 1.0)
    raised = _cap(station, across - lit) + _thigh(station, across - lit) + _shin(station, across - lit)
    raised += _ankle(station, across - lit)
    hollow = _rim(station, across) + _grooves(station, across) + _hollows(station, across)
    knee = KNEE_SHADE * _bell(station, 0.50, 0.055)
    return np.asarray(raised - hollow * deeper - knee, np.float32)


def knee_redness(station: Floats, across: Floats) -> Floats:
    """0..1 where the skin is redder."""
    return np.asarray(_bell(station, 0.485, 0.05) * _bell(across, 0.0, 0.75), np.float32)


def _cap(station: Floats, across: Floats) -> Floats:
    from_middle = _from_cap(station + 0.008, across)
    return np.asarray(
        CAP_LIGHT * np.exp(-((from_middle / 0.62) ** 2))
        + TUBEROSITY * _spot(station, across, (0.57, 0.018, 0.02, 0.24)),
        np.float32,
    )


def _rim(station: Floats, across: Floats) -> Floats:
    below = np.clip(0.5 + 0.5 * (station - CAP[0]) / (0.7 * CAP_HALF[0]), 0.0, 1.0)
    ring = np.exp(-(((_from_cap(station, across) - 1.02) / 0.27) ** 2))
    return np.asarray(RIM_SHADE * ring * (0.08 + 0.92 * below), np.float32)


def _from_cap(station: Floats, across: Floats) -> Floats:
    """Distance from the kneecap's middle; 1 on its rim."""
    return np.asarray(np.hypot((station - CAP[0]) / CAP_HALF[0], (across - CAP[1]) / CAP_HALF[1]), np.float32)


def _thigh(station: Floats, across: Floats) -> Floats:
    inner, outer = _spot(station, across, (0.405, -0.50, 0.035, 0.30)), _spot(station, across, (0.36, 0.42, 0.05, 0.26))
    front = _bell(across, 0.0, 0.30) * _between(station, (0.05, 0.15), (0.33, 0.41))
    return np.asarray(THIGH * (inner + 0.7 * outer + 0.6 * front), np.float32)


def _shin(station: Floats, across: Floats) -> Floats:
    edge = _bell(across, 0.06, 0.15) * _between(station, (0.56, 0.62), (0.84, 0.95))
    return np.asarray(SHIN * edge + CALF * _spot(station, across, (0.67, -0.74, 0.065, 0.20)), np.float32)


def _grooves(station: Floats, across: Floats) -> Floats:
    """Between the muscles above the knee, and beside the shin."""
    above = THIGH * _spot(station, across, (0.425, 0.0, 0.02, 0.25))
    sides = (_bell(across, 0.62, 0.16) + _bell(across, -0.42, 0.16)) * _between(station, (0.10, 0.2), (0.36, 0.44))
    inner = SHIN_GROOVES[0] * _bell(across, -0.38, 0.20) * _between(station, (0.55, 0.62), (0.76, 0.90))
    outer = SHIN_GROOVES[1] * _bell(across, 0.46, 0.18) * _between(station, (0.55, 0.62), (0.72, 0.86))
    return np.asarray(above + 0.8 * THIGH * sides + inner + outer, np.float32)


def _ankle(station: Floats, across: Floats) -> Floats:
    bones = _spot(station, across, (0.965, -0.70, 0.016, 0.24)) + _spot(station, across, (0.985, 0.70, 0.016, 0.24))
    tendon = _bell(across, 0.0, 0.20) * _between(station, (0.90, 0.95), (1.05, 1.10))
    return np.asarray(ANKLE[0] * (bones + 0.6 * tendon), np.float32)


def _hollows(station: Floats, across: Floats) -> Floats:
    beside = _bell(across, -0.34, 0.17) + _bell(across, 0.36, 0.17)
    return np.asarray(ANKLE[1] * beside * _between(station, (0.90, 0.97), (1.05, 1.10)), np.float32)


def _bell(values: Floats, middle: float, half: float) -> Floats:
    return np.asarray(np.exp(-(((values - middle) / half) ** 2)), np.float32)


def _spot(station: Floats, across: Floats, at: tuple[float, float, float, float]) -> Floats:
    """1 at a station and place across, fading over these half widths along and across."""
    return _bell(station, at[0], at[2]) * _bell(across, at[1], at[3])


def _between(station: Floats, rise: tuple[float, float], fall: tuple[float, float]) -> Floats:
    up = np.clip((station - rise[0]) / (rise[1] - rise[0]), 0.0, 1.0)
    down = np.clip((fall[1] - station) / (fall[1] - fall[0]), 0.0, 1.0)
    return eased(np.minimum(up, down))
