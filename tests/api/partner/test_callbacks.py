"""The log of sessions' callbacks, and sending one again."""

import json

import pytest
from standardwebhooks.webhooks import Webhook

from tests.api.conftest import Caller
from tests.scene import Scene, work
from tests.shop import Shop
from tryon import jobs
from tryon.db import db
from tryon.sessions.models import TryOnSession
from tryon.webhooks.models import Delivery
from tryon.wiring import tools

PATH = "/partner/v1/callbacks"


def end_one(scene: Scene, shop: Shop) -> TryOnSession:
    """A session with a callback address, completed."""
    session = scene.open_session(callback_url=shop.url + "/ended", external_user_ref="customer-1")
    work(scene.request(session))
    return session


def send(shop: Shop) -> None:
    for delivery_id in db.session.query(Delivery.id).filter(Delivery.session_id.is_not(None)).all():
        jobs.deliver_webhook(delivery_id[0])


@pytest.mark.both_databases
def test_a_callback_is_listed_with_what_was_sent_and_what_came_back(
    as_merchant: Caller, shop: Shop, scene: Scene
) -> None:
    session = end_one(scene, shop)
    as_merchant("POST", "/partner/v1/webhooks", json={"url": shop.url + "/hook", "events": ["*"]})
    other = end_one(scene, shop)
    assert [row["session_id"] for row in as_merchant("GET", PATH).json["data"]] == [other.id, session.id]
    [row] = as_merchant("GET", f"{PATH}?session_id={session.id}").json["data"]
    assert (row["type"], row["status"], row["attempts"]) == ("session.completed", "pending", 0)
    send(shop)
    shown = as_merchant("GET", f"{PATH}/{row['id']}").json
    assert (shown["status"], shown["url"], shown["session_id"]) == ("delivered", shop.url + "/ended", session.id)
    assert shown["request_body"]["data"]["session_id"] == session.id
    assert [(attempt["number"], attempt["response_status"]) for attempt in shown["log"]] == [(1, 200)]
    assert as_merchant("GET", f"{PATH}?status=pending").json["data"] == []


def test_a_callback_can_be_sent_again_with_the_same_webhook_id(as_merchant: Caller, shop: Shop, scene: Scene) -> None:
    end_one(scene, shop)
    send(shop)
    [first] = as_merchant("GET", PATH).json["data"]
    again = as_merchant("POST", f"{PATH}/{first['id']}/replay")
    assert (again.status_code, again.json["status"]) == (202, "pending")
    assert again.json["event_id"] == first["event_id"]
    assert again.json["id"] != first["id"]
    send(shop)
    secret = scene.owner.merchant.webhook_signing_secret
    bodies = [Webhook(secret).verify(body, headers) for path, headers, body in shop.hooks if path == "/ended"]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert {headers["webhook-id"] for _, headers, _ in shop.hooks} == {first["event_id"]}


def test_a_webhooks_delivery_is_no_callback_and_the_outsider_finds_neither(
    as_merchant: Caller, as_outsider: Caller, shop: Shop, scene: Scene
) -> None:
    hook = as_merchant("POST", "/partner/v1/webhooks", json={"url": shop.url + "/hook", "events": ["*"]}).json
    end_one(scene, shop)
    [callback] = as_merchant("GET", PATH).json["data"]
    told = as_merchant("GET", f"/partner/v1/webhooks/{hook['id']}/deliveries").json["data"]
    assert callback["id"] not in [row["id"] for row in told]
    assert as_merchant("GET", f"{PATH}/{told[0]['id']}").json["code"] == "callback_not_found"
    assert as_outsider("GET", PATH).json["data"] == []
    for method, path in (("GET", f"{PATH}/{callback['id']}"), ("POST", f"{PATH}/{callback['id']}/replay")):
        answer = as_outsider(method, path)
        assert (answer.status_code, answer.json["code"]) == (404, "callback_not_found")
    assert len(as_merchant("GET", PATH).json["data"]) == 1


def test_an_erased_persons_callback_says_nothing_of_them_when_sent_again(
    as_merchant: Caller, shop: Shop, scene: Scene
) -> None:
    session = end_one(scene, shop)
    send(shop)
    [callback] = as_merchant("GET", PATH).json["data"]
    assert as_merchant("DELETE", "/tryon/v1/customers/customer-1").status_code == 204
    as_merchant("POST", f"{PATH}/{callback['id']}/replay")
    send(shop)
    body = json.loads(shop.hooks[-1][2])
    assert body["data"]["session_id"] == session.id
    assert body["data"]["result"] is None
    assert list(tools().storage.keys("results/")) == []
