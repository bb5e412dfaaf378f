import pytest
from flask import Flask

from tests.catalog.conftest import kept_files
from tests.engines.quick import QuickEngine
from tests.pictures import card, openvto_folder, shirt
from tests.scene import Scene, work
from tests.shop import Shop
from tests.together import at_once
from tryon.catalog.describing import describe_product
from tryon.catalog.fetching import fetch_main_image
from tryon.catalog.fields import GivenPicture, ProductChanges
from tryon.catalog.models import Product
from tryon.catalog.preparing import prepare_product
from tryon.catalog.removing import remove_product
from tryon.db import db
from tryon.errors import ForbiddenAddress
from tryon.generations.models import Generation
from tryon.generations.request import request_generation
from tryon.onboarding import NewMerchant
from tryon.outbound import Outbound
from tryon.wiring import tools


def describe(owner: NewMerchant, *urls: str, **given: object) -> Product:
    kit = tools()
    pictures = tuple(GivenPicture(url=url, path=f"products.0.images.{at}.url") for at, url in enumerate(urls))
    changes = ProductChanges("LAZY", pictures=pictures, **given)
    product, _ = describe_product(
        owner.merchant, changes, is_inline=True, outbound=kit.outbound, storage=kit.storage, queue=kit.queue
    )
    return product


def prepare(product: Product) -> None:
    prepare_product(product.id, engine=QuickEngine(), outbound=tools().outbound, storage=tools().storage)
    db.session.refresh(product)


def ask(scene: Scene, product: Product) -> Generation:
    kit = tools()
    return request_generation(
        scene.shopper, scene.photo, [product], mode="live", settings=kit.settings, queue=kit.queue
    )


def test_the_shop_is_called_by_the_worker_not_by_the_request(merchant: NewMerchant, shop: Shop) -> None:
    product = describe(merchant, shop.serve("/1.jpg", card()), shop.serve("/2.jpg", card("blue")))
    assert (shop.visits, product.file_keys) == ([], [])
    prepare(product)
    assert sorted(shop.visits) == ["/1.jpg", "/2.jpg"]
    assert len(product.file_keys) == 2


def test_an_address_that_is_seen_to_be_private_is_refused_at_once(merchant: NewMerchant) -> None:
    with pytest.raises(ForbiddenAddress) as refusal:
        describe(merchant, "https://shop.example/1.jpg", "http://10.0.0.1/1.jpg")
    assert [problem.path for problem in refusal.value.details] == ["products.0.images.1.url"]


def test_a_try_on_fetches_what_it_needs_itself(scene: Scene, shop: Shop) -> None:
    generation = ask(scene, describe(scene.owner, shop.serve("/1.jpg", card())))
    assert work(generation) == "completed"
    assert shop.visits == ["/1.jpg"]


def test_a_picture_that_is_not_there_fails_the_try_on_for_good(scene: Scene, shop: Shop) -> None:
    generation = ask(scene, describe(scene.owner, shop.url + "/missing.jpg"))
    assert work(generation) == "failed"
    assert (generation.error_code, generation.error_is_permanent) == ("product_image_fetch_failed", True)


def test_what_is_no_picture_fails_the_try_on_for_good(scene: Scene, shop: Shop) -> None:
    generation = ask(scene, describe(scene.owner, shop.serve("/1.jpg", b"<html>", "text/html")))
    assert work(generation) == "failed"
    assert (generation.error_code, generation.error_is_permanent) == ("product_image_fetch_failed", True)


def test_a_shop_that_does_not_answer_is_tried_again(scene: Scene) -> None:
    tools().outbound = Outbound(frozenset({"127.0.0.1:9"}))
    generation = ask(scene, describe(scene.owner, "http://127.0.0.1:9/1.jpg"))
    assert work(generation) == "requeued"


@pytest.mark.both_databases
def test_two_workers_that_fetch_at_once_keep_one_file(app: Flask, merchant: NewMerchant, shop: Shop) -> None:
    product_id = describe(merchant, shop.serve("/1.jpg", card())).id

    def fetch() -> None:
        product = db.session.get_one(Product, product_id)
        fetch_main_image(product, outbound=tools().outbound, storage=tools().storage)
        assert product.main_image is not None
        assert product.main_image.file_key is not None

    at_once(app, [fetch] * 3)
    assert kept_files() == set(db.session.get_one(Product, product_id).file_keys)
    assert len(kept_files()) == 1


def test_a_picture_that_is_replaced_while_it_is_fetched_leaves_no_file(merchant: NewMerchant, shop: Shop) -> None:
    product = describe(merchant, shop.serve("/1.jpg", card()))

    class Meanwhile:
        def fetch(self, *arguments: object, **names: object) -> object:
            remove_product(product, storage=tools().storage)
            return tools().outbound.fetch(*arguments, **names)

    fetch_main_image(product, outbound=Meanwhile(), storage=tools().storage)
    assert kept_files() == set()


def test_the_picture_tells_the_category_where_no_word_does(merchant: NewMerchant, shop: Shop) -> None:
    trousers = (openvto_folder() / "clothes" / "pants" / "1_front.jpg").read_bytes()
    product = describe(merchant, shop.serve("/1.jpg", trousers), title="Model 501")
    before = product.updated_at
    assert product.category == "tops"
    prepare(product)
    assert (product.category, product.guessed_from, product.category_is_guessed) == ("bottoms", "picture", True)
    assert product.updated_at == before
    told = describe(merchant, shop.url + "/1.jpg", title="Denim jacket")
    assert (told.category, told.guessed_from) == ("outerwear", "words")
    again = describe(merchant, shop.serve("/2.jpg", shirt()), title="Model 502")
    prepare(again)
    assert (again.category, again.guessed_from) == ("tops", "picture")
