"""The eyes' whole look at a shopper's photo: what is checked before dressing, and what is analysed for it."""

from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category, Check, PersonCheck
from tryon.engines.errors import EngineRefusal, NoPersonFound, PoseNotSupported, SeveralPeople
from tryon.engines.local.analysis import Joint, PersonAnalysis, Picture, Points, Pose
from tryon.engines.local.bags import with_bags
from tryon.engines.local.body import Body
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.face import find_face
from tryon.engines.local.hand_gaps import without_ground_in_hands
from tryon.engines.local.hands import with_whole_hands
from tryon.engines.local.heads import FACE_MESSAGES, face_failure, measure_head
from tryon.engines.local.heads import MAX_YAW_DEGREES as MAX_HEAD_YAW
from tryon.engines.local.misfits import without_thin_things
from tryon.engines.local.parse import find_labels
from tryon.engines.local.pose import find_pose
from tryon.engines.local.silhouette import find_silhouette
from tryon.engines.local.worn_glasses import GLASSES_WORN, wears_glasses

View = Literal["front", "side", "back", "unknown"]

ANALYSIS_SIDE_PX: Final = 1400
"""Photos are analysed and dressed at most this large on their longest side."""
MIN_PERSON: Final = 0.5
"""The pose network's certainty; a shirt lying flat reaches 0.27."""
MAX_OTHER_PERSON: Final = 0.5
"""Somebody at least half as large stands beside the shopper; smaller ones are passers-by."""
MAX_TILT_DEGREES: Final = 20.0
MAX_YAW_DEGREES: Final = 50.0
"""Shoulders turned further than this show the side. Fashion poses measured up to 32; the estimate errs by about 10."""
MIN_SHOULDERS_PX: Final = 90.0
CROSSED: Final = 0.12
"""A wrist is across when it is this many shoulder widths past the torso's middle."""
MIN_PRESENCE: Final = 0.5
BODY_SEEN: Final = 0.3
"""Of the coarse mask: low, so that hair and hems are inside."""
BELOW_HIPS: Final = 0.04
"""Share of the picture's height that must be left below the hips, for a hem to hang there."""

UPPER: Final = frozenset({"tops", "outerwear"})
LEGS: Final = frozenset({"bottoms", "dresses"})

MESSAGES: Final = {
    "person_visible": "We could not find a person in this photo. Use a photo that shows you from head to hips.",
    "one_person": "There is more than one person in this photo. Use a photo with only you in it.",
    "close_enough": "You are very small in this photo. Step closer or crop the photo, so that you fill most of it.",
    "facing_camera": "You are turned away in this photo. Face the camera and try again.",
    "upright": "Your shoulders are tilted in this photo. Hold the camera level and stand straight.",
    "arms_uncrossed": "Your arms cover your clothes in this photo. Let them hang a little away from your body.",
    "hips_visible": "Your hips are not in this photo. Use a photo that shows you from head to at least the hips.",
    "feet_visible": "Your feet are not in this photo. To try this on, use a photo that shows you from head to toe.",
    "glasses_taken_off": GLASSES_WORN,
    **FACE_MESSAGES,
}


def check_person(picture: Picture, eyes: Eyes, category: Category | None = None) -> PersonCheck:
    """Look at the photo without analysing it (under 0.15 s).

    What fails here can't be dressed in this kind of product; without a category, in no clothes.
    """
    pose = find_pose(picture, eyes)
    if pose is None or pose.score < MIN_PERSON:
        return PersonCheck((_check("person_visible", False),), "unknown", ())
    face = find_face(picture, pose, eyes)
    view, visible = view_of(pose, face is not None), visible_parts(pose, picture)
    checks = (_check("person_visible", True), *_checks(picture, pose, face, category))
    return PersonCheck(checks, view, visible, box_of(pose, picture) if _one_person(pose).ok else None)


