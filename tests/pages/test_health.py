import shutil
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tryon.db import db
from tryon.engines.local import networks
from tryon.jobqueue import JobQueue
from tryon.pages import health
from tryon.storage.local import LocalStorage
from tryon.wiring import tools


@pytest.fixture
def all_well(app: Flask, networks_folder: Path) -> None:
    shutil.copytree(networks_folder, tools().settings.networks_dir, dirs_exist_ok=True)


def checks(client: FlaskClient) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json["checks"]


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_it_is_ready_when_everything_it_needs_is_there(client: FlaskClient, all_well: None) -> None:
    everything = dict.fromkeys(("database", "queue", "storage", "networks"), "ok")
    assert checks(client) == (200, everything)


def test_without_the_queue_it_is_not_ready(client: FlaskClient, all_well: None) -> None:
    tools().queue = JobQueue("redis://127.0.0.1:9/0")
    status, found = checks(client)
    assert status == 503
    assert found["queue"] == "failed"
    assert found["database"] == "ok"


def test_without_a_place_for_files_it_is_not_ready(client: FlaskClient, all_well: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    tools().storage = LocalStorage(tmp_path / "file")
    assert checks(client)[1]["storage"] == "failed"


def test_without_its_tables_it_is_not_ready(client: FlaskClient, all_well: None) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE merchants RENAME TO elsewhere"))
    assert checks(client)[1]["database"] == "failed"


def test_without_the_engines_networks_it_is_not_ready(client: FlaskClient, all_well: None) -> None:
    networks.path_of("pose_landmark", tools().settings.networks_dir).unlink()
    assert checks(client)[1]["networks"] == "failed"


def test_a_check_that_hangs_is_given_up_and_not_started_twice(
    client: FlaskClient, all_well: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, started = threading.Event(), []

    class Stuck(LocalStorage):
        def check(self) -> None:
            started.append(1)
            release.wait(10)

    monkeypatch.setattr(health, "CHECK_SECONDS", 0.2)
    tools().storage = Stuck(Path())
    for _ in range(3):
        status, found = checks(client)
        assert (status, found["storage"]) == (503, "timeout")
    release.set()
    assert len(started) == 1
