import json

from standardwebhooks.webhooks import Webhook

from tests.api.conftest import Caller
from tests.scene import Scene, work
from tests.shop import Shop
from tryon import jobs
from tryon.db import db
from tryon.webhooks.models import Delivery


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