def box_of(pose: Pose, picture: Picture) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of what the pose network takes for the person, as shares of the picture.

    Its mask ends at the hair, its joints at the finger tips and toes: the box holds both. Passers-by in the mask, apart
    from the person, are not in it.
    """
    height, width = picture.shape[:2]
    joints = pose.points[pose.presence >= MIN_PRESENCE]
    rows, columns = np.nonzero(_joined_to(joints, pose.body_mask > BODY_SEEN))
    if not len(rows) or not len(joints):
        return None
    left, top = min(columns.min(), joints[:, 0].min()), min(rows.min(), joints[:, 1].min())
    right, bottom = max(columns.max() + 1, joints[:, 0].max()), max(rows.max() + 1, joints[:, 1].max())
    shares = np.clip([left / width, top / height, right / width, bottom / height], 0.0, 1.0)
    return float(shares[0]), float(shares[1]), float(shares[2]), float(shares[3])


def _joined_to(joints: Points, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those connected parts of the mask that hold one of the joints, and the largest part."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count == 1:
        return mask
    inside = (joints >= 0).all(1) & (joints < (mask.shape[1], mask.shape[0])).all(1)
    columns, rows = joints[inside].astype(int).T
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return mask & np.isin(parts, [*parts[rows, columns], largest])


def analyse_person(picture: Picture, eyes: Eyes) -> PersonAnalysis:
    """Pose, face, silhouette and labels of the largest person. Raises NoPersonFound where there is none.

    `picture` is at most ANALYSIS_SIDE_PX on its longest side. Whether it can be dressed: `require_dressable`.
    """
    pose = find_pose(picture, eyes)
    if pose is None or pose.score < MIN_PERSON:
        raise NoPersonFound(reason="nobody_detected" if pose is None else "person_unsure")
    face = find_face(picture, pose, eyes)
    matte = find_silhouette(picture, pose, eyes)
    labels, skin_lab = find_labels(picture, pose, face, matte)
    width = Body.of(pose, None, (labels.shape[0], labels.shape[1])).width
    labels = without_thin_things(labels, width)
    labels = with_bags(picture, pose, with_whole_hands(picture, pose, matte, labels))
    labels = without_ground_in_hands(picture, labels, width)
    return PersonAnalysis(picture, pose, face, matte, labels, skin_lab)


def require_dressable(person: PersonAnalysis, category: Category) -> None:
    """Raise the EngineRefusal that says why this photo can't wear this kind of product; return if it can."""
    checks = _checks(person.picture, person.pose, person.face, category)
    failure = next((check for check in checks if not check.ok), None)
    if failure is not None:
        raise _refusal(failure)


def _checks(picture: Picture, pose: Pose, face: Points | None, category: Category | None) -> tuple[Check, ...]:
    """What a photo must show for one kind of product, gravest first; without a category, for clothes of any kind."""
    visible = visible_parts(pose, picture)
    if category is not None and category in MAX_HEAD_YAW:
        return (_one_person(pose), *_face_checks(picture, face, category))
    checks = _pose_checks(pose, view_of(pose, face is not None), visible)
    return checks if category is None else (*checks, *_frame_checks(category, visible))


def _face_checks(picture: Picture, face: Points | None, category: Category) -> tuple[Check, ...]:
    """The checks for what is worn on the head: of the body nothing need be seen."""
    failure = face_failure(face, picture, category)
    checks = tuple(_check(code, code != failure) for code in FACE_MESSAGES)
    if category != "eyewear" or face is None or failure is not None:
        return checks
    return (*checks, _check("glasses_taken_off", not wears_glasses(picture, measure_head(face))))


def view_of(pose: Pose, has_face: bool) -> View:
    """From which side the person is seen."""
    yaw = _yaw_degrees(pose)
    if abs(yaw) > 180.0 - MAX_YAW_DEGREES:
        # The network sometimes mistakes front for back, but a face is never on the back.
        return "front" if has_face else "back"
    return "side" if abs(yaw) > MAX_YAW_DEGREES else "front"


