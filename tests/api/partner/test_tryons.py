import threading

import pytest
from flask import Flask

from tests.api.conftest import Caller, caller, token_of
from tests.engines.quick import QuickEngine
from tests.scene import Scene, work
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.engines.errors import GarmentNotFound
from tryon.generations.models import Generation
from tryon.merchants.keys import make_key
from tryon.shoppers.photos import erase_photo
from tryon.wiring import tools


def test_the_documents_flow_start_poll_and_see(as_shopper: Caller, client, scene: Scene) -> None:
    started = as_shopper("POST", f"/tryon/{scene.product.id}?async=true")
    assert started.status_code == 202
    job_id = started.json["job_id"]
    assert started.json["status"] == "queued"
    assert started.json["status_url"].endswith(f"/tryon/jobs/{job_id}")
    queued = as_shopper("GET", f"/tryon/jobs/{job_id}").json
    assert (queued["status"], queued["progress"], queued["started_at"]) == ("queued", 0, None)
    work(db.session.get_one(Generation, job_id))
    done = as_shopper("GET", f"/tryon/jobs/{job_id}").json
    assert (done["status"], done["progress"], done["product_id"]) == ("completed", 100, scene.product.id)
    assert done["image_urls"] == [done["image_url"]]
    picture = client.get(done["image_url"].removeprefix("http://127.0.0.1:8000"))
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")


def test_a_failed_job_tells_why(as_shopper: Caller, scene: Scene) -> None:
    job_id = as_shopper("POST", f"/tryon/{scene.product.id}?async=true").json["job_id"]
    work(db.session.get_one(Generation, job_id), QuickEngine(errors=[GarmentNotFound()]))
    job = as_shopper("GET", f"/tryon/jobs/{job_id}").json
    assert job["status"] == "failed"
    assert job["error"]["code"] == "garment_not_found"
    assert job["error"]["retryable"] is False
    assert "image_url" not in job


def test_the_product_may_be_named_by_the_merchants_sku(as_shopper: Caller) -> None:
    assert as_shopper("POST", "/tryon/SKU-1?async=true").status_code == 202


def test_without_async_the_answer_waits_for_the_picture(app: Flask, as_shopper: Caller, scene: Scene) -> None:
    def be_the_worker() -> None:
        with app.app_context():
            for _ in range(100):
                generation = db.session.query(Generation).first()
                db.session.commit()
                if generation is not None:
                    work(generation)
                    return
                threading.Event().wait(0.05)

    worker = threading.Thread(target=be_the_worker)
    worker.start()
    answer = as_shopper("POST", f"/tryon/{scene.product.id}")
    worker.join()
    assert answer.status_code == 200
    assert answer.json["status"] == "completed"


def test_a_shopper_without_a_photo_is_asked_for_one(as_shopper: Caller, scene: Scene) -> None:
    erase_photo(scene.photo, storage=tools().storage)
    answer = as_shopper("POST", f"/tryon/{scene.product.id}?async=true")
    assert (answer.status_code, answer.json["code"]) == (409, "model_required")


def test_without_credits_it_is_402(as_shopper: Caller, scene: Scene) -> None:
    with transaction():
        scene.owner.merchant.credit_balance = 0
    answer = as_shopper("POST", f"/tryon/{scene.product.id}?async=true")
    assert (answer.status_code, answer.json["code"]) == (402, "insufficient_credits")


def test_a_test_key_makes_test_jobs_that_cost_nothing(client, scene: Scene, settings: Settings) -> None:
    with transaction():
        key = make_key(scene.owner.merchant, "secret", "test")
    token = caller(client, key)("POST", "/partner/v1/sessions", json={"external_user_ref": "customer-1"}).json[
        "access_token"
    ]
    job_id = caller(client, token)("POST", f"/tryon/{scene.product.id}?async=true").json["job_id"]
    assert db.session.get_one(Generation, job_id).mode == "test"
    db.session.refresh(scene.owner.merchant)
    assert scene.owner.merchant.credit_balance == 100


@pytest.mark.parametrize("body", [{"options": {"fit": "baggy"}}, {"options": {"tuck": "yes"}}, {"model_id": 5}, []])
def test_wrong_options_are_refused(as_shopper: Caller, scene: Scene, body: object) -> None:
    assert as_shopper("POST", f"/tryon/{scene.product.id}?async=true", json=body).status_code == 400


def test_options_reach_the_engine(as_shopper: Caller, scene: Scene) -> None:
    body = {"options": {"fit": "oversized", "tuck": False}}
    job_id = as_shopper("POST", f"/tryon/{scene.product.id}?async=true", json=body).json["job_id"]
    engine = QuickEngine()
    work(db.session.get_one(Generation, job_id), engine)
    assert (engine.requests[0].options.fit, engine.requests[0].options.tuck) == ("oversized", False)


def test_the_outsider_sees_neither_product_nor_job(
    as_shopper: Caller, as_outside_shopper: Caller, scene: Scene, outsider_scene: Scene
) -> None:
    job_id = as_shopper("POST", f"/tryon/{scene.product.id}?async=true").json["job_id"]
    assert as_outside_shopper("GET", f"/tryon/jobs/{job_id}").status_code == 404
    assert as_outside_shopper("POST", f"/tryon/{scene.product.id}?async=true").status_code == 404
    assert (
        as_shopper(
            "POST", f"/tryon/{scene.product.id}?async=true", json={"model_id": outsider_scene.photo.id}
        ).status_code
        == 404
    )


def test_another_shopper_of_the_same_shop_does_not_see_the_job(
    as_shopper: Caller, as_merchant: Caller, client, scene: Scene
) -> None:
    job_id = as_shopper("POST", f"/tryon/{scene.product.id}?async=true").json["job_id"]
    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "nosy"}).json["access_token"]
    assert caller(client, token)("GET", f"/tryon/jobs/{job_id}").status_code == 404


def test_an_expired_token_is_a_401_that_says_so(client, scene: Scene, settings: Settings) -> None:
    from tryon.shoppers.tokens import issue_token

    old = issue_token(scene.shopper, mode="live", secret_key=settings.secret_key, ttl_seconds=-5).text
    answer = caller(client, old)("GET", "/user-model/current")
    assert (answer.status_code, answer.json["reason"]) == (401, "expired")
    assert token_of(scene.shopper, settings) != old
