"""Products cut off the models who wear them, on openvto's people."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import USUAL, eyes, person_of, picture_of
from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, Joint
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.dressing import dress_top
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.wardrobe import OUTFITTERS
from tryon.engines.local.worn_cutout import find_cloth, reveal_top, torso_area
from tryon.engines.local.worn_landmarks import read_neck

KNIT = "avatars/3.png"
"""A dark jumper and jeans down to the shins, arms beside the body, before a plain wall."""


@cache
def worn() -> GarmentAnalysis:
    return analyse_garment(picture_of(KNIT), "tops", eyes=eyes())


def test_a_jumper_is_cut_off_its_model_without_skin_or_ground() -> None:
    garment = worn()
    shown = garment.picture[garment.opacity > 0.5].astype(int)
    assert garment.on_model
    assert garment.sleeve == "long"
    assert (shown.max(axis=1) < 120).mean() > 0.99
    assert (shown.max(axis=1) - shown.min(axis=1) < 40).mean() > 0.99


def test_its_landmarks_lie_in_a_wearable_order() -> None:
    point = worn().points
    for part in ("neck", "shoulder", "armpit", "waist", "hem", "elbow_outer", "cuff_outer"):
        assert point[f"{part}_left"][0] > point[f"{part}_right"][0], part
    for side in ("left", "right"):
        assert point[f"shoulder_{side}"][1] < point[f"armpit_{side}"][1] < point[f"hem_{side}"][1]
        assert point[f"armpit_{side}"][1] < point[f"elbow_inner_{side}"][1] < point[f"cuff_inner_{side}"][1]
    assert point["neck_front"][1] > point["neck_left"][1]


def test_it_can_be_worn_by_somebody_else() -> None:
    name = "people/2_posture.jpg"
    photo, person = picture_of(name), person_of(name)
    dressed = dress_top(photo, person, worn(), USUAL, lambda stage, percent: None)
    refuse_if_ugly(OUTFITTERS["tops"].score(photo, dressed, worn()), OUTFITTERS["tops"].limits)
    assert (dressed.picture[~dressed.edited] == photo[~dressed.edited]).all()


def test_trousers_are_cut_off_with_their_waist_under_the_hoodie() -> None:
    garment = analyse_garment(picture_of("avatars/1.png"), "bottoms", eyes=eyes())
    point = garment.points
    assert point["waist_left"][1] < point["crotch"][1] < point["hem_inner_left"][1]
    waist = int(point["waist_middle"][1])
    brown = garment.picture[waist + 6 : waist + 20][garment.opacity[waist + 6 : waist + 20] > 0.9].astype(int)
    assert len(brown) > 500
    assert (brown[:, 0] > brown[:, 2] + 10).mean() > 0.95
    assert brown.mean() < 110


def test_jeans_that_the_frame_cuts_off_are_no_shorts() -> None:
    with pytest.raises(GarmentNotFound) as refused:
        analyse_garment(picture_of(KNIT), "bottoms", eyes=eyes())
    assert refused.value.reason == "cut_off"


def test_a_hand_before_the_jumper_is_replaced_by_cloth() -> None:
    person = person_of(KNIT)
    figure = measure_figure(person)
    x, y = (int(value) for value in figure.at_level(0.6))
    radius = round(0.12 * figure.unit)
    picture, labels = person.picture.copy(), person.labels.copy()
    cv2.circle(picture, (x, y), radius, (224, 172, 140), cv2.FILLED)
    cv2.circle(labels, (x, y), radius, int(BodyLabel.HAND), cv2.FILLED)
    cloth = find_cloth(replace(person, picture=picture, labels=labels), figure, (BodyLabel.TOP,))
    assert not cloth[y, x]
    top = read_neck(person, figure, cloth)
    held = replace(person, picture=picture, labels=labels)
    revealed = reveal_top(held, cloth, torso_area(figure, cloth, top), figure.unit)
    assert revealed.cloth[y, x]
    near = revealed.picture[y - radius : y + radius, x - radius : x + radius].astype(int)
    assert near.max() < 140
    assert 0 < revealed.hidden < 0.1


def test_a_jacket_over_a_shirt_is_refused_as_layers() -> None:
    with pytest.raises(GarmentNotFound) as refused:
        analyse_garment(picture_of("people/2_posture.jpg"), "outerwear", eyes=eyes())
    assert refused.value.reason == "layers"


def test_a_model_whose_hips_are_cut_off_is_refused() -> None:
    person = person_of(KNIT)
    hips = int(person.pose.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP], 1].mean())
    cropped = np.ascontiguousarray(picture_of(KNIT)[: round(hips * picture_of(KNIT).shape[0] / len(person.labels))])
    with pytest.raises(GarmentNotFound) as refused:
        analyse_garment(cropped, "tops", eyes=eyes())
    assert refused.value.reason == "model_hips_visible"
