"""Two changes of one merchant at the same moment: both stay, or one of them is told why not."""

import pytest
from flask import Flask

from tests.together import at_once
from tryon.db import db
from tryon.errors import Conflict
from tryon.merchants.google_key import find_google_key, put_google_key
from tryon.merchants.models import Merchant
from tryon.merchants.storefront import Storefront, change_storefront
from tryon.onboarding import NewMerchant, create_merchant
from tryon.sealing import Sealer

pytestmark = pytest.mark.both_databases


def test_storefront_settings_changed_at_once_are_all_kept(app: Flask, merchant: NewMerchant) -> None:
    merchant_id = merchant.merchant.id
    changes = [{"history": False}, {"downloads": False}, {"button_label": "Try"}, {"corner_radius_px": 3}]

    def change(given: dict[str, object]) -> None:
        change_storefront(db.session.get_one(Merchant, merchant_id), given)

    at_once(app, [lambda given=given: change(given) for given in changes])  # type: ignore[misc]
    shown = Storefront.of(db.session.get_one(Merchant, merchant_id))
    assert (shown.history, shown.downloads, shown.button_label, shown.corner_radius_px) == (False, False, "Try", 3)


def test_a_first_google_key_put_twice_is_one_key(app: Flask, merchant: NewMerchant, outsider: NewMerchant) -> None:
    merchant_id, sealer = merchant.merchant.id, Sealer("secret", purpose="test")
    texts = [f"a-google-key-of-some-length-{number}" for number in range(4)]

    def put(text: str) -> None:
        put_google_key(db.session.get_one(Merchant, merchant_id), text, None, sealer=sealer)

    at_once(app, [lambda text=text: put(text) for text in texts])  # type: ignore[misc]
    kept = find_google_key(db.session.get_one(Merchant, merchant_id))
    assert kept is not None
    assert sealer.open(kept.sealed) in texts
    assert find_google_key(outsider.merchant) is None


def test_a_slug_is_given_once(app: Flask) -> None:
    refused: list[str] = []

    def create() -> None:
        try:
            create_merchant("Shop", slug="shop")
        except Conflict as error:
            refused.append(error.code)

    at_once(app, [create] * 4)
    assert refused == ["slug_taken"] * 3


def test_shops_of_one_name_all_get_a_slug(app: Flask) -> None:
    slugs: list[str] = []
    at_once(app, [lambda: slugs.append(create_merchant("Twins").merchant.slug)] * 2)
    assert len(set(slugs)) == 2
    assert "twins" in slugs
