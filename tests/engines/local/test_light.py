"""Light: folds are carried over, paint and skin are not."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.light import balance, old_shading, scene_tint
from tryon.engines.local.linear import difference, to_lab, to_linear, to_srgb


def _with_darker(person: PersonAnalysis, label: BodyLabel, factor: float) -> PersonAnalysis:
    picture = person.picture.copy()
    area = person.labels == label
    picture[area] = to_srgb(to_linear(picture[area]) * np.float32(factor))
    return replace(person, picture=picture)


def test_the_skin_s_brightness_changes_nothing() -> None:
    person = person_of("people/3_posture.jpg")
    unit = measure_figure(person).unit
    usual, _ = old_shading(person, unit)
    for label in (BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.HAND, BodyLabel.ARM):
        person = _with_darker(person, label, 0.15)
    darker, _ = old_shading(person, unit)
    assert np.array_equal(usual, darker)
    assert np.array_equal(scene_tint(person), scene_tint(person_of("people/3_posture.jpg")))


def test_a_darker_old_garment_gives_the_same_folds() -> None:
    person = person_of("people/1_posture.jpg")
    unit = measure_figure(person).unit
    worn = person.labels == BodyLabel.TOP
    light, _ = old_shading(person, unit)
    dark, _ = old_shading(_with_darker(person, BodyLabel.TOP, 0.5), unit)
    assert np.corrcoef(light[worn], dark[worn])[0, 1] > 0.96
    assert np.abs(light - dark)[worn].mean() < 0.04


def test_the_old_garment_s_folds_are_found_and_are_not_deep_enough_to_be_paint() -> None:
    person = person_of("people/1_posture.jpg")
    shade, trust = old_shading(person, measure_figure(person).unit)
    worn = trust > 0.9
    assert worn.sum() > 10_000
    assert 0.03 < shade[worn].std() < 0.35
    assert np.abs(shade).max() < 0.8


def test_half_of_the_cloth_keeps_the_product_s_brightness() -> None:
    person = person_of("people/2_posture.jpg")
    shade, trust = old_shading(person, measure_figure(person).unit)
    gain = balance(shade, trust)
    assert abs(float(np.median(gain[trust > 0.5])) - 1.0) < 0.02


def test_linear_light_gives_every_code_back() -> None:
    codes = np.arange(256, dtype=np.uint8).reshape(-1, 1).repeat(3, axis=1)
    assert np.array_equal(to_srgb(to_linear(codes)), codes)


def test_the_colour_difference_agrees_with_the_published_pairs() -> None:
    published = (
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    )
    for one, other, expected in published:
        assert abs(difference(np.array(one), np.array(other)) - expected) < 1e-3


def test_lab_of_white_is_100() -> None:
    white = np.full((1, 3), 255, np.uint8)
    assert np.allclose(to_lab(white), [[100, 0, 0]], atol=0.3)
