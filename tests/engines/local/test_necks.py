"""Necks and neckbands: where a product's neckline is, the neck's side behind an old collar, and what lies beside it."""

from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np

from tests.engines.local.drawn import MIDDLE, t_shirt
from tryon.engines.local.analysis import BodyLabel, Joint, PersonAnalysis, Picture, Points, Pose
from tryon.engines.local.collar_edge import with_skin_up_to_the_collar
from tryon.engines.local.composite import kept_before
from tryon.engines.local.figure import Figure
from tryon.engines.local.garment_landmarks import read_upper_landmarks
from tryon.engines.local.layers import Cloth
from tryon.engines.local.neck_label import find_label
from tryon.engines.local.neck_side import neck_sides
from tryon.engines.local.shoulder_edge import without_wings
from tryon.engines.local.shoulder_slope import with_cloth_on_slopes
from tryon.engines.local.target import Target
from tryon.engines.local.trim import opening_in_trim

NECK = np.asarray([[120, 62], [200, 62]], np.float32)
TIPS = np.asarray([[70, 80], [250, 80]], np.float32)
SEEN = np.zeros((468, 2), np.float32)
"""A face mesh."""
MASK = np.zeros((320, 320), bool)
MASK[60:310, 70:250] = True


def shirt(band: tuple[int, int, int], thick: int) -> Picture:
    """A striped shirt, its opening an ellipse of depth 45 in a band of that colour and thickness."""
    picture = np.full((320, 320, 3), 255, np.uint8)
    picture[::12] = picture[1::12] = picture[2::12] = picture[3::12] = (30, 30, 70)
    cv2.ellipse(picture, (160, 64), (44 + thick, 45 + thick), 0, 0, 180, band, -1)
    cv2.ellipse(picture, (160, 68), (44, 41), 0, 0, 180, (60, 60, 100), -1)
    return picture


def test_a_neckband_of_another_colour_belongs_to_the_front() -> None:
    opening = opening_in_trim(shirt((240, 190, 40), 9), MASK, NECK, TIPS)
    assert opening is not None
    assert abs(float(opening[:, 1].max()) - 109) < 3
    assert abs(float(opening[0, 0]) - 116) < 5


def test_neither_a_plain_edge_nor_a_whole_yoke_is_a_band() -> None:
    assert opening_in_trim(shirt((255, 255, 255), 9), MASK, NECK, TIPS) is None
    assert opening_in_trim(shirt((240, 190, 40), 60), MASK, NECK, TIPS) is None


def test_the_neck_goes_on_from_where_it_enters_the_old_collar_and_else_from_the_chin() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[20:110, 110:190] = BodyLabel.NECK
    labels[100:300, 60:140] = BodyLabel.TOP
    labels[130:300, 60:250] = BodyLabel.TOP
    roots = {"right": np.float32((95, 130)), "left": np.float32((205, 130))}
    tips = {"right": np.float32((40, 150)), "left": np.float32((260, 150))}
    body = SimpleNamespace(unit=200.0, neck_root=roots, shoulder_tip=tips, chin=np.float32((150, 60)))
    sides = neck_sides(labels, cast(Figure, body))
    assert np.hypot(*(sides["right"][0] - (110, 100))) < 5
    assert (np.diff(sides["right"][:, 1]) > 0).all()
    assert sides["right"][-1][0] <= 95
    assert np.allclose(sides["left"][-1], roots["left"])


def test_a_bared_neck_goes_on_in_the_direction_it_is_seen_in() -> None:
    labels = np.zeros((300, 300), np.uint8)
    for row in range(20, 110):
        # The right side comes down slanting outwards, the left one upright.
        labels[row, 130 - max(0, row - 60) : 190] = BodyLabel.NECK
    labels[105:300, 20:280] = BodyLabel.TOP
    roots = {"right": np.float32((85, 130)), "left": np.float32((205, 130))}
    tips = {"right": np.float32((30, 150)), "left": np.float32((270, 150))}
    body = cast(Figure, SimpleNamespace(unit=200.0, neck_root=roots, shoulder_tip=tips, chin=np.float32((150, 60))))
    slants = {side: line[1] - line[0] for side, line in neck_sides(labels, body, bared=True).items()}
    assert abs(slants["right"][0]) > 0.7 * slants["right"][1]
    assert slants["left"][0] < 0.5 * slants["left"][1]
    assert abs((before := neck_sides(labels, body)["right"])[1][0] - before[0][0]) < abs(slants["right"][0])


