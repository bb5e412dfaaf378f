import json

import pytest
from flask.testing import FlaskClient
from standardwebhooks.webhooks import Webhook

from tests.api.conftest import Caller
from tests.scene import Scene, work
from tests.shop import Shop
from tryon import jobs
from tryon.db import db
from tryon.webhooks.emit import emit
from tryon.webhooks.events import EVENTS
from tryon.webhooks.models import Delivery
from tryon.wiring import tools


def test_a_registered_webhook_hears_of_a_finished_job_signed(as_merchant: Caller, shop: Shop, scene: Scene) -> None:
    created = as_merchant(
        "POST", "/partner/v1/webhooks", json={"url": shop.url + "/hook", "events": ["tryon.job.completed"]}
    )
    assert created.status_code == 201
    assert created.json["id"].startswith("whk_")
    generation = scene.request()
    work(generation)
    [delivery] = db.session.query(Delivery).all()
    jobs.deliver_webhook(delivery.id)
    [(path, headers, body)] = shop.hooks
    assert path == "/hook"
    Webhook(created.json["secret"]).verify(body, headers)
    told = json.loads(body)
    assert told["type"] == "tryon.job.completed"
    assert told["data"]["job_id"] == generation.id


def test_the_secret_is_shown_once(as_merchant: Caller, shop: Shop) -> None:
    created = as_merchant(
        "POST", "/partner/v1/webhooks", json={"url": shop.url + "/hook", "events": ["tryon.job.failed"]}
    )
    shown = as_merchant("GET", f"/partner/v1/webhooks/{created.json['id']}").json
    assert "secret" not in shown
    assert shown["events"] == ["tryon.job.failed"]
    assert [row["id"] for row in as_merchant("GET", "/partner/v1/webhooks").json["data"]] == [created.json["id"]]


def test_an_unknown_event_or_a_private_address_is_refused(as_merchant: Caller, shop: Shop) -> None:
    unknown = as_merchant("POST", "/partner/v1/webhooks", json={"url": shop.url, "events": ["moon.landed"]})
    assert unknown.status_code == 400
    private = as_merchant(
        "POST", "/partner/v1/webhooks", json={"url": "http://10.0.0.1/hook", "events": ["tryon.job.failed"]}
    )
    assert private.status_code == 400


def test_a_deleted_webhook_hears_nothing(as_merchant: Caller, shop: Shop, scene: Scene) -> None:
    created = as_merchant(
        "POST", "/partner/v1/webhooks", json={"url": shop.url, "events": ["tryon.job.completed"]}
    ).json
    assert as_merchant("DELETE", f"/partner/v1/webhooks/{created['id']}").status_code == 204
    assert as_merchant("GET", f"/partner/v1/webhooks/{created['id']}").status_code == 404
    work(scene.request())
    assert db.session.query(Delivery).count() == 0


def test_the_outsider_neither_sees_nor_hears(
    as_merchant: Caller, as_outsider: Caller, shop: Shop, outsider_scene: Scene
) -> None:
    created = as_merchant(
        "POST", "/partner/v1/webhooks", json={"url": shop.url, "events": ["tryon.job.completed"]}
    ).json
    assert as_outsider("GET", f"/partner/v1/webhooks/{created['id']}").status_code == 404
    assert as_outsider("DELETE", f"/partner/v1/webhooks/{created['id']}").status_code == 404
    work(outsider_scene.request())
    assert db.session.query(Delivery).count() == 0


def register(as_merchant: Caller, shop: Shop, **more: object) -> dict[str, str]:
    body = {"url": shop.url + "/hook", "events": ["tryon.job.completed"]} | more
    answer = as_merchant("POST", "/partner/v1/webhooks", json=body)
    assert answer.status_code == 201
    return answer.json


def deliver_all() -> None:
    for delivery in db.session.query(Delivery).filter_by(status="pending").all():
        jobs.deliver_webhook(delivery.id)
    db.session.rollback()


def test_a_webhook_can_be_changed_and_switched_off_and_on(as_merchant: Caller, shop: Shop) -> None:
    path = f"/partner/v1/webhooks/{register(as_merchant, shop)['id']}"
    changed = as_merchant("PATCH", path, json={"events": ["*"], "description": "all", "status": "disabled"}).json
    assert (changed["events"], changed["description"], changed["status"]) == (["*"], "all", "disabled")
    assert as_merchant("POST", f"{path}/test").json["code"] == "endpoint_disabled"
    assert as_merchant("PATCH", path, json={"status": "enabled"}).json["status"] == "enabled"
    assert as_merchant("PATCH", path, json={"url": "http://127.0.0.1:1/hook"}).status_code == 400


def test_a_trial_message_arrives_signed_and_says_what_it_is(as_merchant: Caller, shop: Shop) -> None:
    webhook = register(as_merchant, shop)
    started = as_merchant("POST", f"/partner/v1/webhooks/{webhook['id']}/test")
    assert (started.status_code, started.json["status"]) == (202, "pending")
    deliver_all()
    [(_, headers, body)] = shop.hooks
    told = Webhook(webhook["secret"]).verify(body, headers)
    assert (told["type"], told["data"]["test"]) == ("tryon.job.completed", True)


