"""The rim where garment and ground can't be mistaken: shadows go, straps and pale things with an edge stay."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tryon.engines.local.clear_rim import cut_where_clear
from tryon.engines.local.ground import fit_ground
from tryon.engines.local.likeness import Likeness, smooth_lab_of, steps_of

Mask = NDArray[np.bool_]
Picture = NDArray[np.uint8]

BLACK, BLUE = (28, 28, 30), (70, 110, 190)


def _scene(colour: tuple[int, int, int]) -> tuple[NDArray[np.float32], Mask]:
    """A piece of cloth on light paper, its shadow falling below it; the cloth alone."""
    cloth = np.zeros((500, 500), bool)
    cloth[80:380, 120:380] = True
    shadow = np.zeros((500, 500), np.float32)
    shadow[100:400, 122:378] = 0.45
    light = 236 * (1 - cv2.GaussianBlur(shadow, (0, 0), 7)[..., None])
    picture = np.where(cloth[..., None], np.array(colour, np.float32), np.repeat(light, 3, axis=2))
    return picture.astype(np.float32), cloth


def _cut(scene: NDArray[np.float32], body: Mask) -> Mask:
    picture = np.clip(cv2.GaussianBlur(scene, (0, 0), 0.8), 0, 255).astype(np.uint8)
    ground, lab = fit_ground(picture), smooth_lab_of(picture)
    return cut_where_clear(body, Likeness.of(lab, ground.colours(*lab.shape[:2]), ground), steps_of(lab))


@pytest.mark.parametrize("colour", [BLACK, BLUE])
def test_a_strip_of_shadow_below_a_hem_goes(colour: tuple[int, int, int]) -> None:
    scene, cloth = _scene(colour)
    body = cloth.copy()
    body[380:392, 124:376] = True
    found = _cut(scene, body)
    assert found[384:].sum() < 30
    assert (found | ~cloth)[84:376, 124:376].all()


def test_what_the_first_cut_lost_of_a_dark_garment_comes_back() -> None:
    scene, cloth = _scene(BLACK)
    body = cloth.copy()
    body[200:220, 120:130] = False
    assert (_cut(scene, body) & cloth)[200:220, 123:130].mean() > 0.95


def test_a_pale_piece_with_an_edge_of_its_own_stays() -> None:
    """A metal plate at the side of black trousers is greyer than they are, but no shadow."""
    scene, cloth = _scene(BLACK)
    scene[220:244, 120:130] = (150, 150, 152)
    assert _cut(scene, cloth)[222:242, 122:129].mean() > 0.95


def test_a_strap_stays_where_what_holds_it_is_pale() -> None:
    scene, cloth = _scene(BLUE)
    body = cloth.copy()
    for first, last, colour in ((60, 80, (205, 206, 208)), (20, 60, BLUE)):
        scene[first:last, 240:256] = colour
        body[first:last, 240:256] = True
    assert _cut(scene, body)[24:78, 243:253].mean() > 0.9


def test_white_on_white_is_left_as_it_was_cut() -> None:
    scene, cloth = _scene((246, 246, 246))
    body = cloth.copy()
    body[380:384, 124:376] = True
    assert (_cut(scene, body) == body).all()
