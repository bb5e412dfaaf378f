from collections.abc import Iterator

import pytest

from tests.pictures import card
from tests.shop import Shop, open_shop
from tryon.catalog.fields import ProductFields
from tryon.catalog.finding import find_product, find_product_by_any_id
from tryon.catalog.importing import upsert_product
from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product
from tryon.errors import ForbiddenAddress, ImageFetchFailed, InvalidRequest
from tryon.onboarding import NewMerchant
from tryon.outbound import Outbound
from tryon.wiring import tools


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        shop.serve("/red.jpg", card("red"))
        shop.serve("/blue.jpg", card("blue"))
        yield shop


def upsert(shop: Shop, merchant: NewMerchant, *paths: str, **fields: object) -> tuple[Product, bool]:
    given = {"external_id": "SKU-1", "title": "Red shirt", "image_urls": tuple(shop.url + path for path in paths)}
    outbound = Outbound(frozenset({shop.host}))
    return upsert_product(
        merchant.merchant,
        ProductFields(**(given | fields)),
        outbound=outbound,
        storage=tools().storage,
        queue=tools().queue,
    )


def kept_files() -> set[str]:
    return set(tools().storage.keys("products/"))


def test_a_product_is_created_with_its_pictures_kept(shop: Shop, merchant: NewMerchant) -> None:
    product, created = upsert(shop, merchant, "/red.jpg", "/blue.jpg")
    assert created
    assert [image.source_url for image in product.images] == [shop.url + "/red.jpg", shop.url + "/blue.jpg"]
    assert kept_files() == {image.file_key for image in product.images}
    assert (product.main_image.width, product.main_image.height) == (320, 400)


def test_the_second_time_it_is_an_update_and_a_known_picture_is_not_fetched_again(
    shop: Shop, merchant: NewMerchant
) -> None:
    first, _ = upsert(shop, merchant, "/red.jpg")
    second, created = upsert(shop, merchant, "/red.jpg", title="Redder shirt")
    assert not created
    assert (second.id, second.title) == (first.id, "Redder shirt")
    assert shop.visits.count("/red.jpg") == 1


def test_a_picture_no_longer_named_is_deleted(shop: Shop, merchant: NewMerchant) -> None:
    upsert(shop, merchant, "/red.jpg")
    product, _ = upsert(shop, merchant, "/blue.jpg")
    assert kept_files() == {product.main_image.file_key}


def test_a_category_is_guessed_until_the_merchant_says_one(shop: Shop, merchant: NewMerchant) -> None:
    product, _ = upsert(shop, merchant, "/red.jpg", title="Denim jacket")
    assert (product.category, product.category_is_guessed) == ("outerwear", True)
    product, _ = upsert(shop, merchant, "/red.jpg", title="Denim jacket", category="tops")
    assert (product.category, product.category_is_guessed) == ("tops", False)
    product, _ = upsert(shop, merchant, "/red.jpg", title="Denim jacket")
    assert product.category == "tops"


def test_one_bad_address_is_named_and_nothing_is_kept(shop: Shop, merchant: NewMerchant) -> None:
    with pytest.raises(ImageFetchFailed) as refusal:
        upsert(shop, merchant, "/red.jpg", "/missing.jpg")
    assert [problem.path for problem in refusal.value.details] == ["image_urls.1"]
    assert find_product(merchant.merchant, "SKU-1") is None
    assert kept_files() == set()


def test_a_private_address_is_not_called(shop: Shop, merchant: NewMerchant) -> None:
    fields = ProductFields("SKU-1", "Shirt", image_urls=(shop.url + "/red.jpg",))
    with pytest.raises(ForbiddenAddress):
        upsert_product(
            merchant.merchant, fields, outbound=Outbound(frozenset()), storage=tools().storage, queue=tools().queue
        )
    assert shop.visits == []


def test_too_many_pictures_are_refused_before_any_is_fetched(shop: Shop, merchant: NewMerchant) -> None:
    with pytest.raises(InvalidRequest):
        upsert(shop, merchant, *["/red.jpg"] * 11)
    assert shop.visits == []


def test_the_outsiders_product_of_the_same_sku_is_another(
    shop: Shop, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    mine, _ = upsert(shop, merchant, "/red.jpg")
    theirs, created = upsert(shop, outsider, "/red.jpg")
    assert created
    assert mine.id != theirs.id
    assert find_product_by_any_id(merchant.merchant, theirs.id) is None
    assert find_product_by_any_id(merchant.merchant, "SKU-1").id == mine.id


def test_a_removed_product_is_gone_with_its_files_and_may_come_back(shop: Shop, merchant: NewMerchant) -> None:
    product, _ = upsert(shop, merchant, "/red.jpg")
    remove_product(product, storage=tools().storage)
    assert find_product(merchant.merchant, "SKU-1") is None
    assert kept_files() == set()
    again, created = upsert(shop, merchant, "/red.jpg")
    assert created
    assert again.id == product.id
