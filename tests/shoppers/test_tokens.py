import jwt
import pytest

from tests.scene import Scene
from tryon.clock import now
from tryon.db import transaction
from tryon.errors import Unauthorized
from tryon.shoppers.tokens import issue_token, read_token

SECRET = "a secret of at least thirty-two letters"


def test_a_token_names_its_shopper_and_merchant(scene: Scene) -> None:
    token = issue_token(scene.shopper, mode="live", secret_key=SECRET)
    identity = read_token(token.text, secret_key=SECRET)
    assert (identity.shopper.id, identity.merchant.id, identity.mode) == (scene.shopper.id, scene.merchant_id, "live")


def test_an_expired_token_says_so(scene: Scene) -> None:
    token = issue_token(scene.shopper, mode="live", secret_key=SECRET, ttl_seconds=-1)
    with pytest.raises(Unauthorized) as refusal:
        read_token(token.text, secret_key=SECRET)
    assert refusal.value.reason == "expired"


def test_a_token_signed_with_another_secret_or_not_at_all_is_refused(scene: Scene) -> None:
    foreign = issue_token(scene.shopper, mode="live", secret_key=SECRET + "!").text
    claims = jwt.decode(foreign, options={"verify_signature": False})
    for text in (foreign, jwt.encode(claims, None, "none"), "x", "a.b.c"):
        with pytest.raises(Unauthorized) as refusal:
            read_token(text, secret_key=SECRET)
        assert refusal.value.reason == "not_found"


def test_a_deactivated_merchants_shoppers_are_turned_away(scene: Scene) -> None:
    token = issue_token(scene.shopper, mode="live", secret_key=SECRET)
    with transaction():
        scene.owner.merchant.deactivated_at = now()
    with pytest.raises(Unauthorized) as refusal:
        read_token(token.text, secret_key=SECRET)
    assert refusal.value.reason == "inactive"
