"""Hats: what kind one is, and how it sits on a head, its hair and its forehead."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from tests.engines.local.conftest import Analysis
from tryon.demo_products.headwear import KINDS, DrawnHat, draw
from tryon.engines.base import TryOnOptions
from tryon.engines.errors import GarmentNotFound, PoseNotSupported
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, PersonAnalysis
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.cutout import cut_out
from tryon.engines.local.headwear_checks import HEADWEAR_LIMITS, score_hat
from tryon.engines.local.headwear_dressing import DressedHat, dress_hat
from tryon.engines.local.headwear_landmarks import kind_of, read_hat

SELFIE = "people/2_selfie.jpg"
FOREHEAD = 151
"""Mesh point."""


@cache
def drawn(name: str) -> DrawnHat:
    return draw(KINDS[name])


@cache
def read(name: str) -> GarmentAnalysis:
    return read_hat(cut_out(drawn(name).picture))


def _worn(person: PersonAnalysis, name: str) -> DressedHat:
    return dress_hat(person.picture, person, read(name), TryOnOptions(), lambda stage, percent: None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("grey_beanie", "beanie"), ("navy_cap", "cap"), ("straw_hat", "brimmed"), ("red_headband", "band")],
)
def test_the_kind_and_the_crown_are_read_from_the_outline(name: str, kind: str) -> None:
    found, true = read(name), drawn(name).points
    assert kind_of(found) == kind
    width = found.points["crown_left"][0] - found.points["crown_right"][0]
    assert width == pytest.approx(true["crown_left"][0] - true["crown_right"][0], rel=0.05)


def test_a_straight_cuff_s_crown_is_read_at_its_upper_end() -> None:
    """In every row of the cuff the beanie is as wide as anywhere, a pixel more or less."""
    points = read("grey_beanie").points
    assert points["crown_left"][1] < points["front"][1] - 0.15 * (points["front"][1] - points["top"][1])


def test_half_a_hat_is_refused() -> None:
    picture = drawn("navy_cap").picture
    with pytest.raises(GarmentNotFound):
        read_hat(cut_out(np.ascontiguousarray(picture[:, picture.shape[1] // 2 :])))


@pytest.mark.parametrize("name", ["grey_beanie", "navy_cap", "straw_hat"])
def test_a_hat_sits_above_the_eyes_and_leaves_the_face_alone(analysis: Analysis, name: str) -> None:
    person = analysis(SELFIE)
    worn = _worn(person, name)
    scores = score_hat(person.picture, worn, read(name))
    refuse_if_ugly(scores, HEADWEAR_LIMITS)
    assert scores["outside_identical"] == 1.0
    assert person.face is not None
    eyes_row = person.face[[33, 263], 1].mean() - worn.box[1]
    rows, columns = np.nonzero(worn.hat > 0.5)
    assert rows.max() < eyes_row
    middle = person.face[[33, 263], 0].mean() - worn.box[0]
    assert abs((columns.min() + columns.max()) / 2 - middle) < 0.1 * np.ptp(columns)


def test_hair_above_a_cap_gives_way_to_the_wall_and_hair_above_a_band_stays(analysis: Analysis) -> None:
    person = analysis(SELFIE)
    rows = np.arange(len(person.labels))[:, None]
    tall = replace(person, labels=person.labels.copy(), matte=person.matte.copy(), picture=person.picture.copy())
    head = np.isin(person.labels, (BodyLabel.HAIR, BodyLabel.HEAD))
    top = int(np.flatnonzero(head.any(axis=1))[0])
    columns = np.flatnonzero(head[top + 40])
    bun = (np.hypot(np.arange(head.shape[1]) - columns.mean(), rows - top) < 70) & ~head
    tall.labels[bun], tall.matte[bun], tall.picture[bun] = BodyLabel.HAIR, 1.0, (40, 28, 20)
    cap, band = _worn(tall, "navy_cap"), _worn(tall, "red_headband")
    high = bun & (rows < top - 20)
    seen = high[cap.box[1] : cap.box[3], cap.box[0] : cap.box[2]] & (cap.hat < 0.02)
    cleared = cap.picture[cap.box[1] : cap.box[3], cap.box[0] : cap.box[2]][seen]
    assert len(cleared) > 200
    assert np.abs(np.median(cleared, axis=0) - np.median(person.picture[high], axis=0)).max() < 12, "it is the wall"
    assert np.array_equal(band.picture[high], tall.picture[high])


def test_a_brim_shades_the_forehead(analysis: Analysis) -> None:
    person = analysis(SELFIE)
    worn = _worn(person, "straw_hat")
    left, upper, right, lower = worn.box
    bare = cv2.dilate((worn.hat > 0.01).astype(np.uint8), np.ones((3, 3), np.uint8)) == 0
    near = cv2.dilate((worn.hat > 0.5).astype(np.uint8), np.ones((61, 1), np.uint8)) > 0
    skin = bare & near & (worn.person.labels == BodyLabel.HEAD)
    before, after = (picture[upper:lower, left:right][skin].mean() for picture in (person.picture, worn.picture))
    assert skin.sum() > 500
    assert after < 0.92 * before


def test_a_head_that_the_frame_cuts_is_refused(analysis: Analysis) -> None:
    person = analysis(SELFIE)
    assert person.face is not None
    shift = person.face[FOREHEAD, 1] - 5
    cut = replace(person, face=person.face - np.array((0.0, shift), np.float32))
    with pytest.raises(PoseNotSupported) as refusal:
        _worn(cut, "navy_cap")
    assert refusal.value.reason in ("head_in_frame", "face_visible")


def test_hair_too_full_for_a_hat_is_refused(analysis: Analysis) -> None:
    person = analysis(SELFIE)
    assert person.face is not None
    full = replace(person, labels=person.labels.copy(), matte=person.matte.copy())
    centre = person.face[FOREHEAD]
    rows, columns = np.indices(person.labels.shape)
    cloud = np.hypot(columns - centre[0], rows - centre[1]) < 0.95 * centre[1]
    cloud &= person.labels == BodyLabel.BACKGROUND
    full.labels[cloud], full.matte[cloud] = BodyLabel.HAIR, 1.0
    with pytest.raises(PoseNotSupported) as refusal:
        _worn(full, "navy_cap")
    assert refusal.value.reason == "hair_too_full"


def test_a_beanie_s_edge_ends_round_at_the_sides_of_the_head(analysis: Analysis) -> None:
    hat = _worn(analysis(SELFIE), "grey_beanie").hat > 0.5
    columns = np.flatnonzero(hat.any(axis=0))
    width = len(columns)
    lowest = np.array([np.flatnonzero(hat[:, column])[-1] for column in columns])
    for ends in (lowest, lowest[::-1]):
        assert ends[round(0.1 * width)] - ends[1] > 0.02 * width
