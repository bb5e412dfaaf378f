"""Credits and usage are exact while two hundred ask at once and workers are killed at their work."""

import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from tests.engines.quick import QuickEngine
from tests.scene import Scene, set_scene
from tests.system import environment
from tryon.clock import now
from tryon.config import PROJECT_ROOT, Settings
from tryon.db import db
from tryon.generations.models import Generation
from tryon.generations.sweep import sweep
from tryon.merchants.models import Merchant
from tryon.onboarding import create_merchant
from tryon.shoppers.uploads import keep_upload
from tryon.usage.counting import total
from tryon.usage.models import CreditEntry
from tryon.usage.plans import period_of
from tryon.wiring import tools

ASKING, BALANCE, KILLS = 200, 100, 4
FINISH_SECONDS = 90

WORKER = """
from datetime import timedelta
from tests.engines.quick import QuickEngine
from tryon.factory import create_app
from tryon.generations import run
from tryon.worker import run_worker
run.LEASE, run.HEARTBEAT_SECONDS = timedelta(seconds=2), 0.5
app = create_app()
app.extensions["tryon"].use_engine(QuickEngine(seconds=0.05))
run_worker(app, ["generations"], burst=False, jobs_max=1000, memory_max_megabytes=10_000)
"""


@dataclass
class Workers:
    """Real worker processes that can be killed in the midst of it."""

    settings: Settings
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        given = {
            "TRYON_DATA_DIR": str(self.settings.data_dir),
            "DATABASE_URL": self.settings.database_url,
            "REDIS_URL": self.settings.redis_url,
        }
        command = [sys.executable, "-c", WORKER]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes.append(subprocess.Popen(command, env=environment(**given), cwd=PROJECT_ROOT, **quiet))  # type: ignore[call-overload]

    def kill_one(self) -> None:
        process = self.processes.pop(0)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def working(settings: Settings) -> Iterator[Workers]:
    workers = Workers(settings)
    workers.start()
    workers.start()
    try:
        yield workers
    finally:
        while workers.processes:
            workers.kill_one()


def ask(app: Flask, key: str, image_id: str) -> str:
    body = {"products": [{"externalId": "SKU-1"}], "person": {"image": {"source": {"id": image_id}}}}
    answer = app.test_client().post("/tryon/v1/try-on", json=body, headers={"x-api-key": key})
    return "accepted" if answer.status_code == 200 else f"{answer.status_code} {answer.json['code']}"


def small_photo(scene: Scene) -> str:
    """The id of an upload that costs a worker next to nothing."""
    buffer = io.BytesIO()
    Image.effect_noise((160, 200), 90).convert("RGB").save(buffer, "JPEG")
    kit = tools()
    return keep_upload(
        scene.owner.merchant, buffer.getvalue(), external_ref=None, keep_days=None, crop=False, engine=kit.engine,
        storage=kit.storage, settings=kit.settings, queue=kit.queue,
    ).id  # fmt: skip


def counts(merchant_id: str) -> Counter[str]:
    query = select(Generation.status, func.count()).where(Generation.merchant_id == merchant_id)
    found = Counter(dict(db.session.execute(query.group_by(Generation.status))))
    db.session.commit()
    return found


def finish(merchant_id: str, workers: Workers) -> None:
    """Sweep as the deliveries' worker does, and kill a worker now and then, until every try-on has ended."""
    kit, kills, end = tools(), 0, time.monotonic() + FINISH_SECONDS
    while True:
        states = counts(merchant_id)
        if not states["queued"] + states["processing"]:
            assert kills == KILLS, f"too quick to kill: {kills}"
            return
        assert time.monotonic() < end, states
        if kills < KILLS and states["processing"] and states["completed"] > kills * 15:
            workers.kill_one()
            workers.start()
            kills += 1
        sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)
        time.sleep(0.2)


@pytest.mark.both_databases
def test_two_hundred_on_a_balance_of_a_hundred_leave_nothing_and_nobody_cheated(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "rate_limits", False)
    tools().use_engine(QuickEngine())
    scene = set_scene(create_merchant("Busy Shop", credits=BALANCE))
    outsider = set_scene(create_merchant("Other Shop", credits=BALANCE))
    key, image_id, merchant_id = scene.owner.secret_key, small_photo(scene), scene.merchant_id
    db.session.commit()
    with working(settings) as workers:
        with ThreadPoolExecutor(20) as pool:
            answers = Counter(pool.map(lambda _: ask(app, key, image_id), range(ASKING)))
        assert answers == {"accepted": BALANCE, "402 INSUFFICIENT_CREDITS": ASKING - BALANCE}
        finish(merchant_id, workers)
    db.session.expire_all()
    merchant = db.session.get_one(Merchant, merchant_id)
    assert counts(merchant_id) == {"completed": BALANCE}
    assert merchant.credit_balance == 0
    entries = db.session.scalars(select(CreditEntry.kind).where(CreditEntry.merchant_id == merchant_id))
    ledger = Counter(entries)
    assert ledger == {"granted": 1, "reserved": BALANCE, "spent": BALANCE}
    assert total(merchant_id, "try_on", period_of(merchant, now())) == BALANCE
    assert db.session.get_one(Merchant, outsider.merchant_id).credit_balance == BALANCE
