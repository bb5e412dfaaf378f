"""When somebody is forgotten, no file of theirs remains in storage and no row names them."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm.attributes import set_committed_value

from tests.engines.quick import QuickEngine
from tests.pictures import person
from tests.scene import Scene, work
from tests.together import at_once
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import InvalidRequest, NotFound
from tryon.generations.attributing import get_person
from tryon.generations.cancelling import cancel
from tryon.generations.erasing import erase_shopper
from tryon.generations.models import Generation
from tryon.generations.sweep import ERASING_MAX, sweep
from tryon.merchants.models import Merchant
from tryon.sessions.models import TryOnSession
from tryon.shoppers.arriving import ARRIVAL_MAX, ArrivingFile, arrived, arriving
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.uploads import keep_upload
from tryon.storage.base import StorageError
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


def upload(scene: Scene, name: str | None, keep_days: int | None = None) -> Photo:
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


def test_what_is_uploaded_at_the_same_moment_is_erased_or_somebody_news(app: Flask, scene: Scene) -> None:
    kept: list[str] = []
    shopper_id = scene.shopper.id
    at_once(app, [lambda: erase(scene), *[lambda: kept.append(upload(scene, NAME).id)] * 4])
    photos = db.session.scalars(select(Photo).where(Photo.id.in_(kept))).all()
    assert len(photos) == 4
    for photo in photos:
        is_somebody_new = photo.shopper_id != shopper_id
        assert (photo.erased_at is None) is is_somebody_new
        assert any(photo.id in key for key in files(scene.merchant_id)) is is_somebody_new


def test_a_session_opened_at_the_same_moment_names_nobody_who_is_erased(app: Flask, scene: Scene) -> None:
    shopper_id = scene.shopper.id
    open_one = partial(scene.open_session, external_user_ref=NAME, merchant_reference="Jane Roe")
    at_once(app, [lambda: erase(scene), *[lambda: open_one() and None] * 4])
    sessions = db.session.scalars(select(TryOnSession).where(TryOnSession.merchant_id == scene.merchant_id)).all()
    assert len(sessions) == 4
    for session in sessions:
        assert (session.merchant_reference is None) is (session.shopper_id == shopper_id)


def test_a_try_on_accepted_while_its_photo_is_erased_ends_without_a_picture(scene: Scene) -> None:
    erase(scene)
    set_committed_value(scene.photo, "erased_at", None)  # as a request has read it a moment before
    generation = scene.request()
    assert work(generation) == "failed"
    assert generation.error_code == "photo_gone"
    assert files(scene.merchant_id) == set()


def test_a_nameless_photo_that_is_being_erased_gets_no_name_any_more(app: Flask, scene: Scene) -> None:
    kit, photo = tools(), upload(scene, None)
    shopper_id, photo_id = photo.shopper_id, photo.id

    def name() -> None:
        with suppress(NotFound):
            get_person(db.session.get_one(Merchant, scene.merchant_id), photo_id, external_ref="Jane Roe")

    def wipe() -> None:
        erase_shopper(db.session.get_one(Shopper, shopper_id), storage=kit.storage, queue=kit.queue)

    at_once(app, [name, wipe])
    assert rows_that_say("Jane Roe") == []


def test_what_was_told_of_somebody_before_they_had_a_name_is_stripped_too(scene: Scene) -> None:
    photo = upload(scene, None)
    nameless = db.session.get_one(Shopper, photo.shopper_id)
    work(Scene(scene.owner, scene.product, nameless, photo).request())
    get_person(scene.owner.merchant, photo.id, external_ref=NAME)
    assert "/media/" in str([event.data for event in scene.events("tryon.job.completed")])
    erase(scene)
    db.session.expire_all()
    assert "/media/" not in str([event.data for event in scene.events()])


def test_a_row_does_not_say_where_an_erased_photo_was(scene: Scene) -> None:
    key = scene.photo.file_key
    erase(scene)
    assert rows_that_say(key) == []


def test_the_sweep_goes_on_where_the_process_was_killed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    live(scene)
    with monkeypatch.context() as patch:
        patch.setattr("tryon.generations.erasing.go_on_erasing", raise_interrupt)
        with pytest.raises(KeyboardInterrupt):
            erase(scene)
    db.session.rollback()
    assert files(scene.merchant_id)
    assert rows_that_say("Jane Roe")
    later = now() + ERASING_MAX + timedelta(seconds=1)
    monkeypatch.setattr("tryon.generations.sweep.now", lambda: later)
    kit = tools()
    assert sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings).people_erased == 1
    assert files(scene.merchant_id) == set()
    assert rows_that_say("Jane Roe") == rows_that_say(NAME) == []


def raise_interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_the_picture_of_a_run_that_was_cancelled_and_then_killed_is_swept_away(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, kit = scene.request(), tools()

    class Killed(QuickEngine):
        def dress(self, request):  # type: ignore[no-untyped-def]
            result = super().dress(request)
            cancel(db.session.get_one(Generation, generation.id), queue=kit.queue)
            return result

    monkeypatch.setattr("tryon.generations.run.succeed", raise_interrupt)
    with pytest.raises(KeyboardInterrupt):
        work(generation, Killed())
    db.session.rollback()
    assert any(key.startswith("results/") for key in files(scene.merchant_id))
    later = now() + timedelta(minutes=1)
    monkeypatch.setattr("tryon.generations.sweep.now", lambda: later)
    assert sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings).leftovers_erased == 1
    assert not any(key.startswith("results/") for key in files(scene.merchant_id))
    assert sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings).leftovers_erased == 0


def test_a_photo_whose_row_was_never_written_is_swept_away(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    kit, before = tools(), files(scene.merchant_id)
    key = f"photos/{scene.merchant_id}/img_killed/photo.jpg"
    never_left = arriving(key, b"a face", storage=kit.storage)  # as by a process that is killed inside
    never_left.__enter__()
    assert files(scene.merchant_id) == before | {key}
    sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)
    assert files(scene.merchant_id) == before | {key}  # it may still be on its way
    later = now() + ARRIVAL_MAX + timedelta(seconds=1)
    monkeypatch.setattr("tryon.generations.sweep.now", lambda: later)
    sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)
    assert files(scene.merchant_id) == before
    with pytest.raises(StorageError), transaction():
        arrived(key)


def test_an_upload_that_fails_leaves_neither_file_nor_note(scene: Scene) -> None:
    before = files(scene.merchant_id)
    with pytest.raises(InvalidRequest):
        upload(scene, "_guest_of-another")
    assert files(scene.merchant_id) == before
    assert db.session.scalars(select(ArrivingFile)).all() == []


def test_a_failure_after_the_commit_leaves_the_photo_its_file(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools().queue, "_enqueue", raise_interrupt)
    with pytest.raises(KeyboardInterrupt):
        upload(scene, NAME)
    photo = db.session.scalars(select(Photo).order_by(Photo.id.desc()).where(Photo.id.startswith("img_"))).one()
    assert photo.file_key in files(scene.merchant_id)


def test_a_photo_that_expires_while_its_try_on_waits_ends_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.photo = upload(scene, NAME, keep_days=1)
    generation, kit = scene.request(), tools()
    tomorrow = now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("tryon.generations.sweep.now", lambda: tomorrow)
    sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)
    assert work(generation) == "failed"
    assert generation.error_code == "photo_gone"
    db.session.refresh(scene.owner.merchant)
    assert scene.owner.merchant.credit_balance == 100


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