def test_after_a_rotation_both_secrets_verify(as_merchant: Caller, shop: Shop) -> None:
    webhook = register(as_merchant, shop)
    path = f"/partner/v1/webhooks/{webhook['id']}"
    new = as_merchant("POST", f"{path}/rotate-secret").json["secret"]
    assert new != webhook["secret"]
    as_merchant("POST", f"{path}/test")
    deliver_all()
    [(_, headers, body)] = shop.hooks
    for secret in (new, webhook["secret"]):
        Webhook(secret).verify(body, headers)


def test_the_log_tells_request_answer_and_timing_and_an_event_can_be_sent_again(
    as_merchant: Caller, shop: Shop, scene: Scene
) -> None:
    path = f"/partner/v1/webhooks/{register(as_merchant, shop)['id']}/deliveries"
    shop.hook_status = 500
    work(scene.request())
    deliver_all()
    [listed] = as_merchant("GET", path).json["data"]
    assert (listed["status"], listed["attempts"], listed["response_status"]) == ("pending", 1, 500)
    assert as_merchant("GET", f"{path}?status=delivered").json["data"] == []
    log = as_merchant("GET", f"{path}/{listed['id']}").json
    assert log["request_body"]["type"] == "tryon.job.completed"
    assert [(each["number"], each["response_status"], each["response_body"]) for each in log["log"]] == [
        (1, 500, "thanks")
    ]
    shop.hook_status = 200
    again = as_merchant("POST", f"{path}/{listed['id']}/replay")
    assert (again.status_code, again.json["event_id"]) == (202, listed["event_id"])
    jobs.deliver_webhook(again.json["id"])
    db.session.rollback()
    assert {headers["webhook-id"] for _, headers, _ in shop.hooks} == {listed["event_id"]}
    assert as_merchant("GET", f"{path}/{again.json['id']}").json["status"] == "delivered"


def test_the_outsider_neither_sees_nor_touches_a_webhook_or_its_deliveries(
    as_merchant: Caller, as_outsider: Caller, shop: Shop, scene: Scene
) -> None:
    path = f"/partner/v1/webhooks/{register(as_merchant, shop)['id']}"
    work(scene.request())
    [delivery] = as_merchant("GET", f"{path}/deliveries").json["data"]
    for method, tail in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate-secret"), ("POST", "/test"),
        ("GET", "/deliveries"), ("GET", f"/deliveries/{delivery['id']}"),
        ("POST", f"/deliveries/{delivery['id']}/replay"),
    ):  # fmt: skip
        body = {} if method == "PATCH" else None
        assert as_outsider(method, path + tail, json=body).status_code == 404, (method, tail)
    assert as_outsider("GET", "/partner/v1/webhooks").json["data"] == []


@pytest.mark.both_databases
def test_deliveries_are_listed_of_one_event_and_one_state(
    as_merchant: Caller, as_outsider: Caller, shop: Shop, scene: Scene
) -> None:
    path = f"/partner/v1/webhooks/{register(as_merchant, shop, events=['*'])['id']}/deliveries"
    for type in ("credits.low", "tryon.job.failed", "credits.low"):
        emit(scene.merchant_id, type, {}, queue=tools().queue)
    newest = db.session.query(Delivery).order_by(Delivery.id.desc()).first()
    assert newest is not None
    jobs.deliver_webhook(newest.id)

    def listed(query: str) -> list[tuple[str, str]]:
        return [(row["type"], row["status"]) for row in as_merchant("GET", path + query).json["data"]]

    assert listed("?type=credits.low") == [("credits.low", "delivered"), ("credits.low", "pending")]
    assert listed("?type=tryon.job.failed") == [("tryon.job.failed", "pending")]
    assert listed("?type=credits.low&status=pending") == [("credits.low", "pending")]
    assert listed("?type=session.expired") == []
    first = as_merchant("GET", f"{path}?type=credits.low&limit=1").json
    second = as_merchant("GET", f"{path}?type=credits.low&limit=1&cursor={first['next_cursor']}").json
    assert (first["data"][0]["id"], second["next_cursor"]) == (newest.id, None)
    assert as_outsider("GET", f"{path}?type=credits.low").status_code == 404


def test_an_event_that_does_not_exist_is_named_in_the_answer(as_merchant: Caller, shop: Shop) -> None:
    path = f"/partner/v1/webhooks/{register(as_merchant, shop)['id']}/deliveries"
    answer = as_merchant("GET", f"{path}?type=moon.landed")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert (answer.json["code"], answer.json["details"][0]["path"]) == ("invalid_request", "type")


def test_the_document_says_which_events_a_list_may_be_of(client: FlaskClient) -> None:
    listing = client.get("/openapi.json").json["paths"]["/partner/v1/webhooks/{endpoint_id}/deliveries"]["get"]
    [described] = [parameter for parameter in listing["parameters"] if parameter["name"] == "type"]
    assert described["schema"]["anyOf"][0]["enum"] == list(EVENTS)
    assert described["schema"]["examples"] == ["tryon.job.completed"]