def collared(labels: np.ndarray, face: Points | None, nose: float = 20.0) -> np.ndarray:
    """The labels after the second look at the collar's edge; the mouth is in row 20, the chin in row 60, the shoulders
    are 200 wide."""
    roots = {"right": np.float32((95, 130)), "left": np.float32((205, 130))}
    body = SimpleNamespace(unit=200.0, neck_root=roots, chin=np.float32((150, 60)))
    points = np.tile(np.float32((150, 20)), (33, 1))
    points[Joint.NOSE, 1] = nose
    points[[Joint.LEFT_EYE, Joint.RIGHT_EYE], 1] = nose - 20
    points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]] = (250, 130), (50, 130)
    points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]] = (200, 400), (100, 400)
    pose = Pose(
        points=points,
        visibility=np.ones(33, np.float32),
        presence=np.ones(33, np.float32),
        world=np.zeros((33, 3), np.float32),
        score=1.0,
        body_mask=np.ones((300, 300), np.float32),
    )
    picture, matte = np.zeros((300, 300, 3), np.uint8), np.ones((300, 300), np.float32)
    person = PersonAnalysis(picture, pose, face, matte, labels, None)
    return with_skin_up_to_the_collar(person, cast(Figure, body)).labels


def test_a_jaw_on_the_old_collar_is_neck_and_a_chin_before_the_background_is_not() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:110, 110:190] = BodyLabel.HEAD
    labels[:70, 190:230] = BodyLabel.HEAD
    labels[110:300, 60:250] = BodyLabel.TOP
    labels[80:110, 190:250] = BodyLabel.TOP
    found = collared(labels, SEEN)
    assert (found[95:110, 110:190] == BodyLabel.NECK).all()
    assert (found[:90, 110:165] == BodyLabel.HEAD).all()
    assert (found[:70, 190:230] == BodyLabel.HEAD).all()


def test_below_the_jaw_of_a_face_that_the_frame_cuts_is_neck() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:90, 120:180] = BodyLabel.HEAD
    labels[90:150, 120:180] = BodyLabel.NECK
    labels[150:300, 60:250] = BodyLabel.TOP
    found = collared(labels, None, nose=0.0)
    assert (found[:22, 140:160] == BodyLabel.HEAD).all()
    assert (found[40:90, 140:160] == BodyLabel.NECK).all()
    # A chin that hangs before the background is none of it, and what a whole face shows is known better.
    labels[90:, 120:130] = BodyLabel.BACKGROUND
    assert (collared(labels, None, nose=0.0)[:90, 120:130] == BodyLabel.HEAD).all()
    assert (collared(labels, SEEN, nose=0.0)[:60, 140:160] == BodyLabel.HEAD).all()


def test_the_upper_rim_of_a_collar_is_no_skin() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:130, 110:190] = BodyLabel.NECK
    labels[100:300, 60:110] = labels[130:300, 60:250] = labels[100:300, 190:250] = BodyLabel.TOP
    labels[98:100, 190:240] = BodyLabel.NECK
    found = collared(labels, SEEN)
    assert (found[98:100, 190:240] == BodyLabel.TOP).all()
    assert (found[:130, 110:190] == BodyLabel.NECK).all()


def labelled(cloth: tuple[int, int, int], label: tuple[int, int, int], lower: int) -> Picture:
    """Plain cloth with a label that hangs from row 70 down to `lower`; the neck is in row 62."""
    picture = np.full((320, 320, 3), cloth, np.uint8)
    picture[70:lower, 145:177] = label
    return picture


