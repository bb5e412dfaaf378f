"""Sheer hems that passed for background: hung below a skirt before a wall, they go with it, and nothing else does."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.linear import to_linear
from tryon.engines.local.loose_hems import loose_hems
from tryon.engines.local.raster import Bits, among, bits

WALL = (244, 243, 241)
UNIT = 160.0


def _scene() -> tuple[PersonAnalysis, Bits]:
    """Somebody before a plain wall in a skirt whose hem is a veil with a dark edge, labelled background; the veil."""
    labels = np.zeros((420, 420), np.uint8)
    labels[40:300, 120:300] = BodyLabel.BOTTOM
    labels[300:400, 150:190] = BodyLabel.LEG
    veil = np.zeros(labels.shape, np.uint8)
    veil[300:316, 200:290] = 1
    picture = np.full((*labels.shape, 3), WALL, np.uint8)
    picture[labels == BodyLabel.BOTTOM] = (60, 44, 40)
    picture[labels == BodyLabel.LEG] = (222, 178, 150)
    picture[veil > 0] = (222, 221, 219)
    picture[314:316, 200:290] = (40, 38, 38)
    return replace(person_of("people/3_posture.jpg"), picture=picture, labels=labels), veil


def _left(person: PersonAnalysis) -> np.ndarray:
    old = (person.labels == BodyLabel.BOTTOM).astype(np.float32)
    plate = to_linear(np.full(person.picture.shape, WALL, np.uint8))
    return loose_hems(person, plate, old, UNIT)


def test_a_veil_below_the_hem_and_its_dark_edge_go_with_the_skirt() -> None:
    person, veil = _scene()
    found = _left(person)
    assert found[veil > 0].mean() > 0.9
    assert found[among(person.labels, (BodyLabel.LEG,))].max() == 0


def test_a_strap_beside_the_shoe_and_what_does_not_touch_the_skirt_stay() -> None:
    person, veil = _scene()
    shod = person.labels.copy()
    shod[318:330, 240:280] = BodyLabel.SHOES
    assert _left(replace(person, labels=shod)).max() == 0
    picture = person.picture.copy()
    picture[veil > 0] = WALL
    picture[320:326, 205:285] = (40, 38, 38)
    assert _left(replace(person, picture=picture)).max() == 0


def test_soft_light_on_the_wall_and_a_thing_that_stands_there_stay() -> None:
    person, veil = _scene()
    picture = person.picture.copy()
    picture[veil > 0] = (230, 229, 227)
    assert _left(replace(person, picture=picture)).max() == 0
    picture[301:420, 195:300] = (120, 90, 60)
    picture[301:420, 195:300][bits(person.labels[301:420, 195:300] != 0) > 0] = (222, 178, 150)
    wide = person.labels.copy()
    wide[40:300, 60:380] = BodyLabel.BOTTOM
    picture[301:420, 60:149] = (120, 90, 60)
    assert _left(replace(person, picture=picture, labels=wide)).max() == 0
