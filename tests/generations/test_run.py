import io
import threading

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from tests.engines.quick import QuickEngine
from tests.scene import Scene, set_scene, work
from tryon.db import db, transaction
from tryon.engines.base import TryOnRequest, TryOnResult
from tryon.engines.errors import EngineUnavailable, GarmentNotFound
from tryon.generations import lease, run
from tryon.generations.models import Generation
from tryon.onboarding import create_merchant
from tryon.shoppers.photos import erase_photo
from tryon.usage.models import CreditEntry
from tryon.wiring import tools


def ledger(generation: Generation) -> list[str]:
    query = select(CreditEntry.kind).where(CreditEntry.generation_id == generation.id).order_by(CreditEntry.id)
    return list(db.session.scalars(query))


def test_a_run_leaves_a_picture_a_spent_credit_and_an_event(scene: Scene) -> None:
    generation = scene.request()
    assert work(generation) == "completed"
    assert (generation.status, generation.progress, generation.engine) == ("completed", 100, "quick")
    picture = Image.open(io.BytesIO(tools().storage.read(generation.result_key)))
    assert picture.size == (scene.photo.width, scene.photo.height)
    assert ledger(generation) == ["reserved", "spent"]
    [event] = scene.events("tryon.job.completed")
    assert event.data["job_id"] == generation.id
    assert event.data["external_id"] == "SKU-1"
    assert "/media/results/" in event.data["image_url"]


def test_the_engine_gets_the_photo_the_product_and_what_the_merchant_called_it(scene: Scene) -> None:
    session = scene.open_session(category="outerwear")
    engine = QuickEngine()
    work(scene.request(session), engine)
    [request] = engine.requests
    assert request.garments[0].category == "outerwear"
    assert request.garments[0].picture == tools().storage.read(scene.product.main_image.file_key)
    assert request.deadline is not None


def test_a_test_picture_is_marked(scene: Scene) -> None:
    live, test = scene.request(), scene.request(mode="test")
    work(live)
    work(test)
    first, second = (Image.open(io.BytesIO(tools().storage.read(g.result_key))) for g in (live, test))
    corner = (first.width * 2 // 3, first.height * 3 // 4, first.width, first.height)
    assert first.crop(corner).tobytes() != second.crop(corner).tobytes()
    assert ledger(test) == []


def test_a_refusal_fails_with_its_words_and_returns_the_credit(scene: Scene) -> None:
    generation = scene.request()
    assert work(generation, QuickEngine(errors=[GarmentNotFound()])) == "failed"
    assert generation.error_code == "garment_not_found"
    assert generation.error_message
    assert generation.error_is_permanent
    assert ledger(generation) == ["reserved", "returned"]
    [event] = scene.events("tryon.job.failed")
    assert event.data["error"] == {
        "code": "garment_not_found",
        "message": generation.error_message,
        "retryable": False,
    }


def test_a_crash_in_the_engine_is_an_honest_failure_that_keeps_its_secrets(scene: Scene) -> None:
    generation = scene.request()
    assert work(generation, QuickEngine(errors=[ZeroDivisionError("secret detail")])) == "failed"
    assert generation.error_code == "internal"
    assert "secret detail" not in generation.error_message
    assert ledger(generation) == ["reserved", "returned"]


def test_a_passing_trouble_is_tried_again_and_ends_well(scene: Scene) -> None:
    generation = scene.request()
    engine = QuickEngine(errors=[EngineUnavailable(), EngineUnavailable()])
    assert work(generation, engine) == "requeued"
    assert generation.status == "queued"
    assert work(generation, engine) == "requeued"
    assert work(generation, engine) == "completed"
    assert ledger(generation) == ["reserved", "spent"]


def test_a_passing_trouble_that_stays_fails_in_the_end(scene: Scene) -> None:
    generation = scene.request()
    engine = QuickEngine(errors=[EngineUnavailable()] * 3)
    assert [work(generation, engine) for _ in range(3)] == ["requeued", "requeued", "failed"]
    assert generation.error_code == "engine_unavailable"
    assert ledger(generation) == ["reserved", "returned"]


def test_a_photo_deleted_meanwhile_fails_kindly(scene: Scene) -> None:
    generation = scene.request()
    erase_photo(scene.photo, storage=tools().storage)
    assert work(generation) == "failed"
    assert generation.error_code == "photo_gone"


def test_a_second_nudge_of_the_same_row_does_nothing(scene: Scene) -> None:
    generation = scene.request()
    assert work(generation) == "completed"
    first_key = generation.result_key
    assert work(generation) == "skipped"
    assert generation.result_key == first_key
    assert len(scene.events("tryon.job.completed")) == 1


@pytest.mark.both_databases
def test_two_workers_with_the_same_nudge_make_one_picture(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop", credits=5))
    generation = scene.request()
    engine, outcomes = QuickEngine(seconds=0.2), []
    kit = tools()
    kit.use_engine(engine)

    def one_worker() -> None:
        with app.app_context():
            outcomes.append(
                run.run_generation(
                    generation.id,
                    engines=kit.engines,
                    outbound=kit.outbound,
                    storage=kit.storage,
                    links=kit.links,
                    queue=kit.queue,
                    settings=kit.settings,
                )
            )

    workers = [threading.Thread(target=one_worker) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["completed", "skipped"]
    assert len(engine.requests) == 1


class LosingEngine(QuickEngine):
    """While it works, its row is given away, as if this worker had been silent for too long."""

    def dress(self, request: TryOnRequest) -> TryOnResult:
        with transaction():
            db.session.execute(update(Generation).values(claim="somebody else"))
        return super().dress(request)


def test_a_run_that_lost_its_claim_changes_nothing_and_leaves_no_file(scene: Scene) -> None:
    generation = scene.request()
    assert work(generation, LosingEngine()) == "skipped"
    assert generation.status == "processing"
    assert ledger(generation) == ["reserved"]
    assert list(tools().storage.keys("results/")) == []
    assert scene.events("tryon.job.completed") == []


def test_progress_is_written_while_the_engine_works(scene: Scene) -> None:
    generation = scene.request()
    seen: list[tuple[str, int]] = []

    class Watched(QuickEngine):
        def dress(self, request: TryOnRequest) -> TryOnResult:
            for stage, percent in (("person", 20), ("fitting", 60)):
                request.report_progress(stage, percent)
                row = db.session.get_one(Generation, generation.id, populate_existing=True)
                seen.append((row.stage, row.progress))
                db.session.commit()
            return super().dress(request)

    work(generation, Watched())
    assert seen == [("person", 18), ("fitting", 54)]


def test_the_lease_is_renewed_while_a_slow_engine_works(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "HEARTBEAT_SECONDS", 0.05)
    generation = scene.request()
    leases = []

    class Slow(QuickEngine):
        def dress(self, request: TryOnRequest) -> TryOnResult:
            for _ in range(2):
                row = db.session.get_one(Generation, generation.id, populate_existing=True)
                leases.append(row.lease_expires_at)
                db.session.commit()
                threading.Event().wait(0.3)
            return super().dress(request)

    work(generation, Slow())
    assert leases[1] > leases[0]
