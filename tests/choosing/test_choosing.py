"""Which engine, and who pays."""

from collections.abc import Callable

import pytest

from tests.choosing.conftest import give_key, settle, take_key
from tests.scene import Scene
from tryon.config import Settings
from tryon.db import db
from tryon.engines.registry import EngineKind
from tryon.merchants.models import Merchant
from tryon.providers.choosing import EnginePlan, choose, provider_for
from tryon.wiring import tools


def plan_of(scene: Scene, settings: Settings | None = None, **more: object) -> EnginePlan:
    parts: dict[str, object] = {"mode": "live", "settings": settings or tools().settings} | more
    return choose(scene.merchant_id, **parts)  # type: ignore[arg-type]


def names(plan: EnginePlan) -> list[str]:
    return [choice.engine for choice in plan.open]


def operated(**given: object) -> Settings:
    return tools().settings.model_copy(update=given)


def test_without_any_key_everything_is_local_and_a_credit_pays(scene: Scene) -> None:
    plan = plan_of(scene)
    assert (names(plan), plan.billed_to) == (["local"], "credit")


def test_with_the_merchants_key_gemini_comes_first_and_the_key_pays(keyed: Scene, outsider_scene: Scene) -> None:
    plan = plan_of(keyed)
    assert (names(plan), plan.billed_to) == (["gemini", "local"], "merchant_key")
    assert plan.open[0].owner == "merchant"
    assert names(plan_of(outsider_scene)) == ["local"]


def test_a_test_is_always_local_and_nobody_pays(keyed: Scene) -> None:
    plan = plan_of(keyed, mode="test", wanted="gemini")
    assert (names(plan), plan.billed_to) == (["local"], "nobody")


def test_the_operators_key_is_for_everybody_and_a_credit_pays(scene: Scene) -> None:
    plan = plan_of(scene, operated(gemini_api_key="AIzaSy-the-operators"))
    assert (names(plan), plan.billed_to, plan.open[0].owner) == (["gemini", "local"], "credit", "operator")


def test_an_operator_who_says_local_pays_no_provider_but_merchants_may(scene: Scene) -> None:
    settings = operated(gemini_api_key="AIzaSy-the-operators", engine="local")
    assert names(plan_of(scene, settings)) == ["local"]
    assert names(plan_of(scene, settings, wanted="gemini")) == ["local"]
    give_key(scene)
    assert names(plan_of(scene, settings)) == ["gemini", "local"]


def test_a_key_that_google_refused_leaves_the_picture_to_the_operators_and_a_credit(scene: Scene) -> None:
    give_key(scene, state="billing_off")
    assert (names(plan_of(scene)), plan_of(scene).billed_to) == (["local"], "credit")
    plan = plan_of(scene, operated(gemini_api_key="AIzaSy-the-operators"))
    assert [(choice.engine, choice.owner) for choice in plan.open] == [("gemini", "operator"), ("local", None)]
    assert plan.order[0].closed == "billing_off"


def test_what_the_merchants_key_pays_never_falls_back_to_what_the_operator_pays(keyed: Scene) -> None:
    settings = operated(gemini_api_key="AIzaSy-the-operators", fashn_api_key="fa-the-operators")
    settle(keyed, engine_fallback=["fashn", "local"])
    assert names(plan_of(keyed, settings)) == ["gemini", "local"]
    assert names(plan_of(keyed, settings, billed_to="credit")) == ["gemini", "fashn", "local"]
    assert plan_of(keyed, settings, billed_to="credit").open[0].owner == "operator"


def test_the_merchants_order_holds_and_one_request_may_ask_for_another(keyed: Scene) -> None:
    settle(keyed, engine="local", engine_fallback=["gemini"])
    plan = plan_of(keyed)
    assert (names(plan), plan.billed_to) == (["local"], "credit")
    wanted = plan_of(keyed, wanted="gemini")
    assert (names(wanted), wanted.billed_to) == (["gemini"], "merchant_key")


def test_with_an_empty_fallback_nobody_falls_in(keyed: Scene) -> None:
    settle(keyed, engine_fallback=[])
    assert names(plan_of(keyed)) == ["gemini"]


def test_what_an_engine_can_not_dress_goes_to_the_next(scene: Scene) -> None:
    settings = operated(fashn_api_key="fa-the-operators", engine="fashn")
    assert names(plan_of(scene, settings, categories={"tops"})) == ["fashn", "local"]
    plan = plan_of(scene, settings, categories={"eyewear"})
    assert (names(plan), plan.order[0].closed) == (["local"], "unsupported_category")


def test_a_photo_that_may_not_leave_stays(keyed: Scene) -> None:
    nowhere: Callable[[EngineKind], bool] = lambda kind: False  # noqa: E731
    plan = plan_of(keyed, may_send=nowhere)
    assert (names(plan), plan.billed_to, plan.order[0].closed) == (["local"], "credit", "consent_required")
    settle(keyed, engine_fallback=[])
    assert plan_of(keyed, may_send=nowhere).lacks_consent


def test_an_engine_whose_package_is_gone_is_passed_over(scene: Scene) -> None:
    settle(scene, engine="oilpaint")
    assert names(plan_of(scene)) == ["local"]


@pytest.mark.parametrize("given", [{"engine": "auto"}, {"engine": "gemini"}, {"engine": "local", "fallback": "gemini"}])
def test_what_a_shopper_agrees_to_names_who_may_get_their_photo(keyed: Scene, given: dict[str, str]) -> None:
    fallback = {"engine_fallback": [given.pop("fallback")]} if "fallback" in given else {}
    settle(keyed, **given, **fallback)
    merchant = db.session.get_one(Merchant, keyed.merchant_id)
    kind = provider_for(merchant, tools().settings)
    assert kind is not None
    assert kind.recipient == "Google"
    assert provider_for(merchant, tools().settings, mode="test") is None
    take_key(keyed)
    assert provider_for(merchant, tools().settings) is None
