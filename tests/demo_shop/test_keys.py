"""The shop's keys: kept where nobody else reads them, replaced when lost, and good for the shop's own origin only."""

import os

from flask import Flask
from flask.testing import FlaskClient

from tests.demo_shop.conftest import SHOP
from tryon.clock import now
from tryon.db import transaction
from tryon.demo import find_demo_merchant
from tryon.demo_shop.keys import FILE, ShopKeys, keep_keys, read_keys
from tryon.merchants.keys import find_key
from tryon.merchants.models import Merchant
from tryon.onboarding import NewMerchant
from tryon.wiring import tools


def merchant() -> Merchant:
    found = find_demo_merchant()
    assert found
    return found


def start_again(shop_url: str = SHOP) -> ShopKeys:
    return keep_keys(merchant(), None, shop_url=shop_url, api_url="http://system", data_dir=tools().settings.data_dir)


def test_they_are_kept_in_a_file_of_their_owner_and_used_again(app: Flask, keys: ShopKeys) -> None:
    path = tools().settings.data_dir / FILE
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert read_keys(path.parent) == keys
    assert start_again() == keys


def test_lost_damaged_or_revoked_ones_are_replaced(app: Flask, keys: ShopKeys) -> None:
    path = tools().settings.data_dir / FILE
    path.unlink()
    second = start_again()
    assert second.publishable_key != keys.publishable_key
    path.write_text("{")
    third = start_again()
    assert third.publishable_key not in (keys.publishable_key, second.publishable_key)
    with transaction():
        key = find_key(third.secret_key)
        assert key
        key.revoked_at = now()
    fourth = start_again()
    assert fourth.secret_key != third.secret_key
    assert start_again() == fourth


def test_another_merchants_keys_are_not_taken_for_the_shops(app: Flask, keys: ShopKeys, outsider: NewMerchant) -> None:
    path = tools().settings.data_dir / FILE
    text = path.read_text().replace(keys.secret_key, outsider.secret_key)
    path.write_text(text.replace(keys.publishable_key, outsider.publishable_key))
    assert start_again().publishable_key != outsider.publishable_key


def test_when_the_shop_moves_its_new_origin_is_allowed_and_the_old_one_no_longer(
    app: Flask, client: FlaskClient, keys: ShopKeys
) -> None:
    with transaction():
        merchant().allowed_origins = [*merchant().allowed_origins, "https://kept.example"]
    start_again("http://shop.example:9000/")
    assert merchant().allowed_origins == ["https://kept.example", "http://shop.example:9000"]
    for origin, status in ((SHOP, 403), ("http://shop.example:9000", 200)):
        answer = client.get(
            "/partner/v1/embed-config", headers={"Authorization": f"Bearer {keys.publishable_key}", "Origin": origin}
        )
        assert answer.status_code == status, origin
