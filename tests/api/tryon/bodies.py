"""Bodies of try-ons, and what is looked at afterwards."""

from typing import Any

from tryon.db import db
from tryon.generations.models import Generation
from tryon.wiring import tools


def of(image_id: str) -> dict[str, Any]:
    return {"image": {"source": {"id": image_id}}}


def described(url: str, external_id: str = "one", title: str = "Oxford shirt") -> dict[str, Any]:
    return {"externalId": external_id, "title": title, "images": [{"source": {"url": url}}]}


def generation_of(answer: Any) -> Generation:
    assert answer.status_code == 200, answer.text
    return db.session.get_one(Generation, answer.json["generationId"])


def files() -> set[str]:
    return {key for kind in ("photos/", "products/", "results/") for key in tools().storage.keys(kind)}
