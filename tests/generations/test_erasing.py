"""When somebody is forgotten, no file of theirs remains in storage and no row names them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.engines.quick import QuickEngine
from tests.pictures import person
from tests.scene import Scene, work
from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.erasing import erase_shopper
from tryon.generations.models import Generation
from tryon.generations.sweep import sweep
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.uploads import keep_upload
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases

NAME = "customer-1"
"""What both merchants call their shopper in the scene."""


def files(merchant_id: str) -> set[str]:
    """Of people, not of products."""
    keys = set(tools().storage.keys())
    return {key for key in keys if merchant_id in key and key.startswith(("photos/", "results/"))}


def rows_that_say(words: str) -> list[str]:
    """The tables in which any row holds these words, in any column."""
    found = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')):
            if any(words in str(value) for value in row):
                found.append(table.name)
    db.session.commit()
    return sorted(set(found))


def upload(scene: Scene, name: str, keep_days: int | None = None) -> Photo:
    kit = tools()
    return keep_upload(
        scene.owner.merchant, person(), external_ref=name, keep_days=keep_days, crop=False, engine=QuickEngine(),
        storage=kit.storage, settings=kit.settings, queue=kit.queue,
    )  # fmt: skip


def live(scene: Scene) -> None:
    """A life with everything in it: a session, pictures, one under way, uploads, deliveries that answered."""
    session = scene.open_session(
        external_user_ref=NAME, merchant_reference="for Jane Roe", metadata={"who": "Jane Roe"},
        callback_url="https://merchant.example/hook", return_url="https://corner.example/?who=Jane+Roe",
    )  # fmt: skip
    work(scene.request(session))
    work(scene.request())
    scene.request()
    upload(scene, NAME)


def erase(scene: Scene) -> None:
    kit = tools()
    shopper = db.session.get_one(Shopper, scene.shopper.id)
    erase_shopper(shopper, storage=kit.storage, queue=kit.queue)


def test_nothing_of_an_erased_person_remains(scene: Scene, outsider_scene: Scene) -> None:
    live(scene)
    live(outsider_scene)
    others = files(outsider_scene.merchant_id)
    assert files(scene.merchant_id)
    erase(scene)
    assert files(scene.merchant_id) == set()
    assert files(outsider_scene.merchant_id) == others
    mine = db.session.scalars(select(Generation).where(Generation.merchant_id == scene.merchant_id)).all()
    assert {generation.status for generation in mine} == {"completed", "cancelled"}


def test_no_row_names_an_erased_person(scene: Scene) -> None:
    live(scene)
    assert rows_that_say("Jane Roe")
    assert rows_that_say(NAME)
    erase(scene)
    assert rows_that_say("Jane Roe") == []
    assert rows_that_say("Jane+Roe") == []
    assert rows_that_say(NAME) == []
    assert rows_that_say("/media/") == []


def test_credits_and_usage_still_add_up(scene: Scene) -> None:
    live(scene)
    erase(scene)
    db.session.expire_all()
    assert db.session.get_one(Merchant, scene.merchant_id).credit_balance == 98


def test_a_worker_that_is_at_it_leaves_no_picture(scene: Scene) -> None:
    generation = scene.request()

    class Erasing(QuickEngine):
        def dress(self, request):  # type: ignore[no-untyped-def]
            erase(scene)
            return super().dress(request)

    assert work(generation, Erasing()) == "skipped"
    assert files(scene.merchant_id) == set()


def test_whoever_comes_under_the_same_name_later_is_somebody_new(scene: Scene) -> None:
    erase(scene)
    assert upload(scene, NAME).shopper_id != scene.shopper.id


def test_what_was_kept_for_a_day_is_gone_after_it(app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = upload(scene, "brief", keep_days=1)
    generation = scene.request()
    with transaction():
        generation.keep_days = 1
    work(generation)
    assert generation.expires_at - now() < timedelta(days=1, minutes=1)
    tomorrow = now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("tryon.generations.sweep.now", lambda: tomorrow)
    kit = tools()
    sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)
    assert not [key for key in files(scene.merchant_id) if photo.id in key or generation.id in key]
