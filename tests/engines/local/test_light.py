"""Light: folds are carried over, paint and skin are not."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.busy_cloth import busyness, directedness
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.light import balance, brightest_channel, form_of, form_of_legs, lit, rim_falloff, scene_tint
from tryon.engines.local.linear import difference, to_lab, to_linear, to_srgb
from tryon.engines.local.old_shading import _without_details, old_shading
from tryon.engines.local.raster import bits, disc


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


def _wearing(person: PersonAnalysis, paint: NDArray[np.float32]) -> PersonAnalysis:
    """The person in a top of mid grey times `paint`, (h, w, 1 or 3), without folds."""
    worn = (person.labels == BodyLabel.TOP)[..., None]
    return replace(person, picture=np.where(worn, to_srgb(0.35 * paint + np.zeros(3, np.float32)), person.picture))


def _plaid(person: PersonAnalysis, unit: float) -> NDArray[np.float32]:
    rows, columns = np.indices(person.labels.shape)
    stripe = ((rows % round(0.16 * unit)) < 0.05 * unit) | ((columns % round(0.16 * unit)) < 0.05 * unit)
    return np.where(stripe, np.float32(0.2), np.float32(1.0))[..., None]


def test_the_plaid_of_an_old_garment_is_no_shading() -> None:
    person = person_of("people/3_posture.jpg")
    unit = measure_figure(person).unit
    shade, trust = old_shading(_wearing(person, _plaid(person, unit)), unit)
    inside = cv2.erode(bits(person.labels == BodyLabel.TOP), disc(round(0.03 * unit))) > 0
    assert (shade * trust)[inside].std() < 0.015
    assert np.abs(shade * trust)[inside].max() < 0.08


def test_a_soft_fold_in_plain_cloth_is_kept() -> None:
    person = person_of("people/3_posture.jpg")
    unit = measure_figure(person).unit
    columns = np.indices(person.labels.shape)[1].astype(np.float32)
    fold = 1.0 - 0.25 * np.exp(-((((columns % unit) - 0.5 * unit) / (0.05 * unit)) ** 2))
    shade, trust = old_shading(_wearing(person, fold[..., None]), unit)
    inside = cv2.erode(bits(person.labels == BodyLabel.TOP), disc(round(0.03 * unit))) > 0
    assert np.corrcoef((shade * trust)[inside], np.log(fold)[inside])[0, 1] > 0.9
    assert trust[inside].min() > 0.9


def test_ruffles_are_no_shading() -> None:
    person = person_of("people/3_posture.jpg")
    unit = measure_figure(person).unit
    rows, columns = np.indices(person.labels.shape)
    middle = float(np.median(rows[person.labels == BodyLabel.TOP]))
    ruffle = (np.abs(rows - middle) < 0.08 * unit) & ((rows + columns) % round(0.04 * unit) < 0.016 * unit)
    ruffled = np.where(ruffle, np.float32(0.6), np.float32(1.0))[..., None]
    shade, trust = old_shading(_wearing(person, ruffled), unit)
    inside = cv2.erode(bits(person.labels == BodyLabel.TOP), disc(round(0.03 * unit))) > 0
    assert np.abs(shade * trust)[inside].max() < 0.04


def test_less_is_believed_of_what_is_seen_on_dark_cloth() -> None:
    person = person_of("people/3_posture.jpg")
    unit = measure_figure(person).unit
    columns = np.indices(person.labels.shape)[1].astype(np.float32)
    fold = 1.0 - 0.25 * np.exp(-((((columns % unit) - 0.5 * unit) / (0.05 * unit)) ** 2))
    light, dark = (old_shading(_wearing(person, depth * fold[..., None]), unit) for depth in (1.0, 0.1))
    inside = cv2.erode(bits(person.labels == BodyLabel.TOP), disc(round(0.03 * unit))) > 0
    assert dark[1][inside].max() < 0.7 < light[1][inside].min()


def test_folds_run_in_one_direction_and_mottled_dye_in_none() -> None:
    random = np.random.default_rng(3)
    everywhere = np.ones((420, 300), np.float32)

    def measured(across: float, down: float) -> float:
        relief = random.standard_normal(everywhere.shape).astype(np.float32)
        relief = cv2.GaussianBlur(relief, (0, 0), sigmaX=across, sigmaY=down)
        return directedness(relief / relief.std(), everywhere, 140.0)

    assert measured(5.0, 5.0) < 0.5
    assert measured(5.0, 60.0) > 0.8


def test_a_small_print_is_bridged_by_the_shading_around() -> None:
    person = person_of("people/3_posture.jpg")
    unit = measure_figure(person).unit
    rows, columns = np.nonzero(person.labels == BodyLabel.TOP)
    middle = np.asarray([np.median(rows), np.median(columns)]) - 0.15 * unit
    top, left, size = int(middle[0]), int(middle[1]), round(0.3 * unit)
    paint = np.ones((*person.labels.shape, 3), np.float32)
    paint[top : top + size, left : left + size] = 0.1, 0.9, 0.2
    shade, trust = old_shading(_wearing(person, paint), unit)
    around = np.s_[top - size : top + 2 * size, left - size : left + 2 * size]
    worn = person.labels[around] == BodyLabel.TOP
    assert np.ptp((shade * trust)[around][worn]) < 0.12


def test_plain_cloth_is_not_busy_whatever_its_colour() -> None:
    inner = np.ones((120, 120), bool)
    ramp = np.linspace(0.6, 1.0, 120, dtype=np.float32)[None, :, None]
    for colour in ((0.8, 0.8, 0.8), (0.3, 0.02, 0.03), (0.01, 0.01, 0.02)):
        cloth = to_srgb(np.repeat(ramp * np.asarray(colour, np.float32), 120, axis=0))
        assert busyness(cloth, inner, 140.0).max() < 0.05


def test_hems_don_t_turn_away_from_the_light_but_sides_do() -> None:
    opacity = np.zeros((200, 200), np.float32)
    opacity[20:180, 40:160] = 1.0
    falloff = rim_falloff(opacity, 100.0)
    assert falloff[100, 44] < -0.1
    assert falloff[176, 100] > -0.06
    assert abs(falloff[100, 100]) < 0.01


def test_a_sleeve_has_no_edge_where_it_is_sewn_on() -> None:
    opacity = np.zeros((200, 200), np.float32)
    opacity[20:180, 20:180] = 1.0
    sleeve = np.zeros_like(opacity)
    sleeve[20:180, 20:60] = 1.0
    form = form_of(opacity, [sleeve], 100.0)
    assert abs(form[25, 57] - form[25, 63]) < 0.01
    assert form[150, 57] < form[150, 63] - 0.1


def test_white_cloth_keeps_room_for_its_folds() -> None:
    opacity = np.ones((50, 50), np.float32)
    folds = np.tile(np.linspace(-0.2, 0.2, 50, dtype=np.float32), (50, 1))
    white, grey = balance(folds, opacity, 0.95), balance(folds, opacity, 0.3)
    assert np.quantile(white * 0.95, 0.8) < 0.96
    assert np.median(white) > 0.84
    assert abs(float(np.median(grey)) - 1.0) < 0.02


def test_neon_cloth_keeps_room_for_its_folds_as_white_does() -> None:
    cyan = np.full((40, 40, 3), (80, 215, 255), np.uint8)
    opacity = np.ones((40, 40), np.float32)
    assert brightest_channel(cyan, opacity) == 1.0
    assert brightest_channel(cyan // 2, opacity) < 0.25
    folds = np.tile(np.linspace(-0.2, 0.2, 40, dtype=np.float32), (40, 1))
    gain = balance(folds, opacity, brightest_channel(cyan, opacity))
    blue = to_srgb(lit(cyan, gain[..., None]))[20, :, 2]
    assert len(np.unique(blue[:30])) > 20


def test_black_cloth_shines_where_it_faces_the_light_and_not_at_its_sides() -> None:
    black = np.full((1, 2, 3), 12, np.uint8)
    middle, side = to_srgb(lit(black, np.asarray([[[1.0], [0.6]]], np.float32)))[0, :, 0].astype(int)
    assert middle - side > 6
    assert middle < 32


def test_half_of_the_cloth_keeps_the_product_s_brightness() -> None:
    person = person_of("people/2_posture.jpg")
    shade, trust = old_shading(person, measure_figure(person).unit)
    gain = balance(shade, trust)
    assert abs(float(np.median(gain[trust > 0.5 * trust.max()])) - 1.0) < 0.02


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


def test_a_seat_becomes_two_legs_without_a_step_in_the_light() -> None:
    whole = np.zeros((400, 200), np.float32)
    whole[20:, 40:160] = 1.0
    right, left = np.zeros_like(whole), np.zeros_like(whole)
    right[150:, 40:100], left[150:, 100:160] = 1.0, 1.0
    form = form_of_legs(whole, [right, left], unit=100.0)
    assert np.abs(np.diff(form[30:380], axis=0)).max() < 0.02
    turned = form[300, 44] - form[300, 70]
    assert turned < -0.02, "each leg is round"
    assert form[300, 99] < form[300, 70]


def test_a_fold_that_is_deep_in_places_is_one_fold_and_a_drawstring_is_none() -> None:
    weight = np.ones((240, 200), np.float32)
    rows, columns = np.indices(weight.shape)
    deep = np.interp(rows, [20, 90, 130, 220], [0.05, 0.3, 0.5, 0.2])
    fold = -(deep * np.exp(-(((columns - 100) / 3.0) ** 2))).astype(np.float32)
    kept = _without_details(fold, weight, 140.0)
    assert kept[130, 100] < 0.75 * fold[130, 100]
    assert np.abs(np.diff(kept[30:210, 100])).max() < 0.02
    for half in (1, 2, 3):
        string = np.where(np.abs(columns - 100) < half, np.float32(-0.5), np.float32(0.0))
        assert np.abs(_without_details(string, weight, 140.0)).max() < 0.15
