"""Taking the old garment off: arms in the person's own skin, background behind, nothing of the old colour left."""

from dataclasses import replace

import cv2
import numpy as np

from tests.engines.local.scenes import dressed, garment_of, person_of, picture_of
from tryon.engines.local.analysis import SIDES, BodyLabel, Joint
from tryon.engines.local.bare_skin import beside_neck, joint, nicks
from tryon.engines.local.checks import score
from tryon.engines.local.dress_removal import arms_and_trunk
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.fill import pull_push
from tryon.engines.local.linear import difference, to_lab
from tryon.engines.local.removal import old_shadow, over, soft_edge, without_background_between
from tryon.engines.local.seen_skin import smooth_skin
from tryon.engines.local.surroundings import background_plate, inside_hair


def test_short_sleeves_over_long_ones_bare_the_forearms_in_the_person_s_own_skin() -> None:
    """The dark sweater's sleeves become skin like the hands', not dark wool."""
    person = person_of("people/3_posture.jpg")
    made = dressed("people/3_posture.jpg", "shirts/3_front.jpg")
    left, upper, _, _ = made.box
    for arm in made.figure.arms.values():
        x, y = np.rint(arm.path[15] + (left, upper)).astype(int)
        patch = made.picture[y - 4 : y + 5, x - 4 : x + 5]
        found = np.median(to_lab(patch).reshape(-1, 3), axis=0)
        hand = np.median(to_lab(picture_of("people/3_posture.jpg")[person.labels == BodyLabel.HAND]), axis=0)
        assert difference(found, hand) < 14
        assert found[1] > 6
        assert found[0] > 35


def test_none_of_the_old_top_is_left() -> None:
    for garment in ("shirts/3_front.jpg", "jackets/1_front.jpg"):
        made = dressed("people/3_posture.jpg", garment)
        scores = score(picture_of("people/3_posture.jpg"), made, garment_of(garment))
        assert scores["old_top_left"] < 0.02


def test_the_plate_continues_the_background_and_leaves_it_where_it_is_seen() -> None:
    person = person_of("people/1_posture.jpg")
    plate = background_plate(person)
    near = (cv2.dilate((person.matte > 0.5).astype(np.uint8), np.ones((61, 61), np.uint8)) > 0) & (person.matte > 0.9)
    wall = (person.labels == BodyLabel.BACKGROUND) & (person.matte < 0.01)
    assert plate.shape == person.picture.shape
    assert plate.min() >= 0
    assert plate.max() <= 1
    assert plate[near].std() < plate[wall].std() * 1.5


