"""The merchant's Google key when it is used: opened, sealed anew, or told to be lost."""

import pytest
from sqlalchemy import text

from tryon.db import db
from tryon.merchants.google_key import PURPOSE, find_google_key, open_google_key, put_google_key
from tryon.onboarding import NewMerchant
from tryon.sealing import Sealer

KEY = "AIzaSy-a-key-that-is-long-enough-1234"
OLD, NEW = Sealer("old", purpose=PURPOSE), Sealer("new", purpose=PURPOSE)
BOTH = Sealer("new", "old", purpose=PURPOSE)

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _key(merchant: NewMerchant) -> None:
    put_google_key(merchant.merchant, KEY, "gemini-nano-banana-2.1", sealer=OLD, state="ok")


def test_the_key_is_opened_for_its_merchant_alone(merchant: NewMerchant, outsider: NewMerchant) -> None:
    credential = open_google_key(merchant.merchant.id, sealer=OLD)
    assert credential is not None
    assert (credential.secret, credential.owner, credential.model) == (KEY, "merchant", "gemini-nano-banana-2.1")
    assert KEY not in repr(credential)
    assert open_google_key(outsider.merchant.id, sealer=OLD) is None


def test_a_key_sealed_with_an_earlier_secret_is_sealed_anew_when_used(merchant: NewMerchant) -> None:
    assert open_google_key(merchant.merchant.id, sealer=BOTH) is not None
    sealed = db.session.scalar(text("SELECT sealed FROM google_keys"))
    assert NEW.open(str(sealed)) == KEY
    assert open_google_key(merchant.merchant.id, sealer=NEW) is not None


def test_a_key_whose_secret_is_lost_is_marked_and_the_merchant_reads_why(merchant: NewMerchant) -> None:
    assert open_google_key(merchant.merchant.id, sealer=NEW) is None
    key = find_google_key(merchant.merchant)
    assert key is not None
    assert (key.state, key.invalid_since is None) == ("unreadable", False)
    assert "put it in again" in key.message
    assert open_google_key(merchant.merchant.id, sealer=BOTH) is not None
    assert (key.state, key.message, key.invalid_since) == ("unknown", "", None)


def test_a_key_that_is_put_in_again_is_forgiven(merchant: NewMerchant) -> None:
    assert open_google_key(merchant.merchant.id, sealer=NEW) is None
    put_google_key(merchant.merchant, KEY, None, sealer=NEW, state="ok")
    assert open_google_key(merchant.merchant.id, sealer=NEW) is not None
    key = find_google_key(merchant.merchant)
    assert key is not None
    assert (key.state, key.message, key.invalid_since) == ("ok", "", None)
