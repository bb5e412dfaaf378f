"""Where garments end on a body: the hem between top and bottom, the cuff on each arm, the hem on each leg.

Each is found as the place that best divides two colours along a direction the body gives, so that a whole line of
pixels decides together; a pixel by itself is often wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tryon.engines.local.analysis import Joint
from tryon.engines.local.body import ARMS, LEGS, Body

Floats = NDArray[np.float32]

HEM_STEP: Final = 2
"""The hem is searched on every second pixel."""
HEM_FROM: Final = 0.40
HEM_TO: Final = 1.5
"""Torso lengths below the shoulders between which a top may end."""
HEM_USUAL: Final = 0.90
HEM_SPREAD: Final = 0.25
"""Where tops end most, and how loosely; in torso lengths."""
HEM_HALF_WIDTH: Final = 0.85
"""Shoulder widths to each side of the torso's axis in which the hem is searched."""
MAX_SLOPE: Final = 2
"""Steps the hem may rise or fall from one column to the next."""
SLOPE_COST: Final = 0.4
"""What each such step costs, in units of gain."""
MAX_EVIDENCE: Final = 3.0
"""Log odds of one pixel beyond this are not believed."""
ONE_COLOUR_TRUST: Final = 0.15
"""What the colours say counts this much where both garments have the same ones."""
LIMB_STEPS: Final = 40
"""Places read on each of a limb's two bones."""
OTHER_SIDE: Final = 0.5
LATERAL: Final = np.linspace(-0.06, 0.06, 5)
"""Where across a limb the colours are read, in shoulder widths."""


@dataclass(slots=True)
class Ends:
    """Where garments end."""

    hem: Floats | None
    one_colour: bool
    cuffs: dict[str, float]
    leg_hems: dict[str, float]


def find_hem(
    top: Floats, bottom: Floats, edges: Floats, usable: NDArray[np.bool_], body: Body, straight: bool
) -> Floats | None:
    """The row of the hem in every column, (width,), or None where the picture ends above it.

    `top` and `bottom` are log odds of the two garments' colours, `edges` the contrast across rows in about 0..1,
    `usable` the pixels that show either garment (no skin, no background, no hand). Where both are of one colour, as
    in a dress or a suit, ask for a `straight` hem: no column knows anything, only a line through all of them does.
    """
    first, last = (_row_at(body, share) for share in (HEM_FROM, HEM_TO))
    left = int(np.clip(body.hips[0] - HEM_HALF_WIDTH * body.width, 0, body.shape[1] - 1))
    right = int(np.clip(body.hips[0] + HEM_HALF_WIDTH * body.width, 0, body.shape[1]))
    first, last = max(first, 0), min(last, body.shape[0])
    if last - first < 4 * HEM_STEP or right - left < 4 * HEM_STEP:
        return None
    part = np.s_[first:last:HEM_STEP, left:right:HEM_STEP]
    evidence = np.clip(top - bottom, -MAX_EVIDENCE, MAX_EVIDENCE)[part] * usable[part]
    contrast = edges[part] * usable[part]
    if straight:
        evidence *= ONE_COLOUR_TRUST
        contrast = contrast / max(float(contrast.mean(1).max()), 0.02)
    gain = _gain_of_ending(evidence, contrast, body)
    rows = np.arange(gain.shape[0]) * HEM_STEP + first
    down = (rows - body.neck[1]) / max(body.hips[1] - body.neck[1], 1.0)
    # Columns that show no garment (an arm hangs there) must not pull the hem to where it usually is.
    seen = usable[part].mean(0, dtype=np.float32) > 0.3
    trust = 2.0 if straight else 0.6
    gain -= trust * (0.5 * ((down - HEM_USUAL) / HEM_SPREAD) ** 2).astype(np.float32)[:, None] * seen
    path = (_best_line(gain) if straight else _smoothest_path(gain)) * HEM_STEP + first
    hem = np.interp(np.arange(body.shape[1]), np.arange(left, right, HEM_STEP), path)
    return hem.astype(np.float32)


def _row_at(body: Body, share: float) -> int:
    return round(float(body.neck[1] + share * (body.hips[1] - body.neck[1])))


def _gain_of_ending(evidence: Floats, edges: Floats, body: Body) -> Floats:
    """How well each row of a column serves as the hem: top above, bottom below, an edge on it."""
    above = np.cumsum(evidence, axis=0)
    below = above[-1] - above
    # About a fifth of a torso of clear evidence outweighs the strongest edge.
    unit = HEM_STEP / (0.10 * body.torso)
    return (unit * (above - below) + 1.5 * edges).astype(np.float32)