def test_a_piece_of_lace_beside_the_person_is_not_continued_behind_them() -> None:
    person = person_of("people/3_posture.jpg")
    picture, wall = person.picture.copy(), person.labels == BodyLabel.BACKGROUND
    picture[wall] = (214, 208, 200)
    clear = (person.matte > 0.02).astype(np.uint8)
    beside = wall & (cv2.dilate(clear, np.ones((25, 25), np.uint8)) > 0)
    beside[: len(beside) // 3] = beside[len(beside) // 2 :] = False
    picture[beside] = (40, 30, 30)
    plate = background_plate(replace(person, picture=picture))
    assert beside.sum() > 500
    assert plate[person.labels == BodyLabel.TOP].min() > 0.4


def test_a_shadow_on_the_floor_is_continued_behind_the_legs() -> None:
    person = person_of("people/3_posture.jpg")
    height = len(person.labels)
    # As if the knees were higher up in the picture, and only a little of the legs below them beside the shadow.
    points = person.pose.points.copy()
    points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE], 1] = 0.4 * height
    posed = replace(person, pose=replace(person.pose, points=points))
    picture, wall = person.picture.copy(), person.labels == BodyLabel.BACKGROUND
    picture[wall] = (214, 208, 200)
    near = cv2.dilate((person.matte > 0.02).astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
    beside = wall & near
    beside[: round(0.65 * height)] = beside[round(0.75 * height) :] = False
    picture[beside] = (165, 160, 154)
    legs = (person.matte > 0.9) & (np.arange(height)[:, None] // 8 == round(0.7 * height) // 8)
    shaded, unshaded = (
        background_plate(replace(posed, picture=shown))[legs].mean()
        for shown in (picture, np.where(wall[..., None], np.uint8((214, 208, 200)), picture))
    )
    assert shaded < 0.9 * unshaded


def test_pull_push_keeps_what_is_known_and_stays_within_its_range() -> None:
    values = np.zeros((40, 50), np.float32)
    values[:, 25:] = 1.0
    known = np.ones_like(values)
    known[10:30, 15:35] = 0.0
    filled = pull_push(values, known)
    assert np.allclose(filled[known > 0], values[known > 0], atol=1e-4)
    assert filled.min() >= -1e-5
    assert filled.max() <= 1 + 1e-5
    assert filled[20, 17] < 0.4
    assert filled[20, 33] > 0.6


def test_the_old_cuffs_shadow_goes_where_the_sleeve_gives_way_to_skin_and_stays_beside_new_cloth() -> None:
    person = person_of("people/3_posture.jpg")
    labels = np.zeros_like(person.labels)
    labels[100:200, 100:200], labels[200:300, 100:200] = BodyLabel.TOP, BodyLabel.ARM
    person = replace(person, labels=labels)
    bare, covered = np.zeros(labels.shape, np.float32), (labels == BodyLabel.TOP).astype(np.float32)
    taken = old_shadow(person, bare, 200.0)
    assert (taken[200:210, 150] > 0.9).all()
    assert np.all(np.diff(taken[200:300, 150]) <= 0)
    assert taken[260, 150] == 0
    assert not taken[labels != BodyLabel.ARM].any()
    assert not old_shadow(person, covered, 200.0).any()
    before_it = np.zeros(labels.shape, np.float32)
    before_it[200:300] = 1.0
    assert not old_shadow(person, before_it, 200.0).any()


def test_skin_beside_the_neck_runs_out_in_a_hollow_over_the_new_shoulder_and_not_beyond_the_old_top() -> None:
    labels = np.full((200, 200), BodyLabel.BACKGROUND, np.uint8)
    labels[40:120, 60:100] = BodyLabel.NECK
    labels[60:160, 100:180] = BodyLabel.TOP
    bared = (labels == BodyLabel.TOP) & (np.arange(200)[:, None] < 100)
    skin = beside_neck(labels, bared, 200.0)
    assert skin[97, 102] > 0.9  # the corner between neck and new cloth
    assert skin[70, 110] == 0  # open above it
    assert skin[80, 150] == 0
    assert (skin[labels == BodyLabel.BACKGROUND] == 0).all()


def test_at_an_arm_s_edge_no_wall_is_blended_into_its_skin() -> None:
    labels = np.zeros((60, 60), np.uint8)
    labels[:, 20:40] = BodyLabel.ARM
    photo = np.full((60, 60, 3), 0.9, np.float32)
    photo[:, 20:40] = (0.4, 0.2, 0.1)
    smooth = smooth_skin(labels, photo)
    np.testing.assert_allclose(smooth[5:55, 21:39], np.broadcast_to((0.4, 0.2, 0.1), (50, 18, 3)), atol=1e-3)
    np.testing.assert_array_equal(smooth[:, :19], photo[:, :19])


def test_a_nick_between_seen_and_made_up_skin_is_closed_and_a_gap_beside_an_arm_is_not() -> None:
    labels = np.full((200, 200), BodyLabel.TOP, np.uint8)
    labels[100:, 40:60] = labels[100:, 140:160] = BodyLabel.ARM
    made = np.zeros(labels.shape, np.float32)
    made[:96, 40:60] = made[100:, 164:190] = 1.0
    filled = nicks(labels, made, 100.0)
    assert filled[97, 45:55].all()
    assert not filled[110:190, 161:163].any()


def test_where_seen_and_made_up_skin_meet_at_the_outline_no_thorn_grows_out_of_it() -> None:
    """The armhole's corner at the top of a shoulder: the body ends at row 100."""
    labels = np.full((200, 200), BodyLabel.TOP, np.uint8)
    labels[:100, 100:] = BodyLabel.BACKGROUND
    labels[100:, 100:] = BodyLabel.ARM
    made = np.zeros(labels.shape, np.float32)
    made[100:, :98] = made[120:, 98:100] = 1.0
    filled = nicks(labels, made, 100.0)
    assert filled[102:118, 98:100].all()
    assert not filled[:100].any()


def test_a_speck_of_skin_on_the_old_sleeve_s_rim_is_no_seen_arm() -> None:
    labels = np.full((200, 200), BodyLabel.TOP, np.uint8)
    labels[98:103, 62] = BodyLabel.ARM
    made = np.zeros(labels.shape, np.float32)
    made[:, 40:60] = 1.0
    assert not nicks(labels, made, 100.0).any()


def test_no_background_shines_through_between_a_bared_waist_and_the_waistband() -> None:
    size = (60, 40)
    wall, trousers, skin = (np.full((*size, 3), light, np.float32) for light in (0.9, 0.02, 0.2))
    below = np.clip((np.arange(size[0], dtype=np.float32) - 28) / 4, 0, 1)[:, None] * np.ones(size[1], np.float32)
    body = (np.arange(size[1]) < 30) * np.ones((size[0], 1), np.float32)
    bared = (body * (1 - below)).astype(np.float32)

    light = over(over(wall, trousers, below), skin, bared)
    mended = without_background_between(light, wall, bared, below)

    assert light[:, :30].max() > 0.25, "a pale line where both are half seen"
    assert mended[:, :30].max() <= 0.2 + 1e-5
    assert (mended[:, 30:] == light[:, 30:]).all(), "beside the body the wall stays"


def test_the_rim_made_up_on_a_seen_arm_is_one_calm_line_with_a_soft_edge() -> None:
    arm = np.zeros((120, 60), bool)
    arm[:, :30] = True
    for row in range(0, 120, 9):
        arm[row : row + 4, 30:33] = True
    rim = joint(arm, np.broadcast_to(np.arange(60) > 25, arm.shape), 250.0)[20:100]
    assert np.ptp(rim.sum(axis=1)) < 1.5
    assert ((rim > 0.1) & (rim < 0.9)).any(axis=1).all()
    assert not rim[:, :25].any()


def test_the_soft_edge_of_a_hand_beside_old_trousers_is_not_cut_off() -> None:
    labels = np.full((60, 60), BodyLabel.BOTTOM, np.uint8)
    labels[:, :30] = BodyLabel.HAND
    rim = np.broadcast_to(np.arange(60) > 27, labels.shape) & (labels == BodyLabel.HAND)
    shown = arms_and_trunk(labels, rim, np.zeros(labels.shape, np.float32))
    assert (shown[:, 28:31] > 0.9).all()
    assert not shown[:, 36:].any()


def behind_the_collar_beside(hair_ends_at: int) -> np.ndarray:  # type: ignore[type-arg]
    """What passes for hair, of a collar 40 pixels wide between a neck and hair that ends at a row; the unit is 200."""
    person = person_of("people/3_posture.jpg")
    labels = np.full((300, 300), BodyLabel.BACKGROUND, np.uint8)
    labels[100:220, 100:240], labels[40:220, 120:180] = BodyLabel.TOP, BodyLabel.NECK
    labels[20:100, 120:240] = BodyLabel.HAIR
    labels[100:hair_ends_at, 220:240] = BodyLabel.HAIR
    roots = {side: np.asarray([150, 200], np.float32) for side in SIDES}
    figure = replace(measure_figure(person), unit=200.0, chin=np.asarray([150, 60], np.float32), neck_root=roots)
    return inside_hair(replace(person, labels=labels), figure)


def test_hair_that_ends_beside_the_neck_is_not_continued_as_a_block_under_the_old_collar() -> None:
    ending, hanging = behind_the_collar_beside(125), behind_the_collar_beside(220)
    assert hanging[105:150, 195:210].min() > 0.9
    assert ending[118:125, 195:210].max() < 0.1


def test_the_bottom_beside_an_old_sleeve_has_a_soft_edge() -> None:
    labels = np.full((40, 60), BodyLabel.BACKGROUND, np.uint8)
    labels[:, 10:30], labels[:, 30:45] = BodyLabel.BOTTOM, BodyLabel.TOP
    edge = np.zeros(labels.shape, bool)
    edge[:, 28:30] = True
    soft = soft_edge(labels, edge)[20]
    assert 0.2 < soft[30] < 0.45 < soft[29] < 0.9
    assert soft[27] == 0
    assert soft[34:].max() == 0


def test_made_anew_far_from_the_old_top_the_bottom_is_whole() -> None:
    labels = np.full((40, 60), BodyLabel.BACKGROUND, np.uint8)
    labels[:, 10:30] = BodyLabel.BOTTOM
    edge = np.zeros(labels.shape, bool)
    edge[10:20, 25:30] = True
    assert soft_edge(labels, edge)[15, 25:30].min() == 1
