"""A merchant's choice of engines: kept, after a look at whether there are such."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from tryon.config import Settings
from tryon.db import db, transaction
from tryon.engines.registry import kinds
from tryon.errors import FieldProblem, InvalidRequest
from tryon.merchants.engine_settings import AUTO, EngineSettings
from tryon.merchants.models import Merchant
from tryon.providers.choosing import available_engines


def change_engine_settings(merchant: Merchant, changes: dict[str, Any], *, settings: Settings) -> EngineSettings:
    """Change what is given; None puts a field back to its default.

    Raises InvalidRequest: engine_not_available, naming those that are, for an engine this merchant can't use now.
    """
    check_engine_changes(merchant, changes, settings=settings)
    with transaction():
        db.session.refresh(merchant, ["engine_settings"], with_for_update=True)  # two changes at once both stay
        wanted = {name: value for name, value in (merchant.engine_settings | changes).items() if value is not None}
        chosen = _read(wanted)
        merchant.engine_settings = {name: wanted[name] for name in EngineSettings.model_fields if name in wanted}
    return chosen


def check_engine_changes(merchant: Merchant, changes: Mapping[str, Any], *, settings: Settings) -> None:
    """Raise InvalidRequest (engine_not_available) before anything is changed."""
    if changes.get("engine"):
        check_available(merchant.id, [changes["engine"]], "engine", settings=settings)
    if changes.get("engine_fallback"):
        check_available(merchant.id, changes["engine_fallback"], "engine_fallback", settings=settings)


def check_available(merchant_id: str, names: Sequence[str], path: str, *, settings: Settings) -> None:
    """Raise InvalidRequest (engine_not_available) for what this merchant can't choose at present."""
    available = available_engines(merchant_id, settings, kinds())
    unknown = [name for name in names if name not in available]
    if path == "engine_fallback" and AUTO in names:
        unknown.append(AUTO)
    if unknown:
        sentence = f"There is no engine {unknown[0]!r} for you. There are: {', '.join(available)}."
        raise InvalidRequest(sentence, code="engine_not_available", details=[FieldProblem(path, sentence)])


def _read(values: dict[str, Any]) -> EngineSettings:
    try:
        return EngineSettings.kept(values)
    except ValidationError as error:
        problems = [FieldProblem(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
        raise InvalidRequest("Some settings are not valid.", details=problems) from error
