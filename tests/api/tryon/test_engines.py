"""The try-on surface: an engine for one call, and who really made the picture."""

from typing import Any

from tests.api.conftest import Caller
from tests.choosing.conftest import ScriptedProvider, failing, keyed, provider
from tests.scene import Scene, run
from tryon.db import db
from tryon.generations.models import Generation

__all__ = ["keyed", "provider"]


def body(scene: Scene, **options: object) -> dict[str, Any]:
    person = {"image": {"source": {"id": scene.photo.id}}}
    return {"products": [{"externalId": "SKU-1"}], "person": person, "options": options}


def test_a_generation_names_who_made_it_and_who_should_have(
    as_merchant: Caller, as_outsider: Caller, keyed: Scene, provider: ScriptedProvider
) -> None:
    provider.errors.append(failing("model_gone"))
    shown = []
    for options in ({}, {"engine": "auto"}, {"engine": "local"}):
        generation_id = as_merchant("POST", "/try-on", json=body(keyed, **options)).json["generationId"]
        pending = as_merchant("GET", f"/generations/{generation_id}").json
        assert {"engine", "fallbackFrom"}.isdisjoint(pending)
        run(db.session.get_one(Generation, generation_id))
        found = as_merchant("GET", f"/generations/{generation_id}").json
        assert as_outsider("GET", f"/generations/{generation_id}").status_code == 404
        shown.append((found["engine"], found["fallbackFrom"], found["fallbackReason"]))
    assert shown == [("quick", "gemini", "model_gone"), ("quick", "gemini", "model_gone"), ("quick", None, None)]
    listed = as_merchant("GET", "/generations").json["items"]
    assert [item["fallbackFrom"] for item in listed] == [None, "gemini", "gemini"]


def test_an_engine_that_is_not_there_is_refused_before_anything_is_kept(as_merchant: Caller, scene: Scene) -> None:
    answer = as_merchant("POST", "/try-on", json=body(scene, engine="gemini"))
    assert (answer.status_code, answer.json["code"]) == (400, "ENGINE_NOT_AVAILABLE")
    assert [detail["path"] for detail in answer.json["details"]] == ["options.engine"]
    assert as_merchant("GET", "/generations").json["count"] == 0
