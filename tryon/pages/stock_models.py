"""A try-on with one of our own people, for a shopper who has no photo at hand."""

from flask import Blueprint, Response, redirect, request
from flask_babel import lazy_gettext as _

from tryon.db import db
from tryon.engines.errors import EngineError
from tryon.errors import Conflict, InsufficientCredits, InvalidRequest
from tryon.pages.addresses import launch_path
from tryon.pages.launch import begin_try_on, for_session, turn_down
from tryon.pages.launch_state import state_of
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Shopper
from tryon.shoppers.stock import StockModel, keep_stock_photo, stock_models
from tryon.wiring import tools

blueprint = Blueprint("stock_models", __name__)

LOOKS = {
    "1": _("A man with a shaved head and a beard"),
    "2": _("A woman with brown hair"),
    "3": _("A man with short hair and a beard"),
    "4": _("A woman with long fair hair"),
}
"""By the model's name: what a screen reader says instead of the picture."""


@blueprint.post("/s/<session_id>/model")
@for_session
def choose_model(session: TryOnSession) -> Response:
    if state_of(session).takes_photos:  # else pressed twice, or in two windows
        try:
            _try_on(session, request.form.get("model", ""))
        except (InvalidRequest, InsufficientCredits, Conflict, EngineError) as error:
            return turn_down(session, error)
    return redirect(launch_path(session.id), 303)  # type: ignore[return-value]


@blueprint.app_template_global("stock_models_for")
def models_for(session: TryOnSession) -> list[tuple[StockModel, object]]:
    """Each with the words for its picture."""
    return [(model, LOOKS[model.name]) for model in stock_models(session.present_category)]


def _try_on(session: TryOnSession, name: str) -> None:
    kit = tools()
    photo = keep_stock_photo(
        db.session.get_one(Shopper, session.shopper_id),
        name,
        session.present_category,
        mode=session.mode,
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
    )
    begin_try_on(session, photo)