def test_a_label_is_found_at_the_back_of_the_neck_and_prints_are_none() -> None:
    edge = np.asarray([[70, 80], [120, 60], [200, 60], [250, 80]], np.float32)
    found = find_label(labelled((20, 20, 40), (230, 230, 230), 84), edge, NECK)
    assert found is not None
    assert np.abs(np.asarray(found) - (145, 70, 177, 84)).max() <= 2
    assert find_label(labelled((20, 20, 40), (20, 20, 40), 84), edge, NECK) is None
    assert find_label(labelled((20, 20, 40), (230, 230, 230), 200), edge, NECK) is None


def test_the_neckline_runs_below_the_label() -> None:
    drawn = t_shirt(shadow=0.0)
    picture = np.where(drawn.mask[..., None], np.uint8(25), drawn.picture).astype(np.uint8)
    picture[140:185, MIDDLE - 30 : MIDDLE + 30] = (210, 210, 220)
    curve = read_upper_landmarks(picture, drawn.mask).neckline.curve
    assert float(curve[:, 1].max()) > 185


def with_collar(rise: int) -> np.ndarray:
    """The mask of a sleeveless top with a soft collar that stands so high above the slope of its shoulders."""
    half = [(0, 100), (70, 100), (110, 100 + rise), (205, 140 + rise), (200, 320), (200, 700), (0, 700)]
    ring = [(MIDDLE + x, y) for x, y in half] + [(MIDDLE - x, y) for x, y in half[::-1]]
    canvas = np.zeros((900, 900), np.uint8)
    cv2.fillPoly(canvas, [np.asarray(ring, np.int32)], 1)
    return canvas


def test_the_neck_begins_at_the_foot_of_a_soft_collar() -> None:
    sleeve = [(MIDDLE + 190, 210), (MIDDLE + 330, 330), (MIDDLE + 262, 388), (MIDDLE + 190, 300)]
    mask = with_collar(60)
    for sign in (1, -1):
        ring = [(MIDDLE + sign * (x - MIDDLE), y) for x, y in sleeve]
        cv2.fillPoly(mask, [np.asarray(ring, np.int32)], 1)
    picture = np.where(mask[..., None] > 0, np.uint8(90), np.uint8(240)).repeat(3, axis=2)
    landmarks = read_upper_landmarks(picture, mask > 0)
    assert landmarks.neckline.has_collar
    assert abs(landmarks.points["neck_left"][1] - 160) < 15


def body_below(row: int) -> tuple[np.ndarray, Target, Figure]:
    """Labels of a neck between columns 120 and 180 and of its shoulders, which are level at `row`; a garment whose
    shoulder line lies in row 120, and the figure."""
    labels = np.zeros((300, 300), np.uint8)
    labels[20:row, 120:180] = BodyLabel.NECK
    labels[row:300, 40:260] = BodyLabel.NECK
    points = {
        side: [np.float32((150 + sign * x, 120)) for x in (35, 60, 80, 105)]
        for side, sign in (("left", 1), ("right", -1))
    }
    target = SimpleNamespace(
        bare_shoulders=False,
        has_collar=False,
        sleeves={},
        neck={side: line[0] for side, line in points.items()},
        shoulder_line={side: np.asarray(line[1:3]) for side, line in points.items()},
        shoulder={side: line[3] for side, line in points.items()},
    )
    return labels, cast(Target, target), cast(Figure, SimpleNamespace(unit=200.0))


def cloth_from(opacity: np.ndarray) -> Cloth:
    colour = np.zeros((300, 300, 3), np.uint8)
    return Cloth(colour, opacity, {}, colour, np.zeros((300, 300), np.float32))


def test_cloth_lies_on_shoulders_that_are_higher_than_its_own_and_not_on_the_neck() -> None:
    labels, target, figure = body_below(100)
    opacity = np.zeros((300, 300), np.float32)
    opacity[120:, 40:260] = 1.0
    nothing = np.zeros((300, 300), np.float32)
    worn = with_cloth_on_slopes(cloth_from(opacity), nothing, labels, target, figure, 1.0).opacity
    assert worn[110, 230] > 0.9
    assert worn[110, 70] > 0.9
    assert worn[90, 230] == 0
    assert worn[110, 170] == 0
    assert worn[60, 150] == 0


