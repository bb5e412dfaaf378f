from datetime import timedelta

import pytest
from flask import Flask

from tests.catalog.conftest import kept_files
from tests.pictures import card
from tests.scene import Scene, work
from tests.together import at_once
from tryon.catalog.describing import describe_product
from tryon.catalog.expiry import remove_expired_products
from tryon.catalog.fields import GivenPicture, ProductChanges
from tryon.catalog.finding import find_product, find_product_by_any_id
from tryon.catalog.importing import upsert_product
from tryon.catalog.lifetimes import note_product_use, note_product_uses
from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Conflict, InvalidRequest, NotFound
from tryon.generations.request import request_generation
from tryon.merchants.models import Merchant
from tryon.onboarding import NewMerchant
from tryon.wiring import tools

PICTURE = (GivenPicture(data=card("green")),)


def describe(owner: NewMerchant, name: str = "SKU-9", *, is_inline: bool = True, **given: object) -> Product:
    kit = tools()
    changes = ProductChanges(name, **({"pictures": PICTURE} | given))
    product, _ = describe_product(
        owner.merchant, changes, is_inline=is_inline, outbound=kit.outbound, storage=kit.storage, queue=kit.queue
    )
    return product


def days_left(product: Product) -> int | None:
    db.session.refresh(product)
    return None if product.expires_at is None else round((product.expires_at - now()) / timedelta(days=1))


def let_expire(product: Product) -> None:
    with transaction():
        product.expires_at = now() - timedelta(seconds=1)


def test_the_three_ways_have_their_lifetimes(merchant: NewMerchant) -> None:
    assert days_left(describe(merchant, "inline")) == 15
    one_shot = describe(merchant, "")
    assert (one_shot.external_id[:6], days_left(one_shot)) == ("_anon_", 7)
    assert days_left(describe(merchant, "explicit", is_inline=False)) is None
    assert days_left(describe(merchant, "chosen", valid_for_days=3)) == 3


def test_a_description_with_a_try_on_leaves_a_catalogue_product_its_own_lifetime(merchant: NewMerchant) -> None:
    describe(merchant, is_inline=False, valid_for_days=100)
    changed = describe(merchant, title="New")
    assert (changed.title, changed.origin, days_left(changed)) == ("New", "catalog", 100)
    assert days_left(describe(merchant, is_inline=False, valid_for_days=None)) is None
    assert days_left(describe(merchant, title="Newer")) is None


def test_what_is_not_given_stays_and_pictures_replace_the_list(merchant: NewMerchant) -> None:
    describe(merchant, title="Shirt", description="Blue", metadata={"a": 1})
    kept = describe(merchant, pictures=(GivenPicture(data=card("red")), GivenPicture(data=card("blue"))))
    assert (kept.title, kept.description, kept.extra, len(kept.images)) == ("Shirt", "Blue", {"a": 1}, 2)
    assert kept_files() == set(kept.file_keys)


def test_a_use_renews_the_days_and_is_no_change(scene: Scene) -> None:
    product = describe(scene.owner)
    with transaction():
        product.expires_at = now() + timedelta(days=2)
    before = product.updated_at
    kit = tools()
    request_generation(scene.shopper, scene.photo, [product], mode="live", settings=kit.settings, queue=kit.queue)
    assert days_left(product) == 15
    assert product.last_used_at is not None
    assert product.updated_at == before


def test_uses_within_a_minute_are_written_down_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    product, start = describe(scene.owner), now()
    uses = []
    for seconds in (0, 30, 61):
        monkeypatch.setattr("tryon.catalog.lifetimes.now", lambda after=seconds: start + timedelta(seconds=after))
        note_product_use(product)
        db.session.refresh(product)
        uses.append(((product.last_used_at - start).seconds, (product.expires_at - start).seconds))
    assert uses == [(0, 0), (0, 0), (61, 61)]


def test_an_expired_product_is_missing_even_before_the_sweep(merchant: NewMerchant) -> None:
    product = describe(merchant)
    let_expire(product)
    assert find_product(merchant.merchant, "SKU-9") is None
    assert find_product_by_any_id(merchant.merchant, product.id) is None
    with pytest.raises(NotFound):
        note_product_use(product)


def test_it_can_be_sent_again_and_has_nothing_of_before(merchant: NewMerchant) -> None:
    old = describe(merchant, title="Old", description="Old", metadata={"old": True}, valid_for_days=1)
    let_expire(old)
    with pytest.raises(InvalidRequest) as refusal:
        describe(merchant, title="New", pictures=())
    assert refusal.value.code == "product_images_required"
    new = describe(merchant, title="New")
    assert (new.id, new.description, new.extra, days_left(new)) == (old.id, None, {}, 15)
    assert kept_files() == set(new.file_keys)


def test_the_sweep_erases_the_pictures_of_what_has_expired(merchant: NewMerchant, outsider: NewMerchant) -> None:
    product, theirs = describe(merchant), describe(outsider)
    let_expire(product)
    assert remove_expired_products(now(), 10, storage=tools().storage) == 1
    db.session.refresh(product)
    assert product.deleted_at is not None
    assert kept_files() == set(theirs.file_keys)
    assert remove_expired_products(now(), 10, storage=tools().storage) == 0


def test_the_reserved_names_are_ours(merchant: NewMerchant) -> None:
    name = describe(merchant, "").external_id
    assert find_product(merchant.merchant, name) is not None
    for given in (name, "_anon_mine"):
        with pytest.raises(Conflict) as refusal:
            describe(merchant, given)
        assert refusal.value.code == "reserved_external_id"


def test_a_waiting_try_on_of_a_product_that_goes_ends_with_its_reason(scene: Scene) -> None:
    product = describe(scene.owner)
    kit = tools()
    generation = request_generation(
        scene.shopper, scene.photo, [product], mode="live", settings=kit.settings, queue=kit.queue
    )
    let_expire(product)
    remove_expired_products(now(), 10, storage=kit.storage)
    assert work(generation) == "failed"


@pytest.mark.both_databases
def test_many_descriptions_of_one_product_at_once_make_one(app: Flask, merchant: NewMerchant) -> None:
    merchant_id = merchant.merchant.id

    def put(number: int) -> None:
        owner = db.session.get_one(Merchant, merchant_id)
        kit = tools()
        changes = ProductChanges("SKU-9", title=f"Shirt {number}", pictures=(GivenPicture(data=card("red")),))
        upsert_product(owner, changes, origin="inline", outbound=kit.outbound, storage=kit.storage, queue=kit.queue)

    at_once(app, [lambda number=number: put(number) for number in range(6)])
    product = find_product(db.session.get_one(Merchant, merchant_id), "SKU-9")
    assert product is not None
    assert kept_files() == set(product.file_keys)
    assert len(product.images) == 1


@pytest.mark.both_databases
def test_outfits_of_the_same_pieces_are_used_at_once_and_the_sweep_takes_none_of_them(
    app: Flask, merchant: NewMerchant
) -> None:
    ids = [describe(merchant, name).id for name in ("a", "b", "c")]

    def use(order: list[str]) -> None:
        for _ in range(5):
            with transaction():
                note_product_uses([db.session.get_one(Product, product_id) for product_id in order])

    def sweep() -> None:
        for _ in range(5):
            remove_expired_products(now(), 10, storage=tools().storage)

    at_once(app, [lambda: use(ids), lambda: use(ids[::-1]), lambda: use(ids[1:] + ids[:1]), sweep])
    assert all(db.session.get_one(Product, each, populate_existing=True).deleted_at is None for each in ids)
