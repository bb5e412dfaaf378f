"""Credits and usage stay exact while hundreds ask at once and workers are killed at the worst moments."""

import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from tests.accounting.workers import AFTERWARDS, PLACES, QUICK_LIFETIME, Fate, Workers
from tests.engines.quick import QuickEngine
from tests.pictures import card, person
from tests.scene import Scene, add_product, set_scene
from tryon.catalog.importing import ProductFields
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db
from tryon.generations import request
from tryon.generations.models import FINISHED, Generation
from tryon.merchants.models import Merchant
from tryon.onboarding import create_merchant
from tryon.usage.counting import totals
from tryon.usage.credits import grant
from tryon.usage.models import CreditEntry
from tryon.usage.plans import period_of
from tryon.wiring import tools

WEB_THREADS = 20
"""As many as a web server has."""
PATIENCE_SECONDS = 90

FATES = [Fate(place, 2) for place in (*PLACES, *AFTERWARDS)]
LATE_FATES = [Fate("in the transaction of the end, before its commit", 2), Fate("in the engine", 3)]


@pytest.mark.both_databases
def test_two_hundred_at_once_on_a_hundred_credits_with_workers_being_killed(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "QUEUE_ENTRY_LIFETIME", QUICK_LIFETIME)
    tools().use_engine(QuickEngine())
    scene = set_scene(create_merchant("Busy Shop", credits=100))
    outsider = set_scene(create_merchant("Other Shop", credits=7))
    add_product(scene.owner, ProductFields("COAT", "Coat", category="outerwear", images=(card("navy"),)))
    db.session.commit()
    with Workers(settings, 2, FATES) as workers:
        answers = ask(app, scene, ["SKU-1"] * 200)
        assert answers == {(200, "PENDING"): 100, (402, "INSUFFICIENT_CREDITS"): 100}
        assert balance(scene) == 0
        wait_for_every_end()
        assert states() == {"completed": 100}
        assert (balance(scene), ledger(scene)) == (0, {"granted": 100, "reserved": -100, "spent": 0})
        assert_every_end_is_counted_once(scene)

        grant(scene.owner.merchant, 20)
        workers.doom(*LATE_FATES)
        late = ask(app, scene, ["SKU-1", "COAT"] * 15)
        wait_for_every_end()
    # Credits of those that fail come back at once, and somebody who asks a moment later may have them.
    accepted = late[200, "PENDING"]
    assert (accepted >= 20, late[402, "INSUFFICIENT_CREDITS"]) == (True, 30 - accepted)
    ends = states()
    assert ends.keys() == {"completed", "failed"}
    assert sum(ends.values()) == 100 + accepted
    assert balance(scene) == 20 - accepted + ends["failed"]
    assert ledger(scene) == {
        "granted": 120, "reserved": -100 - accepted, "spent": 0, "returned": ends["failed"],
    }  # fmt: skip
    assert_every_end_is_counted_once(scene)
    assert (balance(outsider), ledger(outsider)) == (7, {"granted": 7})
    assert workers.exit_codes == [-9] * (len(FATES) + workers.number + len(LATE_FATES))
    runs = db.session.scalar(select(func.sum(Generation.attempts))) or 0
    assert runs >= 100 + accepted + 5, "most of the killed were killed in the middle of something"


def ask(app: Flask, scene: Scene, products: Iterable[str]) -> Counter[tuple[int, str]]:
    """So many try-ons at once, and how many got which answer."""
    photo_id, key = upload(app, scene), scene.owner.secret_key

    def try_on(product: str) -> tuple[int, str]:
        body = {"products": [{"externalId": product}], "person": {"image": {"source": {"id": photo_id}}}}
        answer = app.test_client().post("/try-on", json=body, headers={"x-api-key": key})
        return answer.status_code, answer.json.get("status" if answer.status_code == 200 else "code")

    with ThreadPoolExecutor(WEB_THREADS) as threads:
        return Counter(threads.map(try_on, products))


def upload(app: Flask, scene: Scene) -> str:
    """A small photo, of which pictures are made quickly; its id."""
    photo = Image.open(BytesIO(person())).resize((240, 300))
    photo.save(file := BytesIO(), "JPEG")
    form = {"file": (BytesIO(file.getvalue()), "me.jpg"), "crop": "false"}
    headers = {"x-api-key": scene.owner.secret_key}
    answer = app.test_client().post("/images/upload", data=form, headers=headers)
    assert answer.status_code == 200, answer.json
    return answer.json["imageId"]


def wait_for_every_end() -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    open_ones = select(func.count()).select_from(Generation).where(Generation.status.not_in(FINISHED))
    while _fresh(open_ones):
        assert time.monotonic() < end, states()
        time.sleep(0.1)


def _fresh(query: Any) -> Any:
    """Not as it was when this session first looked."""
    db.session.rollback()
    return db.session.scalar(query)


def states() -> dict[str, int]:
    db.session.rollback()
    return dict(tuple(row) for row in db.session.execute(select(Generation.status, func.count()).group_by("status")))


def balance(scene: Scene) -> int:
    return _fresh(select(Merchant.credit_balance).where(Merchant.id == scene.merchant_id)) or 0


def ledger(scene: Scene) -> dict[str, int]:
    """Sums by kind; all together are the balance."""
    sums = select(CreditEntry.kind, func.sum(CreditEntry.amount)).where(CreditEntry.merchant_id == scene.merchant_id)
    found = {kind: int(amount) for kind, amount in db.session.execute(sums.group_by(CreditEntry.kind))}
    assert sum(found.values()) == balance(scene)
    return found


def assert_every_end_is_counted_once(scene: Scene) -> None:
    completed, failed = states().get("completed", 0), states().get("failed", 0)
    assert totals(scene.merchant_id, period_of(scene.owner.merchant, now()))["try_on"] == completed
    assert len(scene.events("tryon.job.completed")) == completed
    assert len(scene.events("tryon.job.failed")) == failed
    entries = Counter(db.session.scalars(select(CreditEntry.kind).where(CreditEntry.generation_id.is_not(None))))
    wanted: dict[str, Any] = {"reserved": completed + failed, "spent": completed, "returned": failed}
    assert entries == Counter(wanted)
    kept = set(db.session.scalars(select(Generation.result_key).where(Generation.result_key.is_not(None))))
    assert set(tools().storage.keys("results/")) == kept
