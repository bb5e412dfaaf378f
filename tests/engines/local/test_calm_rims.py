"""A hand's edge before new cloth has neither teeth nor threads of the old cloth's colour."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, Opacity, Picture
from tryon.engines.local.bottoms_composite import above_edge, compose_bottom
from tryon.engines.local.calm_rims import with_calm_rims
from tryon.engines.local.layers import Cloth
from tryon.engines.local.removal import Undressed

SKIN, OLD = np.asarray([190, 140, 115], np.float32), np.asarray([20, 20, 30], np.float32)
UNIT = 200.0
Mask = NDArray[np.bool_]


def toothed_hand() -> tuple[Picture, Mask]:
    """A hand at the left whose outline has a tooth of three pixels every nine rows, and the old cloth on its rim."""
    kept = np.zeros((120, 120), bool)
    kept[:, :60] = True
    for row in range(0, 120, 9):
        kept[row : row + 4, 60:63] = True
    share = np.clip((np.arange(120) - 56.0) / 5.0, 0.0, 1.0)[None, :, None]
    picture = np.broadcast_to(SKIN + (OLD - SKIN) * share, (120, 120, 3))
    return np.rint(picture).astype(np.uint8), kept


def cleaned(cloth: Opacity) -> tuple[Picture, Opacity]:
    picture, kept = toothed_hand()
    return with_calm_rims(picture, kept.astype(np.float32), kept, [kept], cloth, UNIT)


def test_its_edge_is_one_calm_line() -> None:
    _, front = cleaned(np.ones((120, 120), np.float32))
    edge = front[20:100].sum(axis=1)
    assert np.ptp(edge) < 1.5


def test_the_old_cloth_s_colour_is_taken_off_its_rim() -> None:
    picture, front = cleaned(np.ones((120, 120), np.float32))
    seen = front[60, :] > 0.5
    assert np.abs(picture[60, seen].astype(float) - SKIN).max() < 25
    assert np.abs(toothed_hand()[0][60, seen].astype(float) - SKIN).max() > 40


def test_where_no_new_cloth_lies_beside_it_nothing_changes() -> None:
    picture, kept = toothed_hand()
    same, front = cleaned(np.zeros((120, 120), np.float32))
    assert (same == picture).all()
    assert (front == kept).all()


def test_its_edge_is_calm_as_well_where_the_old_cloth_gives_way_to_the_background() -> None:
    picture, kept = toothed_hand()
    labels = np.where(kept, np.uint8(BodyLabel.HAND), np.uint8(BodyLabel.BOTTOM))
    blank = np.zeros((120, 120), np.float32)
    undressed = Undressed(np.ones((120, 120, 3), np.float32), (~kept).astype(np.float32), blank, blank)
    cloth = Cloth(picture, blank, {}, picture, blank)
    person = replace(person_of("avatars/2.png"), labels=labels)
    gain, edge = np.ones((120, 120, 1), np.float32), np.zeros(120, np.float32)
    made = compose_bottom(picture, person, undressed, cloth, gain, edge, UNIT)
    ends = (made.picture[20:100, :, 2] < 185).sum(axis=1)
    assert np.ptp(ends) <= 2


def test_a_waistband_that_is_nearly_level_has_no_steps() -> None:
    edge = np.floor(60 + np.arange(120) / 9).astype(np.float32)
    labels = np.where(np.arange(120)[:, None] < edge, np.uint8(4), np.uint8(5))
    line = above_edge(edge, labels, UNIT).sum(axis=0)[10:110]
    assert np.abs(np.diff(line)).max() < 0.4
    assert (edge[10:110] - line).max() < 2.5


def test_background_that_passed_for_a_narrow_piece_of_an_arm_is_not_painted_as_skin() -> None:
    picture, kept = toothed_hand()
    kept[:] = False
    kept[58:61, 20:100] = True
    same, _ = with_calm_rims(picture, kept.astype(np.float32), kept, [kept], np.ones((120, 120), np.float32), UNIT)
    assert (same == picture).all()


def test_a_hand_that_goes_on_as_an_arm_has_no_rounded_end() -> None:
    """The arm's rim is made anew as well, which would round the hand's corner and leave a slit across the arm."""
    picture, _ = toothed_hand()
    kept, arm, anew = np.zeros((3, 120, 120), bool)
    kept[60:, 20:60], arm[:60, 20:60] = True, True
    anew[:, 60:] = True
    anew[:60, 54:60] = True
    _, front = with_calm_rims(picture, kept.astype(np.float32), kept, [kept], anew.astype(np.float32), UNIT, arm)
    _, ended = with_calm_rims(picture, kept.astype(np.float32), kept, [kept], anew.astype(np.float32), UNIT)
    assert ended[60, 56] < 0.8
    assert front[60:, 20:57].min() > 0.95
    assert front[:60].max() < 0.05
    assert front[:, 63:].max() < 0.05
