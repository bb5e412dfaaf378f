"""Creating, listing, finding and deleting a merchant's webhook endpoints."""

import threading
import time

import pytest
from flask import Flask

from tryon.db import db
from tryon.errors import Conflict, ForbiddenAddress, InvalidRequest, NotFound
from tryon.onboarding import NewMerchant
from tryon.outbound import Outbound
from tryon.webhooks import endpoints
from tryon.webhooks.endpoints import ENDPOINTS_MAX, create_endpoint, delete_endpoint, get_endpoint, list_endpoints
from tryon.webhooks.events import EVENTS
from tryon.webhooks.models import WebhookEndpoint
from tryon.webhooks.signing import make_secret

OUTBOUND = Outbound(frozenset({"shop.intranet", "localhost:9000"}))
URL = "https://shop.example/hooks"


def test_a_new_endpoint_has_a_secret_of_its_own(merchant: NewMerchant) -> None:
    first = create_endpoint(merchant.merchant, URL, ["tryon.job.completed"], outbound=OUTBOUND, description="till")
    second = create_endpoint(merchant.merchant, URL, ["credits.low", "*", "credits.low"], outbound=OUTBOUND)
    db.session.expire_all()
    assert (first.url, first.events, first.status, first.description) == (
        URL,
        ["tryon.job.completed"],
        "enabled",
        "till",
    )
    assert second.events == ["credits.low", "*"]
    assert first.secret.startswith("whsec_")
    assert first.secret != second.secret != merchant.merchant.webhook_signing_secret


def test_each_merchant_sees_only_its_own(merchant: NewMerchant, outsider: NewMerchant) -> None:
    ours = create_endpoint(merchant.merchant, URL, list(EVENTS), outbound=OUTBOUND)
    theirs = create_endpoint(outsider.merchant, URL, ["*"], outbound=OUTBOUND)
    assert [endpoint.id for endpoint in list_endpoints(merchant.merchant)] == [ours.id]
    assert get_endpoint(merchant.merchant, ours.id) is ours
    for forbidden in (get_endpoint, delete_endpoint):
        with pytest.raises(NotFound):
            forbidden(merchant.merchant, theirs.id)
    assert list_endpoints(outsider.merchant) == [theirs]


def test_a_deleted_endpoint_is_gone(merchant: NewMerchant) -> None:
    endpoint = create_endpoint(merchant.merchant, URL, ["*"], outbound=OUTBOUND)
    delete_endpoint(merchant.merchant, endpoint.id)
    assert list_endpoints(merchant.merchant) == []
    with pytest.raises(NotFound):
        delete_endpoint(merchant.merchant, endpoint.id)


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "https://10.0.0.1/", "https://localhost/", "https://a:b@shop.example/", "nonsense"]
)
def test_an_address_that_will_not_do_is_named_in_the_answer(url: str, merchant: NewMerchant) -> None:
    with pytest.raises(InvalidRequest) as caught:
        create_endpoint(merchant.merchant, url, ["*"], outbound=OUTBOUND)
    assert [problem.path for problem in caught.value.details] == ["url"]
    assert isinstance(caught.value, ForbiddenAddress) == (url != "http://shop.example/")
    assert list_endpoints(merchant.merchant) == []


@pytest.mark.parametrize("url", ["http://shop.intranet/", "http://localhost:9000/"])
def test_hosts_the_operator_exempted_need_no_certificate(url: str, merchant: NewMerchant) -> None:
    assert create_endpoint(merchant.merchant, url, ["*"], outbound=OUTBOUND).url == url


@pytest.mark.parametrize(
    ("events", "paths"),
    [([], ["events"]), (["credits.low", "tryon.job.done", ""], ["events.1", "events.2"]), (["tryon.*"], ["events.0"])],
)
def test_unknown_events_are_named_one_by_one(events: list[str], paths: list[str], merchant: NewMerchant) -> None:
    with pytest.raises(InvalidRequest) as caught:
        create_endpoint(merchant.merchant, URL, events, outbound=OUTBOUND)
    assert [problem.path for problem in caught.value.details] == paths
    assert "tryon.job.completed" in caught.value.message


@pytest.mark.both_databases
def test_twenty_is_the_limit_even_when_two_ask_at_once(
    app: Flask, merchant: NewMerchant, outsider: NewMerchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(ENDPOINTS_MAX - 1):
        create_endpoint(merchant.merchant, URL, ["*"], outbound=OUTBOUND)
    create_endpoint(outsider.merchant, URL, ["*"], outbound=OUTBOUND)
    outcomes: list[object] = []
    # everyone thinks for a moment between counting and adding
    monkeypatch.setattr(endpoints, "make_secret", lambda: time.sleep(0.2) or make_secret())

    def ask() -> None:
        with app.app_context():
            try:
                outcomes.append(create_endpoint(merchant.merchant, URL, ["*"], outbound=OUTBOUND))
            except Conflict as error:
                outcomes.append(error)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 3 + ["WebhookEndpoint"]
    assert isinstance(list_endpoints(merchant.merchant)[0], WebhookEndpoint)
    assert len(list_endpoints(merchant.merchant)) == ENDPOINTS_MAX
