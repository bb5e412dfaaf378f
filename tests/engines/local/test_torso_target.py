"""The sides of a top where hands and forearms lie before the body and hide the old outline."""

from dataclasses import replace

import cv2
import numpy as np

from tests.engines.local.scenes import garment_of, person_of
from tryon.engines.local.analysis import SIDES, BodyLabel
from tryon.engines.local.dressing import crop_person, working_box
from tryon.engines.local.figure import TORSO_LEVELS, measure_figure
from tryon.engines.local.pattern import read_pattern
from tryon.engines.local.torso_target import place_sides

HEM_LEVEL = 1.15
NEARLY = 0.9


def test_a_side_that_forearms_hide_is_as_wide_as_the_old_top_is_seen_below_them() -> None:
    whole = person_of("people/3_posture.jpg")
    figure = measure_figure(crop_person(whole, working_box(whole)))
    pattern = read_pattern(garment_of("shirts/4_front.jpg"))
    scale = 1.1 * figure.bare["left"][20] / pattern.half_width()[-1]
    hidden = (TORSO_LEVELS > 0.3) & (TORSO_LEVELS < 0.98)
    seen = {side: 1.12 * figure.bare[side][20] for side in SIDES}
    silhouette = {side: np.where(hidden, np.nan, seen[side]).astype(np.float32) for side in SIDES}
    bare = {side: figure.bare[side] * np.where(hidden, 0.9, 1.0).astype(np.float32) for side in SIDES}
    free = {side: np.full(len(TORSO_LEVELS), np.nan, np.float32) for side in SIDES}
    body = replace(figure, silhouette=silhouette, bare=bare, to_arm=free, dressed=np.ones(len(TORSO_LEVELS)))
    placed = place_sides(body, pattern, scale, HEM_LEVEL, None, "regular")
    for side in SIDES:
        width = np.abs((placed[side] - body.shoulder_middle) @ body.across)
        levels = np.asarray([body.level_of(point) for point in placed[side]])
        behind = (levels > 0.75) & (levels < 0.95)
        assert behind.any()
        assert width[behind].min() > NEARLY * seen[side]


def test_a_hand_before_the_body_is_not_taken_for_its_side() -> None:
    whole = person_of("people/3_posture.jpg")
    near = crop_person(whole, working_box(whole))
    free = measure_figure(near)
    level = 13
    at = free.at_level(float(TORSO_LEVELS[level])) + free.across * np.float32(0.3 * free.unit)
    hand = np.zeros(near.labels.shape, np.uint8)
    cv2.circle(hand, (round(float(at[0])), round(float(at[1]))), round(0.1 * free.unit), 1, -1)
    figure = measure_figure(replace(near, labels=np.where(hand > 0, np.uint8(BodyLabel.HAND), near.labels)))
    assert np.isnan(figure.silhouette["left"][level])
    assert figure.bare["left"][level] > 0.8 * free.bare["left"][level]
