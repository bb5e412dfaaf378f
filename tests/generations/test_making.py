"""From one engine to the next: who is asked, who pays, and what is told of it."""

import pytest
from sqlalchemy import select

from tests.choosing.conftest import (
    PRICE,
    ScriptedProvider,
    failing,
    give_key,
    keyed,
    local,
    made,
    pause_is_over,
    provider,
    settle,
    take_key,
)
from tests.engines.quick import QuickEngine
from tests.scene import Scene, run
from tryon.db import db
from tryon.engines.errors import EngineUnavailable, LowQuality, NoPersonFound, PoseNotSupported
from tryon.errors import Conflict, InsufficientCredits
from tryon.generations.models import Generation
from tryon.generations.request import check_credit
from tryon.merchants.models import Merchant
from tryon.providers.breaker import state_of
from tryon.providers.models import EngineCall
from tryon.shoppers.photos import erase_photo
from tryon.usage.models import CreditEntry
from tryon.wiring import tools

__all__ = ["keyed", "local", "provider"]


pytestmark = pytest.mark.usefixtures("provider", "local")


def ledger(generation: Generation) -> list[str]:
    query = select(CreditEntry.kind).where(CreditEntry.generation_id == generation.id).order_by(CreditEntry.id)
    return list(db.session.scalars(query))


def calls(scene: Scene) -> list[EngineCall]:
    mine = select(EngineCall).where(EngineCall.merchant_id == scene.merchant_id).order_by(EngineCall.id)
    return list(db.session.scalars(mine))


def outcome(generation: Generation) -> tuple[str | None, ...]:
    return generation.status, generation.engine, generation.fallback_from, generation.fallback_reason


def balance(scene: Scene) -> int:
    return db.session.get_one(Merchant, scene.merchant_id, populate_existing=True).credit_balance


def test_on_the_merchants_key_no_credit_is_spent_and_the_call_is_written_down(keyed: Scene) -> None:
    before = balance(keyed)
    generation = made(keyed)
    assert outcome(generation) == ("completed", "gemini", None, None)
    assert (generation.engine_model, generation.billed_to) == ("nano", "merchant_key")
    assert (ledger(generation), balance(keyed)) == ([], before)
    [call] = calls(keyed)
    assert (call.generation_id, call.outcome, call.model) == (generation.id, "ok", "nano")
    assert (call.key_owner, call.cost_microdollars) == ("merchant", PRICE)
    [event] = keyed.events("tryon.job.completed")
    told = {name: event.data[name] for name in ("engine", "engine_model", "fallback_from", "fallback_reason")}
    assert told == {"engine": "gemini", "engine_model": "nano", "fallback_from": None, "fallback_reason": None}


@pytest.mark.parametrize(
    "reason",
    ["key_invalid", "quota_used_up", "rate_limited", "provider_error", "no_answer", "no_picture", "failed_checks",
     "output_blocked"],
)  # fmt: skip
def test_where_the_provider_can_not_the_local_engine_makes_it_and_still_costs_no_credit(
    keyed: Scene, provider: ScriptedProvider, reason: str
) -> None:
    provider.errors.append(failing(reason))
    generation = made(keyed)
    assert outcome(generation) == ("completed", "local", "gemini", reason)
    assert ledger(generation) == []
    [event] = keyed.events("tryon.job.completed")
    assert (event.data["engine"], event.data["fallback_from"]) == ("local", "gemini")
    assert [call.outcome for call in calls(keyed)] == [reason]


def test_a_crash_of_one_engine_is_not_the_end(keyed: Scene, provider: ScriptedProvider) -> None:
    provider.errors.append(ZeroDivisionError("secret detail"))
    assert outcome(made(keyed)) == ("completed", "local", "gemini", "crashed")
    assert [call.outcome for call in calls(keyed)] == ["cut_short"]


def test_what_safety_rules_say_of_the_photo_ends_the_try_on(
    keyed: Scene, provider: ScriptedProvider, local: QuickEngine
) -> None:
    provider.errors.append(failing("prompt_blocked"))
    generation = made(keyed)
    assert (generation.status, generation.error_code) == ("failed", "content_blocked")
    assert local.requests == []


def test_a_photo_of_nobody_is_nobody_to_every_engine(
    keyed: Scene, provider: ScriptedProvider, local: QuickEngine
) -> None:
    provider.errors.append(NoPersonFound())
    assert made(keyed).error_code == "no_person_found"
    assert local.requests == []


