"""Guests of pages without a backend: the same id, the same guest, as long as there is anything of theirs."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.scene import Scene, keep, set_scene
from tryon.clock import now
from tryon.db import db
from tryon.errors import InvalidRequest
from tryon.onboarding import create_merchant
from tryon.sessions.idle_guests import IDLE_MAX, delete_idle_guests
from tryon.shoppers.guests import get_or_create_guest
from tryon.shoppers.models import Shopper
from tryon.wiring import tools

LATER = IDLE_MAX + timedelta(minutes=1)


def guest(scene: Scene, guest_id: str | None = None) -> tuple[Shopper, str]:
    return get_or_create_guest(scene.owner.merchant, guest_id)


def is_kept(shopper: Shopper) -> bool:
    shopper_id = shopper.id
    db.session.expunge_all()
    return db.session.get(Shopper, shopper_id) is not None


def test_the_same_id_is_the_same_guest_and_another_merchants_guest_is_not(scene: Scene, outsider_scene: Scene) -> None:
    shopper, guest_id = guest(scene)
    assert guest(scene, guest_id)[0].id == shopper.id
    assert guest(outsider_scene, guest_id)[0].id != shopper.id
    assert guest(scene)[0].id != shopper.id


@pytest.mark.parametrize("guest_id", ["short", "x" * 31, "_guest_" + "x" * 25, "x" * 31 + "é"])
def test_an_id_we_did_not_give_is_refused(scene: Scene, guest_id: str) -> None:
    with pytest.raises(InvalidRequest):
        guest(scene, guest_id)


@pytest.mark.both_databases
def test_only_a_guest_who_never_gave_a_photo_is_forgotten(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop", credits=5))
    (idle, guest_id), (busy, _) = guest(scene), guest(scene)
    keep(busy)
    merchant, queue = scene.owner.merchant, tools().queue
    assert delete_idle_guests(now(), queue=queue) == 0  # it may still come
    queue.redis.flushall()
    assert delete_idle_guests(now() + LATER, queue=queue) == 1
    assert delete_idle_guests(now() + LATER, queue=queue) == 0  # once an hour is enough
    assert [is_kept(each) for each in (idle, busy, scene.shopper)] == [False, True, True]
    again, same_id = get_or_create_guest(merchant, guest_id)
    assert (again.external_ref, same_id) == (f"_guest_{guest_id}", guest_id)