def _best_line(gain: Floats) -> Floats:
    """The level row with the most gain over all columns."""
    return np.full(gain.shape[1], float(np.argmax(gain.sum(1))), np.float32)


def _smoothest_path(gain: Floats) -> Floats:
    """The row in every column that gathers most gain while hardly rising or falling between columns."""
    rows, columns = gain.shape
    cost = SLOPE_COST * np.abs(np.arange(-MAX_SLOPE, MAX_SLOPE + 1, dtype=np.float32))[:, None]
    padded = np.full(rows + 2 * MAX_SLOPE, -np.inf, np.float32)
    neighbours = sliding_window_view(padded, rows)
    came = np.zeros((columns, rows), np.int64)
    total = gain[:, 0]
    for column in range(1, columns):
        padded[MAX_SLOPE:-MAX_SLOPE] = total
        offers = neighbours - cost
        came[column] = offers.argmax(0)
        total = offers.max(0) + gain[:, column]
    path = np.empty(columns, np.float32)
    row = int(np.argmax(total))
    for column in range(columns - 1, -1, -1):
        path[column] = row
        row += int(came[column, row]) - MAX_SLOPE if column else 0
    return cv2.blur(path[None], (5, 1))[0]


def find_cuffs(cloth: Floats, skin: Floats, seen: NDArray[np.bool_], body: Body) -> dict[str, float]:
    """Where on each arm cloth gives way to skin: 0 at the shoulder (sleeveless), 1 at the elbow, 2 at the wrist."""
    return _changes(cloth, skin, seen, body, ARMS)


def find_leg_hems(cloth: Floats, skin: Floats, seen: NDArray[np.bool_], body: Body) -> dict[str, float]:
    """Where on each leg cloth gives way to skin: 0 at the hip, 1 at the knee, 2 at the ankle."""
    return _changes(cloth, skin, seen, body, LEGS)


def _changes(
    cloth: Floats, skin: Floats, seen: NDArray[np.bool_], body: Body, limbs: Mapping[str, tuple[Joint, Joint, Joint]]
) -> dict[str, float]:
    positions = np.linspace(0.0, 2.0, 2 * LIMB_STEPS + 1)
    gains = {side: _gain_of_changing(cloth, skin, seen, body, joints, positions) for side, joints in limbs.items()}
    # The two sides of a garment are alike: each side listens to the other too, and loudly where its own limb is hidden.
    both = sum(gains.values())
    return {side: float(positions[int(np.argmax(gain + OTHER_SIDE * both))]) for side, gain in gains.items()}


def _gain_of_changing(
    cloth: Floats,
    skin: Floats,
    seen: NDArray[np.bool_],
    body: Body,
    joints: tuple[Joint, Joint, Joint],
    positions: NDArray[np.float64],
) -> NDArray[np.float64]:
    """For each position on a limb, how well it divides cloth before from skin after it."""
    columns, rows = _samples(body, joints, positions)
    inside = (columns >= 0) & (rows >= 0) & (columns < body.shape[1]) & (rows < body.shape[0])
    columns, rows = np.clip(columns, 0, body.shape[1] - 1), np.clip(rows, 0, body.shape[0] - 1)
    inside &= seen[rows, columns]
    evidence = np.clip(cloth - skin, -MAX_EVIDENCE, MAX_EVIDENCE)[rows, columns]
    each = np.where(inside, evidence, 0.0).sum(1) / np.maximum(inside.sum(1), 1)
    before = np.cumsum(each) - each
    return 2.0 * before - each.sum()


def _samples(
    body: Body, joints: tuple[Joint, Joint, Joint], positions: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Columns and rows of the places read: (positions, across)."""
    path = body.points[list(joints)].astype(np.float64)
    segment = np.minimum(positions.astype(int), 1)
    share = (positions - segment)[:, None]
    start, way = path[segment], (path[1:] - path[:-1])[segment]
    across = np.stack((-way[:, 1], way[:, 0]), 1) / (np.linalg.norm(way, axis=1, keepdims=True) + 1e-6)
    spots = (start + share * way)[:, None] + across[:, None] * LATERAL[None, :, None] * body.width
    return np.round(spots[..., 0]).astype(np.int32), np.round(spots[..., 1]).astype(np.int32)