def test_the_last_engines_word_is_what_the_shopper_reads(
    keyed: Scene, provider: ScriptedProvider, local: QuickEngine
) -> None:
    provider.errors.append(failing("provider_error"))
    local.errors.append(PoseNotSupported())
    assert made(keyed).error_code == "pose_not_supported"


def test_where_the_local_engine_comes_first_a_provider_may_fall_in(keyed: Scene, local: QuickEngine) -> None:
    settle(keyed, engine="local", engine_fallback=["gemini"])
    local.errors.append(LowQuality())
    generation = made(keyed)
    assert (generation.billed_to, generation.error_code) == ("credit", "engine_low_quality")
    assert ledger(generation) == ["reserved", "returned"]
    assert calls(keyed) == []


def test_a_provider_leaves_the_next_engine_its_time(keyed: Scene, provider: ScriptedProvider) -> None:
    settings = tools().settings
    made(keyed)
    settle(keyed, engine_fallback=[])
    made(keyed)
    first, alone = (request.deadline for request in provider.requests)
    assert first is not None
    assert alone is not None
    assert alone - first == pytest.approx(settings.engine_fallback_seconds, abs=5)


def test_once_the_key_is_dead_nobody_is_sent_there_and_a_credit_pays(
    keyed: Scene, provider: ScriptedProvider, outsider_scene: Scene
) -> None:
    give_key(outsider_scene)
    provider.errors.append(failing("key_invalid"))
    before = balance(keyed)
    assert ledger(made(keyed)) == []
    for _ in range(2):
        generation = made(keyed)
        assert outcome(generation) == ("completed", "local", "gemini", "key_invalid")
        assert (generation.billed_to, ledger(generation)) == ("credit", ["reserved", "spent"])
    assert (len(provider.requests), balance(keyed)) == (1, before - 2)
    assert state_of(keyed.merchant_id, "gemini").state == "open"
    assert outcome(made(outsider_scene)) == ("completed", "gemini", None, None)
    assert outsider_scene.events("engine.unavailable") == []


def test_after_the_pause_one_job_finds_out_on_the_key_and_the_others_stay_on_credits(
    keyed: Scene, provider: ScriptedProvider
) -> None:
    provider.errors.append(failing("key_invalid"))
    made(keyed)
    pause_is_over(keyed)
    first, second = keyed.request(), keyed.request()
    assert (first.billed_to, second.billed_to) == ("merchant_key", "credit")
    run(second)
    run(first)
    assert (second.engine, first.engine, first.fallback_from) == ("local", "gemini", None)
    assert [event.type for event in keyed.events() if event.type.startswith("engine.")] == [
        "engine.unavailable",
        "engine.recovered",
    ]
    assert made(keyed).engine == "gemini"


def test_a_key_that_is_removed_after_the_job_was_accepted_is_replaced_by_the_local_engine(keyed: Scene) -> None:
    generation = keyed.request()
    take_key(keyed)
    assert run(generation) == "completed"
    assert outcome(generation) == ("completed", "local", "gemini", "no_key")
    assert ledger(generation) == []


def test_where_nobody_may_fall_in_the_job_fails_honestly_and_costs_nothing(
    keyed: Scene, provider: ScriptedProvider
) -> None:
    settle(keyed, engine="gemini", engine_fallback=[])
    provider.errors.append(failing("billing_off"))
    first, second = made(keyed), made(keyed)
    assert [each.error_code for each in (first, second)] == ["engine_misconfigured"] * 2
    assert (ledger(first), ledger(second)) == ([], [])
    assert len(provider.requests) == 1
    removed = keyed.request()
    take_key(keyed)
    run(removed)
    assert removed.error_code == "engine_misconfigured"


def test_a_key_that_is_put_in_after_a_credit_was_reserved_is_not_used_for_that_job(
    scene: Scene, provider: ScriptedProvider
) -> None:
    settle(scene, engine_fallback=[])
    generation = scene.request()
    give_key(scene)
    run(generation)
    assert outcome(generation) == ("completed", "local", None, None)
    assert (provider.requests, ledger(generation)) == ([], ["reserved", "spent"])
    assert made(scene).engine == "gemini"


