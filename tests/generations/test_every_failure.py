"""Each row of the table of provider failures, from the engine to everybody who hears of it: the job, the credit, the
webhook, the shopper's page, the ledger of calls."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from tests.choosing.conftest import ScriptedProvider, failing, local, provider, settle
from tests.engines.quick import QuickEngine
from tests.scene import Scene, run
from tryon.db import db
from tryon.engines.errors import EngineUnavailable
from tryon.engines.hosted.failures import FAILURES
from tryon.generations.finish import ATTEMPTS_MAX
from tryon.merchants.models import Merchant
from tryon.pages.endings import ENDINGS, explain_ending
from tryon.providers.models import EngineCall
from tryon.usage.models import CreditEntry
from tryon.wiring import tools

__all__ = ["local", "provider"]

COST = 39_000
"""Microdollars."""


@pytest.fixture
def paying(scene: Scene) -> Scene:
    """A merchant whose pictures the operator's Google key makes, for credits, and nobody falls in."""
    tools().settings.gemini_api_key = "AIzaSy-a-key-of-the-operator-0123456789"
    scene.photo.agreed_provider = "Google"
    db.session.commit()
    settle(scene, engine="gemini", engine_fallback=[])
    return scene


def balance(scene: Scene) -> int:
    return db.session.get_one(Merchant, scene.merchant_id, populate_existing=True).credit_balance


@pytest.mark.parametrize("name", FAILURES)
def test_every_row_ends_the_job_with_its_code_gives_the_credit_back_and_is_told(
    name: str, paying: Scene, outsider_scene: Scene, provider: ScriptedProvider, local: QuickEngine
) -> None:
    row, before = FAILURES[name], balance(paying)
    provider.errors += [failing(name) for _ in range(ATTEMPTS_MAX)]
    generation = paying.request()
    assert balance(paying) == before - 1
    runs = [run(generation)]
    while runs[-1] == "requeued":
        runs.append(run(generation))
    is_passing = issubclass(row.error, EngineUnavailable)
    assert runs == (["requeued"] * (ATTEMPTS_MAX - 1) if is_passing else []) + ["failed"]
    assert (generation.status, generation.error_code) == ("failed", row.error.code)
    assert local.requests == []

    ledger = select(CreditEntry.kind).where(CreditEntry.generation_id == generation.id).order_by(CreditEntry.id)
    assert (list(db.session.scalars(ledger)), balance(paying)) == (["reserved", "returned"], before)

    [event] = paying.events("tryon.job.failed")
    said = {"code": row.error.code, "message": row.error.default_message, "retryable": not row.error.permanent}
    assert event.data["error"] == said
    assert outsider_scene.events("tryon.job.failed") == []

    assert row.error.code in ENDINGS
    with force_locale("en"):
        page = explain_ending(generation.error_code, generation.error_message, is_permanent=row.error.permanent)
    assert page.title
    assert page.message
    assert row.merchant not in page.message

    called = list(db.session.scalars(select(EngineCall).where(EngineCall.generation_id == generation.id)))
    assert {call.outcome for call in called} == {name}
    assert len(called) == len(provider.requests) <= ATTEMPTS_MAX


@pytest.mark.parametrize("name", [name for name, row in FAILURES.items() if row.charged])
def test_what_a_failure_costs_all_the_same_is_written_down(
    name: str, paying: Scene, provider: ScriptedProvider
) -> None:
    error = failing(name)
    error.cost_microdollars = COST  # type: ignore[attr-defined]
    provider.errors.append(error)
    generation = paying.request()
    run(generation)
    [call] = db.session.scalars(select(EngineCall).where(EngineCall.generation_id == generation.id))
    assert (call.outcome, call.cost_microdollars) == (name, COST)
