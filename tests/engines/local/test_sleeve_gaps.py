"""Dots of background between sleeve and body are closed; gaps and the cloth's own holes stay."""

import numpy as np

from tryon.engines.local.sleeve_gaps import without_beads

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
