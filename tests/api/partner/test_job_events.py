"""A job as server-sent events."""

import json
import threading

import pytest
from flask import Flask

from tests.api.conftest import Caller
from tests.engines.quick import QuickEngine
from tests.scene import Scene, work
from tryon.db import db
from tryon.generations import watching
from tryon.generations.models import Generation


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.02)


def read(text: str) -> list[dict[str, str]]:
    """The fields of each event."""
    events = [dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
              for part in text.split("\n\n") if part]  # fmt: skip
    return [event for event in events if "data" in event]


def start(as_shopper: Caller, scene: Scene) -> str:
    started = as_shopper("POST", f"/tryon/{scene.product.id}?async=true").json
    assert started["events_url"].endswith(f"/tryon/jobs/{started['job_id']}/events")
    return str(started["job_id"])


def test_a_finished_job_is_told_once_and_a_listener_who_knows_is_sent_away(as_shopper: Caller, scene: Scene) -> None:
    job_id = start(as_shopper, scene)
    work(db.session.get_one(Generation, job_id))
    answer = as_shopper("GET", f"/tryon/jobs/{job_id}/events")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("retry: 2000\n\n")
    [event] = read(answer.text)
    assert json.loads(event["data"]) == as_shopper("GET", f"/tryon/jobs/{job_id}").json
    again = as_shopper("GET", f"/tryon/jobs/{job_id}/events", headers={"Last-Event-ID": event["id"]})
    assert (again.status_code, again.data) == (204, b"")


def test_a_job_is_followed_to_its_end(app: Flask, as_shopper: Caller, scene: Scene) -> None:
    job_id = start(as_shopper, scene)

    def be_the_worker() -> None:
        with app.app_context():
            work(db.session.get_one(Generation, job_id), QuickEngine(seconds=0.3))

    worker = threading.Timer(0.15, be_the_worker)
    worker.start()
    answer = as_shopper("GET", f"/tryon/jobs/{job_id}/events")
    events = read(answer.text)
    worker.join()
    jobs = [json.loads(event["data"]) for event in events]
    assert [jobs[0]["status"], jobs[-1]["status"]] == ["queued", "completed"]
    assert "processing" in [job["status"] for job in jobs]
    assert [job["progress"] for job in jobs] == sorted(job["progress"] for job in jobs)
    assert jobs[-1]["image_urls"]
    assert len({event["id"] for event in events}) == len(events)


def test_a_listener_who_comes_again_hears_only_what_is_new(
    as_shopper: Caller, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = start(as_shopper, scene)
    monkeypatch.setattr(watching, "_places", threading.BoundedSemaphore(1))
    watching._places.acquire()  # all places are taken: each answer is a single look
    [first] = read(as_shopper("GET", f"/tryon/jobs/{job_id}/events").text)
    heard = {"Last-Event-ID": first["id"]}
    assert read(as_shopper("GET", f"/tryon/jobs/{job_id}/events", headers=heard).text) == []
    as_shopper("POST", f"/tryon/jobs/{job_id}/cancel")
    [last] = read(as_shopper("GET", f"/tryon/jobs/{job_id}/events", headers=heard).text)
    assert json.loads(last["data"])["error"]["code"] == "cancelled"


def test_the_outsider_hears_nothing(as_shopper: Caller, as_outside_shopper: Caller, scene: Scene) -> None:
    answer = as_outside_shopper("GET", f"/tryon/jobs/{start(as_shopper, scene)}/events")
    assert (answer.status_code, answer.json["code"]) == (404, "job_not_found")
