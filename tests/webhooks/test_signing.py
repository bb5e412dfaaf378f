"""Our signatures, checked by the public library of Standard Webhooks."""

import base64
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tryon.webhooks.signing import make_secret, sign


def test_the_public_library_accepts_our_signature_and_no_other() -> None:
    secret, body, timestamp = make_secret(), '{"type":"é"}'.encode(), int(time.time())
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(timestamp)}
    headers["webhook-signature"] = sign(secret, "evt_1", timestamp, body)
    assert Webhook(secret).verify(body, headers) == {"type": "é"}
    for changed in (headers | {"webhook-id": "evt_2"}, headers | {"webhook-timestamp": str(timestamp + 1)}):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(make_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


def test_the_example_of_the_specification_comes_out_the_same() -> None:
    # from the test of the reference implementations
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_long_and_never_the_same() -> None:
    made = {make_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(len(base64.b64decode(secret.removeprefix("whsec_"))) == 32 for secret in made)
