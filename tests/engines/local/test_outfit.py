"""What goes under what."""

from typing import get_args

from tryon.engines.base import Category, Garment
from tryon.engines.local.outfit import LAYERS, in_order_of_layers


def _outfit(*names: str) -> list[str]:
    garments = [Garment(name.encode(), name.split()[-1]) for name in names]  # type: ignore[arg-type]
    return [garment.picture.decode() for garment in in_order_of_layers(garments)]


def test_a_jacket_goes_over_a_shirt_however_the_outfit_was_given() -> None:
    assert _outfit("denim outerwear", "shirt tops") == ["shirt tops", "denim outerwear"]


def test_a_top_finds_the_new_trousers_and_shoes_find_their_hems() -> None:
    worn = _outfit("round eyewear", "boot footwear", "shirt tops", "jeans bottoms")
    assert worn == ["jeans bottoms", "shirt tops", "boot footwear", "round eyewear"]


def test_two_products_of_one_kind_are_worn_in_the_order_given() -> None:
    assert _outfit("shirt tops", "vest tops") == ["shirt tops", "vest tops"]
    assert _outfit("vest tops", "shirt tops") == ["vest tops", "shirt tops"]


def test_every_category_has_its_layer() -> None:
    assert set(LAYERS) == set(get_args(Category))
