"""What is known of a person after one product of an outfit, for the next."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import asset, eyes, person_of, picture_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.afterwards import Afterwards, look_afterwards, person_afterwards, skin_labels
from tryon.engines.local.analysis import BodyLabel, Joint, PersonAnalysis
from tryon.engines.local.engine import read_picture
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.removal import Undressed
from tryon.engines.local.wardrobe import OUTFITTERS

PHOTO = "people/3_posture.jpg"


@pytest.fixture(scope="module")
def person() -> PersonAnalysis:
    return person_of(PHOTO)


def _bare(shape: tuple[int, ...], opacity: float, skin: float, bottom: float) -> Undressed:
    fields = [np.full(shape, value, np.float32) for value in (opacity, skin, bottom)]
    return Undressed(np.zeros((*shape, 3), np.float32), *fields)


def _looked(person: PersonAnalysis, visible: float, bare: Undressed) -> Afterwards:
    shape = person.labels.shape
    box = (0, 0, shape[1], shape[0])
    seen = np.full(shape, visible, np.float32)
    return look_afterwards(person, box, (BodyLabel.TOP,), BodyLabel.TOP, seen, bare)


def test_where_the_new_garment_is_seen_it_is_the_new_garment(person: PersonAnalysis) -> None:
    after = _looked(person, 1.0, _bare(person.labels.shape, 1.0, 0.0, 0.0))
    assert (after.labels == BodyLabel.TOP).all()
    assert (after.matte == 1).all()


def test_where_the_old_garment_left_background_nobody_stands(person: PersonAnalysis) -> None:
    after = _looked(person, 0.0, _bare(person.labels.shape, 1.0, 0.0, 0.0))
    top = person.labels == BodyLabel.TOP
    assert (after.labels[top] == BodyLabel.BACKGROUND).all()
    assert (after.matte[top] == 0).all()
    assert np.array_equal(after.labels[~top], person.labels[~top])


def test_a_bottom_continued_under_the_old_top_is_bottom(person: PersonAnalysis) -> None:
    after = _looked(person, 0.0, _bare(person.labels.shape, 1.0, 0.0, 1.0))
    top = person.labels == BodyLabel.TOP
    assert (after.labels[top] == BodyLabel.BOTTOM).all()
    assert (after.matte[top] == 1).all()


def test_what_was_not_taken_off_stays_what_it_was(person: PersonAnalysis) -> None:
    after = _looked(person, 0.0, _bare(person.labels.shape, 0.0, 0.0, 0.0))
    assert np.array_equal(after.labels, person.labels)
    assert np.array_equal(after.matte, person.matte)


def test_made_up_skin_belongs_to_the_nearest_limb(person: PersonAnalysis) -> None:
    labels = skin_labels(person.pose, person.labels.shape)
    for joints, label in (
        ((Joint.LEFT_ELBOW,), BodyLabel.ARM),
        ((Joint.RIGHT_ELBOW,), BodyLabel.ARM),
        ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), BodyLabel.NECK),
        ((Joint.LEFT_HIP, Joint.LEFT_HIP, Joint.RIGHT_HIP, Joint.RIGHT_HIP), BodyLabel.MIDRIFF),
        ((Joint.LEFT_KNEE,), BodyLabel.LEG),
    ):
        x, y = person.pose.points[list(joints)].mean(axis=0)
        if 0 <= round(float(y)) < len(labels):
            assert labels[round(float(y)) - 2, round(float(x))] == label, joints


def test_only_the_box_changes_and_nothing_does_without_a_change(person: PersonAnalysis) -> None:
    picture = np.zeros_like(person.picture)
    assert person_afterwards(person, picture, None).labels is person.labels
    patch = np.full((10, 20), BodyLabel.TOP, np.uint8)
    change = Afterwards((5, 7, 25, 17), patch, np.ones((10, 20), np.float32))
    after = person_afterwards(person, picture, change)
    assert (after.labels[7:17, 5:25] == BodyLabel.TOP).all()
    changed = after.labels != person.labels
    changed[7:17, 5:25] = False
    assert not changed.any()
    assert after.picture is picture
    assert after.pose is person.pose


@pytest.mark.parametrize(
    ("product", "category", "worn"),
    [
        ("clothes/shirts/3_front.jpg", "tops", BodyLabel.TOP),
        ("clothes/pants/1_front.jpg", "bottoms", BodyLabel.BOTTOM),
    ],
)
def test_a_dressed_person_is_known_as_if_looked_at_again(
    person: PersonAnalysis, product: str, category: str, worn: BodyLabel
) -> None:
    """The labels after a dressing are those of the picture: cloth where cloth is seen, all else where it was."""
    picture = read_picture(asset(product).read_bytes())
    assert picture is not None
    garment = analyse_garment(picture, category, None, eyes=eyes())  # type: ignore[arg-type]
    photo = picture_of(PHOTO)
    dressed = OUTFITTERS[category].dress(photo, person, garment, TryOnOptions(), lambda *_: None)  # type: ignore[index]
    after = person_afterwards(person, dressed.picture, dressed.afterwards)
    left, upper, right, lower = dressed.box
    seen = np.zeros(person.labels.shape, bool)
    seen[upper:lower, left:right] = dressed.visible > 0.6
    assert (after.labels[seen] == worn).mean() > 0.999
    head = np.isin(person.labels, (BodyLabel.HEAD, BodyLabel.HAIR))
    assert (after.labels[head] == person.labels[head]).mean() > 0.99
    away = replace(after, labels=np.where(dressed.edited, person.labels, after.labels))
    assert (away.labels == person.labels).mean() > 0.995
