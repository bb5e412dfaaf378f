"""The bag: a cookie that is believed only as far as the shop sells what it names."""

import pytest

from tryon.demo import PRODUCTS
from tryon.demo_shop.cart import LINES_MAX, QUANTITY_MAX, Cart, make_line
from tryon.demo_shop.wares import find_wares

SHIRT, GLASSES = "DEMO-SHIRTS-2", "DEMO-EYEWEAR-1"


def line(sku: str = SHIRT, size: str = "M", quantity: int = 1) -> "object":
    made = make_line(sku, size, quantity)
    assert made
    return made


def test_every_product_is_a_ware_with_a_price_pictures_and_a_department() -> None:
    wares = find_wares()
    assert [ware.sku for ware in wares] == [product.sku for product in PRODUCTS]
    assert all(ware.price > 0 and ware.department for ware in wares)
    assert all(ware.views[0].name == "front" and len(ware.views) >= 2 for ware in wares)
    assert all(view.file.is_file() for ware in wares for view in ware.views)


def test_the_same_thing_twice_is_one_line_with_a_number() -> None:
    cart = Cart().add(line()).add(line(quantity=2)).add(line(size="L")).add(line(GLASSES, "one"))
    assert cart.text == f"{SHIRT}_M_3.{SHIRT}_L_1.{GLASSES}_one_1"
    assert cart.count == 5
    assert cart.total == 4 * make_line(SHIRT, "M", 1).ware.price + make_line(GLASSES, "one", 1).ware.price
    assert Cart.read(cart.text) == cart


def test_changing_and_taking_out_meet_only_that_size() -> None:
    cart = Cart().add(line()).add(line(size="L"))
    assert cart.change(line(quantity=4)).text == f"{SHIRT}_M_4.{SHIRT}_L_1"
    assert cart.without(line()).text == f"{SHIRT}_L_1"
    assert cart.change(line(GLASSES, "one")).text == cart.text


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", f"{SHIRT}_XXXL_1", f"{SHIRT}_M_0", f"{SHIRT}_M_10", f"{GLASSES}_M_1", "OTHER-1_M_1", "._.-" * 500],
)
def test_what_the_shop_does_not_sell_is_not_in_the_bag(text: str) -> None:
    assert Cart.read(text) == Cart()


def test_a_bag_has_an_end() -> None:
    cart = Cart()
    for _ in range(20):
        cart = cart.add(line())
    assert cart.count == QUANTITY_MAX
    full = Cart.read(".".join([f"{SHIRT}_M_1"] * 500))
    assert len(full.lines) <= LINES_MAX
