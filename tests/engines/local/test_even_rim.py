"""A cut-out's rim evened: what a shadow added to a hem goes, a sloping or curved hem and its corners stay."""

import numpy as np
from numpy.typing import NDArray

from tests.engines.local.scenes import dressed
from tryon.engines.local.analysis import GarmentPart
from tryon.engines.local.even_rim import even_rim, without_bites, without_pixel_stairs
from tryon.engines.local.layers import carry_colour


def _board(ends: NDArray[np.floating]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Opacity and parts of a plain piece of cloth, column x of it ending at row `ends[x]`."""
    rows = np.arange(500)[:, None]
    cloth = np.zeros((500, 600), bool)
    cloth[:, 50:550] = (rows > 40) & (rows <= np.rint(ends))
    return (cloth * 255).astype(np.uint8), np.where(cloth, GarmentPart.TORSO, 0).astype(np.uint8)


def test_lumps_of_shadow_below_a_hem_are_trimmed() -> None:
    true = np.full(500, 420.0)
    ragged = true.copy()
    for start in (60, 190, 330, 420):
        ragged[start : start + 18] += 6
    found = even_rim(*_board(ragged))[:, 50:550] > 127
    ends = 499 - found[::-1].argmax(axis=0)
    assert np.abs(ends[20:-20] - true[20:-20]).max() <= 2


def test_white_stripes_that_passed_for_the_ground_are_no_teeth_of_a_side() -> None:
    opacity, parts = _board(np.full(500, 420.0))
    whole, bitten = opacity.copy(), opacity.copy()
    for row in range(80, 380, 30):
        bitten[row : row + 10, 50:66] = 0
    parts[bitten == 0] = GarmentPart.OUTSIDE
    filled, named = without_bites(bitten, parts)
    assert (filled == whole).all()
    assert (named[whole > 0] == GarmentPart.TORSO).all()


def test_holes_and_the_gap_between_legs_are_no_bites() -> None:
    opacity, parts = _board(np.full(500, 420.0))
    opacity[200:210, 200:230] = 0
    opacity[300:, 290:310] = 0
    assert (without_bites(opacity, parts)[0] == opacity).all()


def test_a_sloping_hem_keeps_its_course_and_its_corners() -> None:
    true = 380 + 0.12 * np.arange(500)
    found = even_rim(*_board(true))[:, 50:550] > 127
    ends = 499 - found[::-1].argmax(axis=0)
    assert np.abs(ends[4:-4] - true[4:-4]).max() <= 3


def test_a_widened_edge_goes_on_in_the_cloth_s_own_colour() -> None:
    random = np.random.default_rng(3)
    colour = np.full((120, 160, 3), 250, np.uint8)
    colour[20:100, 20:140] = np.asarray((60, 90, 140)) + random.integers(-8, 9, (80, 120, 1))
    opacity = np.zeros((120, 160), np.float32)
    opacity[20:100, 20:140] = 1.0
    carried = carry_colour(colour, opacity).astype(int)
    beside = carried[30:90, 141:148]
    assert np.abs(beside.reshape(-1, 3).mean(axis=0) - (60, 90, 140)).max() < 6
    assert (carried[21:99, 21:139] == colour[21:99, 21:139]).all()


def test_no_pixel_along_the_sweatshirt_s_hem_is_much_brighter_than_the_sweatshirt() -> None:
    """The product's picture has a pale ground and a grey shadow under the hem; neither may come along."""
    made = dressed("people/4_posture.jpg", "jackets/3_front.jpg")
    left, upper, right, lower = made.box
    light = made.picture[upper:lower, left:right].max(axis=2).astype(int)
    cloth = made.visible > 0.6
    ordinary = np.percentile(light[cloth], 90)
    hem = made.target.hem
    for x, y in np.rint(hem[2:-2]).astype(int):
        column = cloth[: y + 20, x]
        end = len(column) - 1 - int(column[::-1].argmax())
        assert light[end - 4 : end + 1, x].max() < ordinary + 25


def test_a_shirt_s_collar_stands_on_both_sides_of_the_neck() -> None:
    """The Oxford shirt's collar rises above the shoulders' neck points, before the sides of the neck."""
    made = dressed("people/3_posture.jpg", "shirts/1_front.jpg")
    unit, middle = made.figure.unit, round(float(made.figure.chin[0]))
    for side in ("left", "right"):
        neck = made.target.neck[side]
        rows = slice(round(float(neck[1] - 0.12 * unit)), round(float(neck[1])))
        reach = round(0.3 * unit)
        columns = slice(middle, middle + reach) if side == "left" else slice(middle - reach, middle)
        shown = made.visible[rows, columns] > 0.5
        assert shown.sum() > 0.001 * unit**2
        assert not shown[:, :3].any() if side == "left" else not shown[:, -3:].any()


def test_a_shoulder_that_passes_for_torso_beside_the_hem_does_not_bend_its_line() -> None:
    opacity, parts = _board(np.full(500, 420.0))
    for columns in (slice(10, 50), slice(550, 590)):
        opacity[60:150, columns], parts[60:150, columns] = 255, GarmentPart.TORSO
    found = even_rim(opacity, parts)[:, 55:545] > 127
    ends = 499 - found[::-1].argmax(axis=0)
    assert np.ptp(ends) <= 1


def test_a_small_picture_s_slanted_edge_is_enlarged_without_stairs() -> None:
    rows, columns = np.mgrid[:240, :90]
    edge = 20 + rows / 12
    enlarged = without_pixel_stairs(((columns > edge) * 255).astype(np.uint8), (360, 960))
    first = (enlarged > 127).argmax(axis=1)[60:-60]
    line = np.polyval(np.polyfit(np.arange(len(first)), first, 1), np.arange(len(first)))
    assert np.abs(first - line).max() < 1.6
    assert abs(float(np.mean(first)) - 4 * float(edge.mean() + 0.5)) < 2.5


def test_a_small_picture_s_straps_and_holes_outlive_its_enlargement() -> None:
    opacity = np.zeros((120, 120), np.uint8)
    opacity[10:110, 60:63] = 255
    opacity[60:110, 20:100] = 255
    opacity[80:95, 40:55] = 0
    enlarged = without_pixel_stairs(opacity, (360, 360)) > 127
    assert enlarged[60:170, 184].all()
    assert not enlarged[250:275, 130:155].any()
    assert enlarged[200:320, 70:110].all()


def test_a_hem_that_curves_away_at_its_ends_gets_no_step() -> None:
    """Both legs of shorts, and a shirt pointed at its sides: the hem is not where its smoothed course is."""
    at = np.abs(np.arange(500) - 249.5)
    for true in (np.where(at < 40, 300.0, 400 - 0.2 * (at - 40)), np.where(at > 190, 420.0 - 0.3 * (at - 190), 400.0)):
        found = even_rim(*_board(true))[:, 50:550] > 127
        ends = 499 - found[::-1].argmax(axis=0)
        steps = np.abs(np.diff(ends - np.rint(true)))
        assert steps[np.abs(np.diff(true)) < 5].max() <= 3
