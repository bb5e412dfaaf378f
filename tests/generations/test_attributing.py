import threading

import pytest
from flask import Flask

from tests.scene import Scene, keep, set_scene
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import NotFound
from tryon.generations.attributing import get_person
from tryon.generations.models import Generation
from tryon.onboarding import create_merchant
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import erase_photo
from tryon.wiring import tools


def nameless_photo(scene: Scene) -> Photo:
    return keep(get_or_create_shopper(scene.owner.merchant, None))


def person(scene: Scene, photo: Photo, external_ref: str | None = None):
    return get_person(scene.owner.merchant, photo.id, external_ref=external_ref)


def test_a_named_shoppers_photo_is_theirs_with_and_without_saying_so(scene: Scene) -> None:
    assert person(scene, scene.photo) == (scene.shopper, scene.photo)
    assert person(scene, scene.photo, "customer-1") == (scene.shopper, scene.photo)


def test_a_named_shoppers_photo_is_not_there_for_another_name(scene: Scene) -> None:
    with pytest.raises(NotFound) as refusal:
        person(scene, scene.photo, "customer-2")
    assert refusal.value.code == "image_not_found"


def test_a_nameless_photo_takes_the_first_name_it_is_used_with(scene: Scene) -> None:
    photo = nameless_photo(scene)
    assert person(scene, photo)[0].external_ref is None
    shopper, _ = person(scene, photo, "customer-7")
    assert (shopper.id, shopper.external_ref) == (photo.shopper_id, "customer-7")
    with pytest.raises(NotFound):
        person(scene, photo, "customer-8")


def test_a_nameless_photo_and_what_was_made_of_it_go_to_a_shopper_known_by_that_name(scene: Scene) -> None:
    photo = nameless_photo(scene)
    shopper, _ = person(scene, photo)
    earlier = Scene(scene.owner, scene.product, shopper, photo).request()
    named, same = person(scene, photo, "customer-1")
    assert (named, same.shopper_id) == (scene.shopper, scene.shopper.id)
    assert db.session.get_one(Generation, earlier.id, populate_existing=True).shopper_id == scene.shopper.id
    assert scene.photo.is_current
    assert not same.is_current


def test_what_is_erased_expired_or_the_outsiders_is_not_there(scene: Scene, outsider_scene: Scene) -> None:
    with pytest.raises(NotFound):
        person(scene, outsider_scene.photo)
    expired = nameless_photo(scene)
    with transaction():
        expired.expires_at = now()
    with pytest.raises(NotFound):
        person(scene, expired)
    erase_photo(scene.photo, storage=tools().storage)
    with pytest.raises(NotFound):
        person(scene, scene.photo)


@pytest.mark.both_databases
def test_two_calls_at_once_agree_on_one_shopper(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop"))
    photos, owners = [nameless_photo(scene).id for _ in range(4)], []

    def name(photo_id: str) -> None:
        with app.app_context():
            owners.append(get_person(scene.owner.merchant, photo_id, external_ref="customer-9")[0].id)

    calls = [threading.Thread(target=name, args=(photo_id,)) for photo_id in photos]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(owners) == 4
    assert len(set(owners)) == 1
    db.session.commit()
    assert {db.session.get_one(Photo, photo_id, populate_existing=True).shopper_id for photo_id in photos} == set(
        owners
    )
