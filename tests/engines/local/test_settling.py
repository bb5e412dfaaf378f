"""Widening cloth to the old top's outline: calm along its side, whole over bare skin; the waist as one line."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tests.engines.local.conftest import Analysis
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.calm_waist import with_calm_waist
from tryon.engines.local.figure import Figure
from tryon.engines.local.pattern import RIBS, SleeveOutline
from tryon.engines.local.settled_edges import settle_edges
from tryon.engines.local.target import Target
from tryon.engines.local.top_settling import settling_area

SHAPE = (300, 240)
REACH = 20.0


def _standing(analysis: Analysis, labels: NDArray[np.uint8]) -> PersonAnalysis:
    matte = (labels > 0).astype(np.float32)
    return replace(analysis("avatars/3.png"), labels=labels, matte=matte)


def _cloth() -> NDArray[np.float32]:
    cloth = np.zeros(SHAPE, np.float32)
    cloth[40:260, 60:160] = 1.0
    return cloth


def _side(opacity: NDArray[np.float32]) -> NDArray[np.int64]:
    """(n,) the last column of cloth in each row away from its ends."""
    return np.asarray(SHAPE[1] - 1 - (opacity[80:220, ::-1] > 0.5).argmax(axis=1))


def test_a_widened_side_is_calm_where_the_old_silhouette_has_teeth(analysis: Analysis) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:270, 60:164] = BodyLabel.TOP
    for row in range(40, 260, 10):
        labels[row : row + 5, 164:172] = BodyLabel.TOP
    everywhere, nowhere = np.ones(SHAPE, np.float32), np.zeros(SHAPE, np.float32)
    side = _side(settle_edges(_standing(analysis, labels), _cloth(), nowhere, everywhere, REACH))
    assert side.min() >= 163
    assert np.ptp(side) <= 2


def test_a_side_has_no_steps_where_a_piece_of_the_old_top_ends(analysis: Analysis) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:270, 60:160] = BodyLabel.TOP
    labels[110:170, 160:172] = BodyLabel.TOP
    everywhere, nowhere = np.ones(SHAPE, np.float32), np.zeros(SHAPE, np.float32)
    side = _side(settle_edges(_standing(analysis, labels), _cloth(), nowhere, everywhere, REACH))
    assert np.abs(side[8:] - side[:-8]).max() <= 9


def test_nothing_is_widened_where_that_is_not_allowed(analysis: Analysis) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:270, 60:168] = BodyLabel.TOP
    nowhere = np.zeros(SHAPE, np.float32)
    assert (settle_edges(_standing(analysis, labels), _cloth(), nowhere, nowhere, REACH) == _cloth()).all()


def test_a_collar_is_not_widened_to_the_old_one_beside_it() -> None:
    points = {"left": np.float32((150, 90)), "right": np.float32((90, 90))}
    tips = {"left": np.float32((200, 110)), "right": np.float32((40, 110))}
    figure = SimpleNamespace(
        unit=200.0, chin=np.float32((120, 30)), down=np.float32((0, 1)), shoulder_tip=tips, arms={}
    )
    target = SimpleNamespace(
        has_collar=True,
        bare_shoulders=False,
        neck=points,
        neckline=np.float32([(105, 60), (120, 65), (135, 60)]),
        hem=np.float32([(40, 280), (120, 282), (200, 280)]),
        sleeves={},
    )
    plain = SimpleNamespace(**{**vars(target), "has_collar": False})
    collared, open_ = (
        settling_area(np.zeros((300, 240), np.uint8), cast(Target, one), cast(Figure, figure), 1.0)
        for one in (target, plain)
    )
    for x in (96, 144):
        assert collared[82, x] < 0.2
        assert open_[82, x] > 0.5
    assert collared[130, 40] > 0.9


def beside_sleeve(out: int) -> float:
    """Whether, 0 to 1, cloth may follow an old sleeve that stands `out` so many pixels of a new one whose outer edge is
    column 200, from row 100 to row 200."""
    rows = np.linspace(100.0, 200.0, RIBS, dtype=np.float32)
    outer, inner = (np.stack([np.full(RIBS, x, np.float32), rows], axis=1) for x in (200.0, 150.0))
    path = np.stack([np.full(21, 175.0), np.linspace(100.0, 300.0, 21)], axis=1).astype(np.float32)
    ways = {"outward": np.float32([(1, 0)] * 21), "inward": np.float32([(-1, 0)] * 21)}
    widths = dict.fromkeys(("outer", "inner", "bare_outer", "bare_inner"), np.full(21, 25.0, np.float32))
    arm = SimpleNamespace(path=path, cuff=0.5, **ways, **widths)
    points = {"left": np.float32((150, 90)), "right": np.float32((90, 90))}
    figure = SimpleNamespace(
        unit=200.0, chin=np.float32((120, 30)), down=np.float32((0, 1)), shoulder_tip=points, arms={"left": arm}
    )
    target = SimpleNamespace(
        has_collar=False,
        bare_shoulders=False,
        neck=points,
        neckline=np.float32([(105, 60), (120, 65), (135, 60)]),
        hem=np.float32([(40, 380), (120, 382), (200, 380)]),
        sleeves={"left": SleeveOutline(outer, inner)},
        shoulder_line={side: np.float32([point, point]) for side, point in points.items()},
    )
    labels = np.zeros((400, 300), np.uint8)
    labels[90:200, 150 : 201 + out] = BodyLabel.TOP
    return float(settling_area(labels, cast(Target, target), cast(Figure, figure), 1.0)[170, 206])


def test_a_sleeve_follows_the_old_ones_edge_unless_that_stands_far_out_of_it() -> None:
    assert beside_sleeve(4) > 0.9
    assert beside_sleeve(16) < 0.1


def test_bare_arms_are_covered_as_far_as_they_stand_out_of_a_sleeve(analysis: Analysis) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:270, 60:160] = BodyLabel.ARM
    bulge = np.rint(12 * np.sin(np.linspace(0.0, np.pi, 120))).astype(int)
    for row, width in zip(range(90, 210), bulge, strict=True):
        labels[row, 160 : 160 + width] = BodyLabel.ARM
    everywhere = np.ones(SHAPE, np.float32)
    settled = settle_edges(_standing(analysis, labels), _cloth(), everywhere, everywhere, REACH)
    assert not ((labels == BodyLabel.ARM) & (settled < 0.5))[60:240].any()


def test_a_slit_between_sleeve_and_body_shows_no_background_where_the_old_top_was(analysis: Analysis) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:270, 50:170] = BodyLabel.TOP
    cloth, nowhere, sleeve = _cloth(), np.zeros(SHAPE, np.float32), np.ones(SHAPE, np.float32)
    cloth[120:180, 100:112] = 0.0
    assert settle_edges(_standing(analysis, labels), cloth, sleeve, nowhere, REACH)[115:185, 95:117].min() > 0.99
    labels[120:180, 100:112] = BodyLabel.BACKGROUND
    assert settle_edges(_standing(analysis, labels), cloth, sleeve, nowhere, REACH)[130:170, 104:108].max() < 0.01


def test_the_old_tops_last_pixels_beside_an_arm_are_covered(analysis: Analysis) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:270, 60:164] = BodyLabel.TOP
    labels[30:270, 164:200] = BodyLabel.ARM
    everywhere, nowhere = np.ones(SHAPE, np.float32), np.zeros(SHAPE, np.float32)
    side = _side(settle_edges(_standing(analysis, labels), _cloth(), nowhere, everywhere, REACH))
    assert side.min() >= 163
    assert side.max() <= 170


def test_teeth_between_top_and_bottom_become_one_line_and_sleeves_beside_it_stay(analysis: Analysis) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[40:150, 60:180], labels[150:290, 60:180] = BodyLabel.TOP, BodyLabel.BOTTOM
    for column in range(60, 180, 12):
        labels[146:154, column : column + 6] = BodyLabel.BOTTOM
        labels[146:154, column + 6 : column + 12] = BodyLabel.TOP
    labels[40:220, 180:200] = BodyLabel.TOP
    calm = with_calm_waist(_standing(analysis, labels), 100.0).labels
    first = (calm[:, 66:174] == BodyLabel.BOTTOM).argmax(axis=0)
    assert np.ptp(first) <= 4
    assert (calm[40:220, 182:200] == BodyLabel.TOP).all()
