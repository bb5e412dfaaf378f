"""The whole road over real HTTP: real web server, real queue, real worker, real engine; on both databases."""

import io
import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from standardwebhooks.webhooks import Webhook

from tests.pictures import openvto_folder
from tests.postgres import PostgresServer
from tests.road.customer import HTTP, POLL_SECONDS, Customer, call
from tests.shop import Shop
from tests.system import RunningSystem
from tryon.config import PROJECT_ROOT

FIRST_CREDITS = 100


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def system(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    networks_folder: Path,
    shop: Shop,
) -> Iterator[RunningSystem]:
    """The one that all tests share, and one of its own on the other database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("shared_system")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    folder, settings = tmp_path_factory.mktemp("road") / "var", {"OUTBOUND_ALLOW_HOSTS": shop.host}
    with server.database() as url, RunningSystem(folder, networks_folder, DATABASE_URL=url, **settings) as system:
        yield system


def test_a_photo_and_a_product_become_a_picture_and_the_shop_is_told(system: RunningSystem, shop: Shop) -> None:
    customer = Customer.arrive(system, shop, "road")
    [job] = customer.wait_for(customer.start())
    picture = Image.open(io.BytesIO(HTTP.get(job["image_url"]).content))
    photo = Image.open(io.BytesIO(HTTP.get(current_photo(customer)["image_url"]).content))
    assert picture.size == photo.size
    changed = np.abs(np.asarray(picture, np.int16) - np.asarray(photo, np.int16)).max(axis=2) > 40
    height, width = changed.shape
    assert changed[height // 3 : height // 2, width // 3 : 2 * width // 3].mean() > 0.3, "the shirt is not there"
    assert changed[: height // 12].mean() < 0.01, "something above the head was touched"
    [(headers, body)] = customer.hooks(1)
    Webhook(customer.webhook_secret).verify(body, headers)
    told = json.loads(body)
    assert (told["type"], told["data"]["job_id"]) == ("tryon.job.completed", job["job_id"])
    assert HTTP.get(told["data"]["image_url"]).status_code == 200
    assert customer.credits == FIRST_CREDITS - 1


def test_the_curl_commands_of_the_readme_give_a_picture(system: RunningSystem, tmp_path: Path) -> None:
    [block] = re.findall(r"```sh\n(URL=.*?)```", (PROJECT_ROOT / "README.md").read_text(), re.DOTALL)
    [key] = re.findall(r"dress_sk_live_\w+", system.text)
    given = {"URL": system.url, "KEY": key, "PHOTO": str(openvto_folder() / "people" / "3_posture.jpg")}
    for name, value in given.items():
        block, count = re.subn(rf"^{name}=.*$", f"{name}={shlex.quote(value)}", block, flags=re.MULTILINE)
        assert count == 1, name
    subprocess.run(["bash", "-euc", block], cwd=tmp_path, check=True, timeout=120)
    assert Image.open(tmp_path / "result.jpg").size == (768, 1376)


def test_a_session_link_leads_to_a_page_and_its_code_to_the_same_link(system: RunningSystem, shop: Shop) -> None:
    customer = Customer.arrive(system, shop, "links")
    body = {"product_id": "SKU-001", "category": "tops", "experience": "qr"}
    session = call(system, "POST", "/v1/sessions", customer.secret_key, body)
    page = HTTP.get(session["launch_url"])
    assert page.status_code == 200
    assert "Oxford shirt" in page.text
    code = HTTP.get(session["qr_code_url"])
    assert (code.status_code, code.headers["content-type"]) == (200, "image/png")
    assert call(system, "GET", f"/v1/sessions/{session['id']}", customer.secret_key)["status"] == "launched"


def test_a_worker_killed_during_a_job_costs_nobody_anything(system: RunningSystem, shop: Shop) -> None:
    customer = Customer.arrive(system, shop, "killed")
    jobs = [customer.start() for _ in range(3)]
    kill_worker_at_work(system, customer, jobs)
    finished = customer.wait_for(*jobs)
    assert len({job["image_url"] for job in finished}) == 3
    told = [json.loads(body)["data"]["job_id"] for _, body in customer.hooks(3)]
    assert sorted(told) == sorted(jobs), "each job is told of once"
    assert customer.credits == FIRST_CREDITS - 3


def test_a_stop_and_a_start_with_jobs_waiting_loses_none(system: RunningSystem, shop: Shop) -> None:
    customer = Customer.arrive(system, shop, "restarted")
    jobs = [customer.start() for _ in range(5)]
    assert system.stop() == 0
    system.start()
    finished = customer.wait_for(*jobs)
    assert all(job["image_url"] for job in finished)
    told = [json.loads(body)["data"]["job_id"] for _, body in customer.hooks(5)]
    assert sorted(told) == sorted(jobs)
    assert customer.credits == FIRST_CREDITS - 5


def current_photo(customer: Customer) -> dict[str, Any]:
    return call(customer.system, "GET", "/user-model/current", customer.token)


def kill_worker_at_work(system: RunningSystem, customer: Customer, jobs: list[str]) -> None:
    """kill -9 as soon as one of the jobs is being worked on."""
    worker = system.process_id("--queues generations")
    waiting, end = list(jobs), time.monotonic() + 60
    while waiting and time.monotonic() < end:
        status = customer.job(waiting[0])["status"]
        if status == "processing":
            os.kill(worker, signal.SIGKILL)
            return
        if status == "completed":
            waiting.pop(0)
        time.sleep(POLL_SECONDS)
    raise AssertionError("no job was ever seen being worked on")
