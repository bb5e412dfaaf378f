"""Dots of background between sleeve and body are closed, gaps end in a point, and the cloth's own holes stay."""

import numpy as np

from tryon.engines.local.layers import over_cloth
from tryon.engines.local.sleeve_gaps import with_calm_holes, with_closed_armholes, with_torso_beside_sleeves

UNIT = 100.0
BEAD, OWN_HOLE, GAP = np.s_[40:46, 48:52], np.s_[20:26, 70:76], np.s_[60:100, 48:56]


def test_only_dots_between_sleeve_and_body_are_closed() -> None:
    opacity = np.ones((130, 100), np.float32)
    for hole in (BEAD, OWN_HOLE, GAP):
        opacity[hole] = 0.0
    sleeve = np.zeros_like(opacity)
    sleeve[:, :50] = opacity[:, :50]
    closed = with_calm_holes(opacity, [sleeve], opacity < 0.5, UNIT)
    assert (closed[BEAD] == 1).all()
    assert (closed[OWN_HOLE] == 0).all()
    assert (closed[GAP][4:-4, 2:-2] == 0).all()


def _inside_a_bent_arm() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Opacity and sleeve around a hole of 60 by 40 pixels, and the hole; a unit is 100."""
    hole = np.zeros((200, 200), bool)
    hole[70:130, 80:120] = True
    sleeve = np.zeros((200, 200), np.float32)
    sleeve[:, :100] = 1.0
    return (~hole).astype(np.float32), sleeve * ~hole, hole


def test_a_hole_inside_a_bent_arm_has_no_teeth_and_no_notches() -> None:
    opacity, sleeve, hole = _inside_a_bent_arm()
    opacity[98:101, 80:90] = 1.0
    opacity[98:101, 120:130] = 0.0
    calm = with_calm_holes(opacity, [sleeve], np.ones(hole.shape, bool), UNIT)
    assert calm[98:101, 85:90].max() < 0.35
    assert calm[98:101, 124:130].min() > 0.5
    assert abs((calm < 0.5).sum() / hole.sum() - 1) < 0.05


def test_it_is_opened_only_where_the_photo_shows_the_ground() -> None:
    opacity, sleeve, hole = _inside_a_bent_arm()
    opacity[98:101, 80:90] = 1.0
    calm = with_calm_holes(opacity, [sleeve], np.zeros(hole.shape, bool), UNIT)
    assert (calm[98:101, 80:90] == 1.0).all()


def test_a_slit_between_sleeve_and_body_that_is_half_shut_leaves_no_haze() -> None:
    opacity = np.ones((100, 100), np.float32)
    opacity[40:48, 50:54] = 0.7
    sleeve = np.zeros_like(opacity)
    # Both edges were moved towards each other, past the sleeve's own.
    sleeve[:, :46] = 1.0
    assert (with_calm_holes(opacity, [sleeve], opacity < 0.5, UNIT) == 1).all()


def test_without_sleeves_nothing_changes() -> None:
    opacity = np.zeros((10, 10), np.float32)
    assert with_calm_holes(opacity, [], opacity > 1, UNIT) is opacity


def test_a_gap_beside_the_body_narrows_to_its_end() -> None:
    rows, columns = np.indices((400, 500))
    half = (rows - 100) / 10
    gap = np.abs(columns - 250) < half
    sleeve = ((columns <= 250) & ~gap).astype(np.float32)
    torso = ((columns > 250) & ~gap).astype(np.float32)
    opacity = with_closed_armholes(sleeve + torso, (torso * 255).astype(np.uint8), {"right": sleeve})
    width = (opacity < 0.5).sum(axis=1)
    # Half a gap of 14 pixels would be closed up to row 170.
    assert width[:125].max() == 0
    assert width[150:160].min() > 0
    assert width[130:170].max() <= 15


def test_a_hole_that_is_closed_all_around_gets_no_point() -> None:
    opacity = np.ones((400, 500), np.float32)
    opacity[100:200, 246:254] = opacity[200:240, 238:262] = 0.0
    torso, sleeve = opacity.copy(), opacity.copy()
    torso[:, :250], sleeve[:, 250:] = 0.0, 0.0
    closed = with_closed_armholes(opacity, (torso * 255).astype(np.uint8), {"right": sleeve})
    assert (closed[100:190] > 0.5).all()


def test_a_gap_over_cloth_keeps_the_product_s_own_colours_and_one_over_the_ground_does_not() -> None:
    whole = np.zeros((60, 60), np.uint8)
    whole[:, :30] = 255
    columns, rows = np.meshgrid(np.arange(100, dtype=np.float32), np.arange(100, dtype=np.float32))
    where = np.stack([columns - 20, rows - 20], axis=-1)
    asked = np.zeros((100, 100), bool)
    asked[40:60, 30:70] = True
    shown = over_cloth(whole, where, asked)
    assert shown[40:60, 30:49].all()
    assert not shown[40:60, 51:70].any()
    assert not shown[20:40].any()


def test_a_closed_gap_beside_a_sleeve_goes_on_in_the_stripes_of_the_body() -> None:
    """The gap is 16 pixels wide; the sleeve's stripes lie where the body has none, so that their mean is grey."""
    columns = np.arange(200)
    stripes = np.where(np.arange(160)[:, None] // 10 % 2 == 0, 240, 30)
    colour = np.where(columns < 92, 270 - stripes, stripes)[..., None].repeat(3, axis=2).astype(np.uint8)
    gap = (columns >= 92) & (columns < 108)
    colour[:, gap] = (255, 0, 255)
    sleeve = np.broadcast_to((columns < 92).astype(np.float32), (160, 200))
    torso = np.broadcast_to((columns >= 108).astype(np.float32), (160, 200))
    made = with_torso_beside_sleeves(colour, sleeve + torso, np.ones((160, 200), bool), [sleeve], 20)
    assert (made[:, ~gap] == colour[:, ~gap]).all()
    between = made[20:140, gap].astype(int)
    assert np.abs(between - stripes[20:140, :, None]).mean() < 25
    assert (between.max(axis=2) - between.min(axis=2)).max() < 10


def test_cloth_with_nothing_closed_beside_its_sleeves_keeps_its_colours() -> None:
    colour = np.zeros((20, 20, 3), np.uint8)
    none, whole = np.zeros((20, 20), bool), np.ones((20, 20), np.float32)
    assert with_torso_beside_sleeves(colour, whole, none, [whole * 0], 5) is colour


def test_a_slit_in_the_sleeve_itself_is_not_filled_with_the_body() -> None:
    rows, columns = np.indices((160, 200))
    slit = (columns > 60) & (columns < 78) & (rows > 10) & (rows < 150)
    sleeve = ((columns < 84) & ~slit).astype(np.float32)
    torso = (columns >= 84).astype(np.float32)
    colour = np.where(columns < 84, 200, 50)[..., None].repeat(3, axis=2).astype(np.uint8)
    made = with_torso_beside_sleeves(colour, sleeve + torso, np.ones((160, 200), bool), [sleeve], 24)
    assert (made == colour).all()
