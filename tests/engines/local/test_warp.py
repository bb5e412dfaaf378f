"""The warp: smooth, unfolded, unmirrored, with print and buttons where they belong."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tests.engines.local.scenes import dressed, garment_of
from tryon.engines.local.analysis import SIDES, GarmentAnalysis, GarmentPart, Points, Side
from tryon.engines.local.checks import strain_of
from tryon.engines.local.collar import collar_move
from tryon.engines.local.pattern import Pattern
from tryon.engines.local.spline import dense_map, fit_spline
from tryon.engines.local.target import Target
from tryon.engines.local.warp import strain, torso_pairs

GARMENTS = ("shirts/1_front.jpg", "shirts/3_front.jpg", "jackets/1_front.jpg", "jackets/4_front.jpg")


def test_a_spline_carries_its_points_exactly_and_an_affine_map_everywhere() -> None:
    start = np.array([[0, 0], [100, 0], [0, 80], [90, 95], [40, 40]], np.float32)
    turn = np.array([[0.8, -0.3], [0.2, 1.1]], np.float32)
    spline = fit_spline(start, start @ turn.T + 5)
    assert np.allclose(spline.at(start), start @ turn.T + 5, atol=1e-3)
    field = dense_map(spline, 90, 110)
    assert field.shape == (90, 110, 2)
    assert np.allclose(field[71, 33], np.array([33, 71]) @ turn.T + 5, atol=1e-2)


@pytest.mark.parametrize("garment", GARMENTS)
def test_nothing_folds_over_and_nothing_is_mirrored(garment: str) -> None:
    worst = strain_of(dressed("people/3_posture.jpg", garment))
    assert worst.folded == 0.0
    assert not worst.mirrored


@pytest.mark.parametrize("garment", GARMENTS)
def test_the_torso_is_stretched_evenly(garment: str) -> None:
    made = dressed("people/3_posture.jpg", garment)
    body = made.cloth.opacity.copy()
    for sleeve in made.cloth.sleeves.values():
        body = np.minimum(body, 1 - sleeve)
    assert strain((made.warp.torso, body)).anisotropy_p99 < 3.0


def test_a_low_neckline_s_corners_do_not_tear_the_cloth_at_the_armholes() -> None:
    def outline(shoulder: float, armpit: float, down: float) -> dict[str, dict[Side, Points]]:
        signs: dict[Side, int] = {"left": 1, "right": -1}
        return {
            name: {side: np.float32([200 + sign * x, y]) for side, sign in signs.items()}
            for name, (x, y) in {"neck": (98, 40), "shoulder": (shoulder, 50), "armpit": (armpit, down)}.items()
        }

    own, worn = outline(130, 104, 165), outline(160, 170, 240)
    t = np.linspace(-1, 1, 41)
    neckline = np.stack([200 + 98 * t, 40 + 110 * np.sqrt(1 - t**2)], axis=1).astype(np.float32)
    shared = {
        "shoulder_line": {side: np.zeros((0, 2), np.float32) for side in SIDES},
        "hem": np.float32([(100, 500), (200, 500), (300, 500)]),
    }
    pattern = SimpleNamespace(
        **own, **shared, sides={side: own["armpit"][side][None] for side in SIDES}, neckline=neckline,
        neck_front=neckline[20],
    )  # fmt: skip
    target = SimpleNamespace(
        **worn, **shared, sides={side: worn["armpit"][side][None] for side in SIDES}, scale=1.0,
        collar=collar_move(own["neck"], worn["neck"], 300.0),
    )  # fmt: skip
    parts = np.full((520, 400), GarmentPart.TORSO, np.uint8)
    parts[30:150, 110:290] = GarmentPart.INNER_BACK
    garment = SimpleNamespace(parts=parts)
    placed, source = torso_pairs(cast(GarmentAnalysis, garment), cast(Pattern, pattern), cast(Target, target))
    near = np.linalg.norm(source - own["armpit"]["left"], axis=1) < 30
    assert np.linalg.norm(placed[near] - worn["armpit"]["left"], axis=1).max() < 75


@pytest.mark.parametrize("raised", [-30.0, 0.0, 30.0])
def test_a_neckline_ends_on_its_neck_points_however_unequally_high_the_shoulders_are(raised: float) -> None:
    own: dict[Side, Points] = {"left": np.asarray([300, 100], np.float32), "right": np.asarray([100, 100], np.float32)}
    worn: dict[Side, Points] = {
        "left": np.asarray([260, 100 - raised], np.float32),
        "right": np.asarray([100, 100 + raised], np.float32),
    }
    t = np.linspace(-1, 1, 41)
    neckline = np.stack([200 + 100 * t, 100 + 40 * (1 - t**2)], axis=1).astype(np.float32)
    carried = collar_move(own, worn, 200.0)(neckline)
    np.testing.assert_allclose(carried[[0, -1]], [worn["right"], worn["left"]], atol=0.01)
    # Both halves are foreshortened alike: each point is as far below the line between the ends as its mirror image.
    across = (worn["left"] - worn["right"]) / np.linalg.norm(worn["left"] - worn["right"])
    depth = (carried - worn["right"]) @ np.asarray([-across[1], across[0]])
    np.testing.assert_allclose(depth, depth[::-1], atol=0.01)
    assert 15 < depth.max() < 25


def test_the_sweatshirt_s_print_stays_on_the_wearer_s_left() -> None:
    made = dressed("people/3_posture.jpg", "jackets/3_front.jpg")
    left, upper, right, lower = made.box
    grey = made.picture[upper:lower, left:right].mean(axis=2)
    axis = int(made.figure.at_level(0.3)[0])
    rows = slice(int(made.figure.at_level(0.15)[1]), int(made.figure.at_level(0.45)[1]))
    reach = int(0.35 * made.figure.unit)
    dark_left = (grey[rows, axis + 8 : axis + reach] < 70).sum()
    dark_right = (grey[rows, axis - reach : axis - 8] < 70).sum()
    assert dark_left > 30
    assert dark_left > 3 * dark_right


def test_the_strain_of_a_mirror_is_seen() -> None:
    y, x = np.mgrid[0:40, 0:40].astype(np.float32)
    everywhere = np.ones((40, 40), np.float32)
    assert not strain((np.dstack([x, y]), everywhere)).mirrored
    assert strain((np.dstack([-x, y]), everywhere)).mirrored
    assert strain((np.dstack([3 * x, y]), everywhere)).anisotropy_p99 == pytest.approx(3.0, abs=1e-3)


def test_the_garment_s_own_picture_is_left_alone() -> None:
    before = garment_of("jackets/1_front.jpg").picture.copy()
    dressed("people/3_posture.jpg", "jackets/1_front.jpg")
    assert np.array_equal(before, garment_of("jackets/1_front.jpg").picture)