def visible_parts(pose: Pose, picture: Picture) -> tuple[str, ...]:
    """Which of head, torso, hips, legs, feet lie inside the frame."""
    height, width = float(picture.shape[0]), float(picture.shape[1])
    lowest = {"hips": (1.0 - BELOW_HIPS) * height}
    parts = {
        "head": (Joint.LEFT_EYE, Joint.RIGHT_EYE),
        "torso": (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
        "hips": (Joint.LEFT_HIP, Joint.RIGHT_HIP),
        "legs": (Joint.LEFT_KNEE, Joint.RIGHT_KNEE),
        "feet": (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE),
    }
    return tuple(
        name
        for name, joints in parts.items()
        if all(_in_frame(pose, joint, width, lowest.get(name, height)) for joint in joints)
    )


def _in_frame(pose: Pose, joint: Joint, width: float, lowest: float) -> bool:
    x, y = pose.points[joint]
    return bool(0 <= x < width and 0 <= y < lowest and pose.presence[joint] >= MIN_PRESENCE)


def _pose_checks(pose: Pose, view: View, visible: tuple[str, ...]) -> tuple[Check, ...]:
    """The checks that hold for every kind of product, gravest first."""
    across = pose.points[Joint.LEFT_SHOULDER] - pose.points[Joint.RIGHT_SHOULDER]
    tilt = abs(float(np.degrees(np.arctan2(across[1], abs(across[0])))))
    return (
        _one_person(pose),
        _check("facing_camera", view == "front"),
        _check("close_enough", float(np.linalg.norm(across)) >= MIN_SHOULDERS_PX),
        _check("upright", tilt <= MAX_TILT_DEGREES),
        _check("arms_uncrossed", not _arms_are_crossed(pose)),
        _check("hips_visible", "hips" in visible),
    )


def _one_person(pose: Pose) -> Check:
    return _check("one_person", max(pose.other_people, default=0.0) < MAX_OTHER_PERSON)


def _frame_checks(category: Category, visible: tuple[str, ...]) -> tuple[Check, ...]:
    """What must be in the frame for one kind of product, beyond what every kind needs."""
    if category in UPPER or category in LEGS:
        # How much of the legs trousers need is told when they are placed: photos often end at the thighs. A skirt
        # simply runs out of the frame.
        return ()
    return (_check("feet_visible", "feet" in visible),)


def _yaw_degrees(pose: Pose) -> float:
    """How far shoulders and hips are turned about the upright axis: 0 faces the camera, ±180 turns the back."""
    across = pose.world[[Joint.LEFT_SHOULDER, Joint.LEFT_HIP]] - pose.world[[Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP]]
    # Hips count half: they are narrower, so their depth is less certain.
    mean = (across * np.array(((1.0,), (0.5,)))).sum(0)
    return float(np.degrees(np.arctan2(mean[2], mean[0])))


def _arms_are_crossed(pose: Pose) -> bool:
    """Both wrists lie before the torso, each on the other arm's side."""
    left, right = pose.points[Joint.LEFT_SHOULDER], pose.points[Joint.RIGHT_SHOULDER]
    hips = (pose.points[Joint.LEFT_HIP] + pose.points[Joint.RIGHT_HIP]) / 2.0
    middle = (left + right) / 2.0
    unit = max(float(np.linalg.norm(left - right)), 1.0)
    towards_left = (left - right) / unit
    torso = hips - middle
    wrists = pose.points[[Joint.LEFT_WRIST, Joint.RIGHT_WRIST]] - middle
    down = wrists @ torso / max(float(torso @ torso), 1.0)
    # The torso's own lean is taken off, so that a sway does not look like an arm across.
    side = (wrists - down[:, None] * torso) @ towards_left / unit
    return bool(side[0] < -CROSSED and side[1] > CROSSED and (down > 0.1).all() and (down < 0.9).all())


_REFUSALS: dict[str, type[EngineRefusal]] = {"person_visible": NoPersonFound, "one_person": SeveralPeople}


def _check(code: str, ok: bool) -> Check:
    return Check(code, bool(ok), "" if ok else MESSAGES[code], _REFUSALS.get(code, PoseNotSupported).code)


def _refusal(failure: Check) -> EngineRefusal:
    return _REFUSALS.get(failure.code, PoseNotSupported)(failure.message, reason=failure.code)
