"""A white sleeve before a white wall is told from it by the cloth's own shades, and gaps are left alone."""

import numpy as np

from tryon.engines.local.analysis import Joint
from tryon.engines.local.body import Body
from tryon.engines.local.nearby_colours import fit_nearby
from tryon.engines.local.pale_outline import beside_upper_arms, with_what_is_like_the_wall

NOISE = np.full(3, 3.0, np.float32)


def test_a_white_sleeve_before_a_white_wall_is_the_persons_and_the_wall_is_not() -> None:
    """The left half is a person in white with dark hair, the right half a wall five levels darker than their cloth."""
    generator = np.random.default_rng(1)
    lab = np.full((80, 120, 3), 128, np.float32)
    lab[:, :70, 0], lab[:, 70:, 0] = 244, 239
    lab[:, :20, 0] = 60
    lab += generator.normal(0, 1, lab.shape).astype(np.float32)
    inside, outside = np.zeros((2, 80, 120), bool)
    inside[:, :45], outside[:, 95:] = True, True
    wall = fit_nearby(lab, outside, 60, NOISE).likely
    odds = fit_nearby(lab, inside, 60, NOISE).likely - wall
    found = with_what_is_like_the_wall(lab, odds, wall, inside, 60, np.ones((80, 120), bool), NOISE)
    cloth, ground = np.s_[:, 46:69], np.s_[:, 72:]
    assert np.median(odds[cloth]) < 0 < np.median(found[cloth])
    assert np.median(found[ground]) < -1
    nowhere = with_what_is_like_the_wall(lab, odds, wall, inside, 60, np.zeros((80, 120), bool), NOISE)
    assert (nowhere == odds).all()


def test_between_arm_and_body_nothing_is_asked() -> None:
    points = np.zeros((33, 2), np.float32)
    for side, sign in (("LEFT", 1), ("RIGHT", -1)):
        for part, (x, y) in {"SHOULDER": (50, 50), "ELBOW": (60, 110), "HIP": (30, 150)}.items():
            points[Joint[f"{side}_{part}"]] = 150 + sign * x, y
    area = beside_upper_arms(Body(points, None, (240, 300)))
    assert area[80, 150 + 75]
    assert area[80, 150 - 75]
    assert not area[108, 150 - 50]
    assert not area[108, 150 + 50]
    assert not area[:, 150].any()
