import pytest

from tryon.errors import InvalidRequest
from tryon.merchants.models import Merchant
from tryon.merchants.origins import clean_origins, is_allowed, may_return_to


def test_origins_are_kept_short_lower_case_and_once() -> None:
    given = ["https://Shop.Example/", "https://shop.example:443", "http://localhost:5000", "http://[::1]:80"]
    assert clean_origins(given) == ["https://shop.example", "http://localhost:5000", "http://[::1]"]


@pytest.mark.parametrize(
    "text",
    [
        "shop.example",
        "ftp://shop.example",
        "https://shop.example/path",
        "https://",
        "*",
        "null",
        "https://a b",
        "javascript:1",
        "https://user@shop.example",
        "https://shop.example?x",
        "https://shop.example:99999",
    ],
)
def test_what_is_no_origin_is_named_by_its_place_in_the_list(text: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        clean_origins(["https://fine.example", text])
    assert [problem.path for problem in refusal.value.details] == ["allowed_origins.1"]


def test_an_address_is_allowed_on_the_merchants_own_origin_only() -> None:
    merchant = Merchant(allowed_origins=["https://shop.example"])
    assert is_allowed(merchant, "https://shop.example/return?x=1")
    assert not is_allowed(merchant, "https://shop.example.evil.example/")
    assert not is_allowed(merchant, "http://shop.example/")
    assert not is_allowed(merchant, "https://shop.example@evil.example/")


@pytest.mark.parametrize(
    "address", [None, "https://shop.example/p/1?size=M#top", "HTTPS://Shop.Example/p", "http://every.example/"]
)
def test_a_shopper_may_be_sent_back_to_the_shop_or_to_where_every_shop_may_be(address: str | None) -> None:
    merchant = Merchant(allowed_origins=["https://shop.example"])
    assert may_return_to(address, merchant, to_all={"http://every.example"})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/p/1",
        "https://other.example/",
        "http://every.example/",
        "https://shop.example.other.example/",
        "https://shop.example@other.example/",
        "https://user@shop.example/",
        "https://shop.example\\@other.example/",
        "https://shop.example/a b",
        "https://shop.example/\n",
        "javascript:alert(1)//https://shop.example/",
        "https://[shop.example/",
        "https://shop.example/" + "x" * 2_048,
    ],
)
def test_a_shopper_is_sent_nowhere_else(address: str) -> None:
    assert not may_return_to(address, Merchant(allowed_origins=["https://shop.example"]))
