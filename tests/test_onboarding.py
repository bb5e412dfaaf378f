import pytest
from flask import Flask

from tryon.config import DEFAULT_PLANS
from tryon.errors import Conflict, InvalidRequest
from tryon.onboarding import create_merchant


def test_a_new_merchant_has_a_slug_of_its_name_and_credits_of_its_plan(app: Flask) -> None:
    merchant = create_merchant("Café Müller & Söhne", plan="STARTER").merchant
    assert merchant.slug == "cafe-muller-sohne"
    assert merchant.credit_balance == DEFAULT_PLANS["STARTER"].first_credits
    assert merchant.webhook_signing_secret.startswith("whsec_")


def test_two_merchants_of_one_name_get_two_slugs(app: Flask) -> None:
    first, second = create_merchant("Twin").merchant, create_merchant("Twin").merchant
    assert first.slug == "twin"
    assert second.slug.startswith("twin-")


def test_a_name_without_a_latin_letter_still_gets_a_slug(app: Flask) -> None:
    assert create_merchant("日本").merchant.slug == "merchant"


def test_a_taken_slug_is_refused(app: Flask) -> None:
    create_merchant("First", slug="shop")
    with pytest.raises(Conflict) as refusal:
        create_merchant("Second", slug="shop")
    assert refusal.value.code == "slug_taken"


@pytest.mark.parametrize("slug", ["Shop", "-shop", "sh op", "", "a" * 81])
def test_a_slug_that_is_none_is_refused(app: Flask, slug: str) -> None:
    with pytest.raises(InvalidRequest):
        create_merchant("Shop", slug=slug)


def test_an_unknown_plan_is_refused(app: Flask) -> None:
    with pytest.raises(InvalidRequest):
        create_merchant("Shop", plan="GOLD")  # type: ignore[arg-type]
