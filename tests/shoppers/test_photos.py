import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from tests.engines.quick import QuickEngine
from tests.pictures import card, person
from tests.scene import Scene
from tryon.db import db, transaction
from tryon.errors import InvalidImage, InvalidRequest, PhotoRejected
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import find_current_photo, find_photo, keep_photo, note_use
from tryon.wiring import tools


@pytest.fixture
def keep(scene: Scene) -> Callable[..., Photo]:
    def keep(data: bytes, has_consent: bool = True) -> Photo:
        kit = tools()
        return keep_photo(
            scene.shopper,
            data,
            has_consent=has_consent,
            engine=QuickEngine(),
            storage=kit.storage,
            settings=kit.settings,
            queue=kit.queue,
        )

    return keep


def test_the_newest_photo_is_the_current_one(scene: Scene, keep: Callable[..., Photo]) -> None:
    newer = keep(person(2))
    assert find_current_photo(scene.shopper).id == newer.id
    assert find_photo(scene.shopper, scene.photo.id) is not None


def test_what_is_kept_is_a_clean_picture(scene: Scene) -> None:
    kept = Image.open(io.BytesIO(tools().storage.read(scene.photo.file_key)))
    assert kept.format == "JPEG"
    assert not kept.getexif()


def test_without_consent_nothing_is_kept(scene: Scene, keep: Callable[..., Photo]) -> None:
    before = set(tools().storage.keys("photos/"))
    with pytest.raises(InvalidRequest) as refusal:
        keep(person(2), has_consent=False)
    assert refusal.value.code == "consent_required"
    assert set(tools().storage.keys("photos/")) == before


def test_a_photo_without_a_person_is_refused_and_not_kept(scene: Scene, keep: Callable[..., Photo]) -> None:
    before = set(tools().storage.keys("photos/"))
    with pytest.raises(PhotoRejected) as refusal:
        keep(card("white"))
    assert refusal.value.code == "no_person_found"
    assert set(tools().storage.keys("photos/")) == before
    assert find_current_photo(scene.shopper).id == scene.photo.id


def test_bytes_that_are_no_picture_are_refused(scene: Scene, keep: Callable[..., Photo]) -> None:
    with pytest.raises(InvalidImage):
        keep(b"hello")


def test_a_forgotten_photo_is_gone_from_storage_and_from_sight(scene: Scene) -> None:
    forget_photo(scene.photo, storage=tools().storage, queue=tools().queue)
    assert find_current_photo(scene.shopper) is None
    assert find_photo(scene.shopper, scene.photo.id) is None
    assert list(tools().storage.keys("photos/")) == []
    assert len(scene.events("user_model.deleted")) == 1


def test_the_same_reference_is_the_same_shopper_but_not_at_another_merchant(
    scene: Scene, outsider_scene: Scene
) -> None:
    again = get_or_create_shopper(scene.owner.merchant, "customer-1")
    assert again.id == scene.shopper.id
    assert outsider_scene.shopper.external_ref == "customer-1"
    assert outsider_scene.shopper.id != again.id
    assert find_photo(outsider_scene.shopper, scene.photo.id) is None


def test_only_one_photo_is_current(scene: Scene, keep: Callable[..., Photo]) -> None:
    keep(person(2))
    keep(person(3))
    photos = db.session.query(Photo).filter_by(shopper_id=scene.shopper.id).all()
    assert [photo.is_current for photo in sorted(photos, key=lambda photo: photo.id)] == [False, False, True]


def test_a_use_puts_a_photos_end_off_and_uses_within_a_minute_are_written_down_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, settings = scene.photo, tools().settings
    ends = []
    for seconds in (120, 150, 181):
        moment = photo.created_at + timedelta(seconds=seconds)
        monkeypatch.setattr("tryon.shoppers.photos.now", lambda moment=moment: moment)
        with transaction():
            note_use(photo, settings)
        db.session.refresh(photo)
        ends.append((photo.expires_at - photo.created_at).seconds)
    assert ends == [120, 120, 181]