def test_a_removed_key_is_not_replaced_by_the_operators(keyed: Scene, provider: ScriptedProvider) -> None:
    settle(keyed, engine="gemini", engine_fallback=[])
    generation = keyed.request()
    take_key(keyed)
    tools().settings.gemini_api_key = "AIzaSy-a-key-of-the-operator-0123456789"
    run(generation)
    assert (generation.error_code, provider.requests) == ("engine_misconfigured", [])
    later = made(keyed)
    assert (later.engine, later.billed_to, ledger(later)) == ("gemini", "credit", ["reserved", "spent"])


def test_a_passing_trouble_of_the_last_engine_is_tried_again_later(keyed: Scene, local: QuickEngine) -> None:
    settle(keyed, engine="local")
    local.errors.append(EngineUnavailable())
    generation = keyed.request()
    assert run(generation) == "requeued"
    assert run(generation) == "completed"


def test_over_the_merchants_own_limit_the_local_engine_makes_it(keyed: Scene) -> None:
    settle(keyed, engine_daily_spend_max=PRICE)
    queued = keyed.request()
    assert made(keyed).engine == "gemini"
    run(queued)
    assert outcome(queued) == ("completed", "local", "gemini", "daily_spend_used_up")
    assert ledger(queued) == []
    later = made(keyed)
    assert (later.fallback_reason, ledger(later)) == ("daily_spend_used_up", ["reserved", "spent"])


def test_without_a_credit_the_merchants_own_key_still_pays(keyed: Scene, provider: ScriptedProvider) -> None:
    merchant = db.session.get_one(Merchant, keyed.merchant_id)
    merchant.credit_balance = 0
    db.session.commit()
    settings = tools().settings
    check_credit(merchant, mode="live", settings=settings)
    provider.errors.append(failing("key_invalid"))
    assert made(keyed).status == "completed"
    with pytest.raises(InsufficientCredits):
        check_credit(merchant, mode="live", settings=settings)
    with pytest.raises(InsufficientCredits):
        keyed.request()
    check_credit(merchant, mode="test", settings=settings)


def test_a_photo_that_may_not_leave_is_dressed_here(keyed: Scene, provider: ScriptedProvider) -> None:
    keyed.photo.agreed_provider = ""
    db.session.commit()
    generation = made(keyed)
    assert outcome(generation) == ("completed", "local", "gemini", "consent_required")
    assert (generation.billed_to, provider.requests) == ("credit", [])
    settle(keyed, engine_fallback=[])
    with pytest.raises(Conflict) as refused:
        keyed.request()
    assert refused.value.code == "consent_required"


def test_consent_taken_back_before_the_run_is_honoured(keyed: Scene, provider: ScriptedProvider) -> None:
    settle(keyed, engine_fallback=[])
    generation = keyed.request()
    keyed.photo.agreed_provider = ""
    db.session.commit()
    run(generation)
    assert (generation.status, generation.error_code) == ("failed", "consent_required")
    assert provider.requests == []


def test_a_photo_that_is_gone_is_gone_for_every_engine(keyed: Scene, local: QuickEngine) -> None:
    generation = keyed.request()
    erase_photo(keyed.photo, storage=tools().storage)
    run(generation)
    assert (generation.error_code, local.requests) == ("photo_gone", [])


def test_a_test_never_leaves(keyed: Scene, provider: ScriptedProvider) -> None:
    generation = keyed.request(mode="test")
    run(generation)
    assert (generation.engine, generation.fallback_from, generation.billed_to) == ("local", None, "nobody")
    assert (provider.requests, ledger(generation)) == ([], [])


def test_progress_does_not_fall_when_another_engine_begins(keyed: Scene, provider: ScriptedProvider) -> None:
    seen: list[int] = []
    generation = keyed.request()

    class Watched(QuickEngine):
        def dress(self, request):  # type: ignore[no-untyped-def]
            request.report_progress("person", 5)
            seen.append(db.session.get_one(Generation, generation.id, populate_existing=True).progress)
            db.session.commit()
            return super().dress(request)

    class Halfway(ScriptedProvider):
        def dress(self, request):  # type: ignore[no-untyped-def]
            request.report_progress("checking", 80)
            return super().dress(request)

    tools().engines.use("gemini", Halfway(errors=[failing("failed_checks")]))
    tools().use_engine(Watched())
    run(generation)
    assert seen == [72]
