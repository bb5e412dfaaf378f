import pytest

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene, work
from tryon.db import db
from tryon.generations.models import Generation
from tryon.merchants.storefront import change_storefront
from tryon.wiring import tools


@pytest.fixture
def job_id(as_shopper: Caller, scene: Scene) -> str:
    return str(as_shopper("POST", f"/tryon/{scene.product.id}?async=true").json["job_id"])


def test_the_history_is_newest_first_page_by_page(as_shopper: Caller, scene: Scene) -> None:
    ids = [as_shopper("POST", "/tryon/SKU-1?async=true").json["job_id"] for _ in range(3)]
    first = as_shopper("GET", "/tryon/history?limit=2").json
    assert [job["job_id"] for job in first["data"]] == [ids[2], ids[1]]
    rest = as_shopper("GET", f"/tryon/history?limit=2&cursor={first['next_cursor']}").json
    assert ([job["job_id"] for job in rest["data"]], rest["has_more"]) == ([ids[0]], False)


def test_what_is_taken_out_is_gone_at_once(as_shopper: Caller, job_id: str) -> None:
    work(db.session.get_one(Generation, job_id))
    assert as_shopper("DELETE", f"/tryon/history/{job_id}").status_code == 204
    assert list(tools().storage.keys("results/")) == []
    assert as_shopper("GET", "/tryon/history").json["data"] == []
    assert as_shopper("GET", f"/tryon/jobs/{job_id}").status_code == 404
    assert as_shopper("DELETE", f"/tryon/history/{job_id}").status_code == 404


def test_a_job_can_be_called_off_and_that_may_be_repeated(as_shopper: Caller, scene: Scene, job_id: str) -> None:
    for _ in range(2):
        answer = as_shopper("POST", f"/tryon/jobs/{job_id}/cancel")
        assert (answer.status_code, answer.json["status"]) == (200, "failed")
        assert answer.json["error"]["code"] == "cancelled"
    db.session.refresh(scene.owner.merchant)
    assert scene.owner.merchant.credit_balance == 100


def test_a_finished_job_stays_finished(as_shopper: Caller, job_id: str) -> None:
    work(db.session.get_one(Generation, job_id))
    assert as_shopper("POST", f"/tryon/jobs/{job_id}/cancel").json["status"] == "completed"


def test_several_products_make_one_picture(as_shopper: Caller, scene: Scene) -> None:
    jacket = scene.add_product("SKU-2", "Denim jacket", card("blue"))
    answer = as_shopper("POST", "/tryon/SKU-1?async=true", json={"product_ids": [jacket.id]})
    job = as_shopper("GET", f"/tryon/jobs/{answer.json['job_id']}").json
    assert (job["product_id"], job["product_ids"]) == (scene.product.id, [scene.product.id, jacket.id])
    twice = as_shopper("POST", "/tryon/SKU-1?async=true", json={"product_ids": ["SKU-1"]})
    assert (twice.status_code, twice.json["code"]) == (400, "unsupported_combination")


def test_a_shopper_without_a_photo_is_told_where_the_studio_is(as_merchant: Caller, client, scene: Scene) -> None:
    from tests.api.conftest import caller

    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "new"}).json["access_token"]
    answer = caller(client, token)("POST", "/tryon/SKU-1")
    assert (answer.status_code, answer.json["code"]) == (409, "model_required")
    assert answer.json["model_studio_url"] == "http://127.0.0.1:8000/embed/model-studio"


def test_the_outsider_sees_and_changes_nothing(as_outside_shopper: Caller, as_shopper: Caller, job_id: str) -> None:
    assert as_outside_shopper("GET", "/tryon/history").json["data"] == []
    for method, path in (("DELETE", f"/tryon/history/{job_id}"), ("POST", f"/tryon/jobs/{job_id}/cancel")):
        assert as_outside_shopper(method, path).json["code"] == "job_not_found"
    assert as_shopper("GET", f"/tryon/jobs/{job_id}").json["status"] == "queued"


@pytest.mark.parametrize("name", ["history", "jobs"])
def test_what_has_an_address_of_its_own_is_no_product(as_shopper: Caller, name: str) -> None:
    assert as_shopper("POST", f"/tryon/{name}?async=true").status_code in (404, 405)


def test_a_shop_may_switch_history_off_for_its_own_shoppers_only(
    as_shopper: Caller, job_id: str, scene: Scene, outsider_scene: Scene
) -> None:
    change_storefront(outsider_scene.owner.merchant, {"history": False})
    assert [job["job_id"] for job in as_shopper("GET", "/tryon/history").json["data"]] == [job_id]
    change_storefront(scene.owner.merchant, {"history": False})
    answer = as_shopper("GET", "/tryon/history").json
    assert (answer["data"], answer["has_more"], answer["next_cursor"]) == ([], False, None)
    assert as_shopper("DELETE", f"/tryon/history/{job_id}").status_code == 204
