"""Dots of background between sleeve and body are closed, gaps end in a point, and the cloth's own holes stay."""

import numpy as np

from tryon.engines.local.layers import over_cloth
from tryon.engines.local.sleeve_gaps import with_closed_armholes, without_beads

UNIT = 100.0
BEAD, OWN_HOLE, GAP = np.s_[40:46, 48:52], np.s_[20:26, 70:76], np.s_[60:100, 48:56]


def test_only_dots_between_sleeve_and_body_are_closed() -> None:
    opacity = np.ones((100, 100), np.float32)
    for hole in (BEAD, OWN_HOLE, GAP):
        opacity[hole] = 0.0
    sleeve = np.zeros_like(opacity)
    sleeve[:, :50] = opacity[:, :50]
    closed = without_beads(opacity, [sleeve], UNIT)
    assert (closed[BEAD] == 1).all()
    assert (closed[OWN_HOLE] == 0).all()
    assert (closed[GAP] == 0).all()


def test_without_sleeves_nothing_changes() -> None:
    opacity = np.zeros((10, 10), np.float32)
    assert without_beads(opacity, [], UNIT) is opacity


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
