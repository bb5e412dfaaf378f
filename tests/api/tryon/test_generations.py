"""Polling one generation, listing all, calling one off."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.api.conftest import Caller
from tests.api.seeds.conftest import TryOn
from tests.engines.quick import QuickEngine, broken
from tests.scene import Scene, work
from tryon.db import db, transaction
from tryon.engines.errors import EngineTimeout, GarmentNotFound, LowQuality, PoseNotSupported, SeveralPeople
from tryon.generations.cancelling import cancel
from tryon.generations.models import Generation
from tryon.wiring import tools


def test_a_generation_tells_what_the_document_has(key: TryOn, scene: Scene) -> None:
    generation = scene.request()
    waiting = key("GET", f"/generations/{generation.id}").json
    assert (waiting["generationId"], waiting["status"]) == (generation.id, "PENDING")
    assert waiting["productExternalId"] == "SKU-1"
    assert {"resultImageUrl", "errorCode", "errorMessage"}.isdisjoint(waiting)
    with transaction():
        generation.status = "processing"
    assert key("GET", f"/generations/{generation.id}").json["status"] == "PROCESSING"
    with transaction():
        generation.status = "queued"
    work(generation)
    done = key("GET", f"/generations/{generation.id}").json
    assert done["status"] == "COMPLETED"
    assert "/media/results/" in done["resultImageUrl"]
    assert done["createdAt"].endswith("Z")
    assert done["updatedAt"] > done["createdAt"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SeveralPeople(), "SEVERAL_PEOPLE"),
        (PoseNotSupported(), "POSE_NOT_SUPPORTED"),
        (GarmentNotFound(), "GARMENT_NOT_FOUND"),
        (LowQuality(), "ENGINE_LOW_QUALITY"),
        (EngineTimeout(), "ENGINE_TIMEOUT"),
        (broken("content_blocked"), "CONTENT_BLOCKED"),
        (broken("engine_unavailable"), "ENGINE_UNAVAILABLE"),
        (broken("product_image_fetch_failed"), "PRODUCT_IMAGE_FETCH_FAILED"),
        (ZeroDivisionError("secret detail"), "INTERNAL"),
    ],
)
def test_a_failure_has_a_code_and_a_sentence(key: TryOn, scene: Scene, error: Exception, code: str) -> None:
    generation = scene.request()
    work(generation, QuickEngine(errors=[error]))
    failed = key("GET", f"/generations/{generation.id}").json
    assert (failed["status"], failed["errorCode"]) == ("FAILED", code)
    assert failed["errorMessage"]
    assert "secret detail" not in failed["errorMessage"]


def test_a_picture_that_was_deleted_leaves_a_completed_generation_without_address(key: TryOn, scene: Scene) -> None:
    generation = scene.request()
    work(generation)
    with transaction():
        generation.result_key = None
    done = key("GET", f"/generations/{generation.id}").json
    assert done["status"] == "COMPLETED"
    assert "resultImageUrl" not in done


@pytest.mark.parametrize("prefix", ["", "/tryon/v1"])
def test_the_list_goes_page_by_page_newest_first_over_all_surfaces(key: TryOn, scene: Scene, prefix: str) -> None:
    ids = [scene.request().id for _ in range(3)]
    ids.append(scene.request(scene.open_session()).id)
    first = key("GET", f"{prefix}/generations?limit=3").json
    assert [item["generationId"] for item in first["items"]] == ids[:0:-1]
    assert (first["count"], first["hasMore"]) == (3, True)
    last = key("GET", f"{prefix}/generations?limit=3&cursor={first['nextCursor']}").json
    assert [item["generationId"] for item in last["items"]] == ids[:1]
    assert (last["count"], last["hasMore"], last["nextCursor"]) == (1, False, None)


def test_the_list_can_be_narrowed_to_a_status(key: TryOn, scene: Scene) -> None:
    waiting, done, failed, cancelled = [scene.request() for _ in range(4)]
    work(done)
    work(failed, QuickEngine(errors=[GarmentNotFound()]))
    cancel(cancelled, queue=tools().queue)
    expected = {"PENDING": [waiting], "PROCESSING": [], "COMPLETED": [done], "FAILED": [cancelled, failed]}
    for status, generations in expected.items():
        listed = key("GET", f"/generations?status={status}").json
        assert [item["generationId"] for item in listed["items"]] == [each.id for each in generations], status
        assert {item["status"] for item in listed["items"]} <= {status}
    first = key("GET", "/generations?status=FAILED&limit=1").json
    assert [item["generationId"] for item in first["items"]] == [cancelled.id]
    second = key("GET", f"/generations?status=FAILED&limit=1&cursor={first['nextCursor']}").json
    assert [item["generationId"] for item in second["items"]] == [failed.id]
    assert second["nextCursor"] is None


@pytest.mark.parametrize("query", ["status=DONE", "limit=0", "limit=201", "limit=x", "cursor=%C3%A9"])
def test_a_query_that_is_not_valid_names_its_field(key: TryOn, query: str) -> None:
    answer = key("GET", f"/generations?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")
    assert answer.json["details"][0]["path"] == query.partition("=")[0]


def test_a_generation_can_be_called_off_and_its_credit_comes_back(key: TryOn, scene: Scene) -> None:
    generation = scene.request()
    assert key("GET", "/account/credits").json["creditBalance"] == 99
    for _ in range(2):
        answer = key("POST", f"/generations/{generation.id}/cancel")
        assert (answer.status_code, answer.json["status"]) == (200, "FAILED")
        assert answer.json["errorCode"] == "CANCELLED"
    assert key("GET", "/account/credits").json["creditBalance"] == 100


def test_a_finished_generation_is_not_called_off(key: TryOn, scene: Scene) -> None:
    generation = scene.request()
    work(generation)
    assert key("POST", f"/generations/{generation.id}/cancel").json["status"] == "COMPLETED"


def test_the_outsiders_generations_are_not_there(as_outsider: Caller, scene: Scene) -> None:
    generation = scene.request()
    for method, path in (("GET", ""), ("POST", "/cancel")):
        answer = as_outsider(method, f"/generations/{generation.id}{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "GENERATION_NOT_FOUND")
    assert as_outsider("GET", "/generations").json["items"] == []
    assert db.session.get_one(Generation, generation.id, populate_existing=True).status == "queued"


def test_a_poll_is_one_query_beside_the_key(app: Flask, key: TryOn, scene: Scene) -> None:
    generation = scene.request()
    key("GET", f"/generations/{generation.id}")
    said: list[str] = []

    def listen(connection: Any, record: Any, proxy: Any) -> None:
        connection.set_trace_callback(said.append)

    engines = db.engine, app.extensions["tryon_readers"]
    for engine in engines:
        event.listen(engine, "checkout", listen)
    try:
        key("GET", f"/generations/{generation.id}")
    finally:
        for engine in engines:
            event.remove(engine, "checkout", listen)
    assert [("FROM api_keys" in each, "FROM generations" in each) for each in said] == [(True, False), (False, True)]