def test_no_skin_shows_outside_a_collar_narrower_than_the_neck() -> None:
    labels, target, figure = body_below(120)
    labels[20:120, 100:200] = BodyLabel.NECK
    opacity = np.zeros((300, 300), np.float32)
    opacity[120:, 40:260] = 1.0
    opacity[90:120, 120:180] = 1.0
    opacity[75:90, 146:154] = 1.0
    nothing = np.zeros((300, 300), np.float32)
    around = cast(Target, SimpleNamespace(**{**vars(target), "has_collar": True, "sleeves": {"left": 1, "right": 1}}))
    worn = with_cloth_on_slopes(cloth_from(opacity), nothing, labels, around, figure, 1.0).opacity
    assert worn[92:, 104:196].min() > 0.9
    assert worn[80, 160:].max() == 0
    assert worn[80, :140].max() == 0
    assert worn[100, 206:].max() == 0
    labels[:110, 196:240] = BodyLabel.HAIR
    hidden = with_cloth_on_slopes(cloth_from(opacity), nothing, labels, around, figure, 1.0).opacity
    assert hidden[95, 186:].max() == 0
    assert hidden[95, 104:120].min() > 0.9
    alone = with_cloth_on_slopes(cloth_from(opacity), nothing, labels, target, figure, 1.0).opacity
    assert alone[95, 104:110].max() == 0


def test_skin_seen_through_a_neckline_wider_than_its_ends_stays_skin() -> None:
    labels, target, figure = body_below(110)
    sleeved = cast(Target, SimpleNamespace(**{**vars(target), "sleeves": {"left": 1, "right": 1}}))
    opacity = np.zeros((300, 300), np.float32)
    opacity[116:, 40:260] = 1.0
    opacity[120:, 112:192] = 0.0
    nothing = np.zeros((300, 300), np.float32)
    worn = with_cloth_on_slopes(cloth_from(opacity), nothing, labels, sleeved, figure, 1.0).opacity
    assert worn[126:132, 186:189].max() < 0.1
    assert worn[112, 210] > 0.9


def test_a_strap_has_no_flap_beside_it_where_it_crosses_the_shoulder() -> None:
    labels, target, figure = body_below(110)
    opacity = np.zeros((300, 300), np.float32)
    opacity[120:, 190:240] = opacity[120:, 60:110] = 1.0
    nothing = np.zeros((300, 300), np.float32)
    worn = with_cloth_on_slopes(cloth_from(opacity), nothing, labels, target, figure, 1.0).opacity
    assert worn[115, 230] > 0.9
    assert worn[115, 70] > 0.9
    assert worn[:, 245:].max() == 0
    assert worn[:, :55].max() == 0


def test_the_inside_of_the_back_does_not_stand_out_beside_the_neck() -> None:
    labels, target, figure = body_below(130)
    matte = (labels > 0).astype(np.float32)
    person = cast(PersonAnalysis, SimpleNamespace(labels=labels, matte=matte))
    back = np.zeros((300, 300), np.float32)
    back[100:112, 90:210] = 1.0
    kept = without_wings(back, person, target, figure, 1.0)
    assert kept[105, 95:110].max() == 0
    assert kept[105, 130:170].min() == 1


def test_single_hairs_do_not_lie_on_cloth() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:100, 100:200] = BodyLabel.HEAD
    labels[:200, 60:100] = BodyLabel.HAIR
    labels[150:152, 100:250] = BodyLabel.HAIR
    kept = kept_before(labels, (), False, 200.0)
    assert kept[180, 80]
    assert not kept[150:152, 150:250].any()


def test_a_tucked_top_covers_the_waistband_s_rim_beside_bare_skin_and_no_other() -> None:
    labels = np.zeros((200, 200), np.uint8)
    labels[80:100, 40:160], labels[100:, 40:160] = BodyLabel.MIDRIFF, BodyLabel.BOTTOM
    bare = kept_before(labels, (), True, 200.0)
    assert not bare[100:102, 60:140].any()
    assert bare[102:, 60:140].all()
    labels[80:100, 40:160] = BodyLabel.TOP
    assert kept_before(labels, (), True, 200.0)[100, 60:140].all()
