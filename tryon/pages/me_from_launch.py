"""From a launch link to the shopper's own page: for whoever opened the link while there was nothing to see in it yet.

A launch link may be shown to friends once there is a picture, and who then opens it shall see that picture and no more.
So the way to photos, data and deleting is written only into a page that was opened before the first photo was given:
at the desk, and on the phone that scanned the code. It is open to passers-by only, of whom the link is all there is:
somebody whom the shop knows by name has things from other links too, and comes to them with a token of the shop.
"""

import hashlib
import hmac

from flask import Blueprint, Response, request
from sqlalchemy import exists, select

from tryon.db import db
from tryon.errors import Forbidden
from tryon.merchants.origins import may_return_to
from tryon.pages.addresses import back_to_product
from tryon.pages.launch import for_session
from tryon.pages.shopper_visit import go_to
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.visits import begin_visit
from tryon.wiring import tools

blueprint = Blueprint("me_from_launch", __name__)


@blueprint.post("/s/<session_id>/me")
@for_session
def enter(session: TryOnSession) -> Response:
    given, shopper = request.form.get("pass", ""), _shopper_of(session)
    if not hmac.compare_digest(given.encode(), _pass_of(session).encode()) or shopper.external_ref is not None:
        raise Forbidden("This form was not written by our page.", code="form_not_ours")
    product_page = back_to_product(session)
    may_return = may_return_to(product_page, session.merchant, to_all=tools().settings.cors_origins)
    name = begin_visit(
        shopper,
        mode=session.mode,
        partner_return=product_page if may_return else None,
        locale=session.locale,
    )
    return go_to("me.show_me", name)


@blueprint.app_template_global()
def me_pass_for(session: TryOnSession) -> str | None:
    """What the form to the shopper's own page carries; None where the page leads there not."""
    if _shopper_of(session).external_ref is not None or _has_given_anything(session.shopper_id):
        return None
    return _pass_of(session)


def _has_given_anything(shopper_id: str) -> bool:
    """Ever, and for whichever product: who goes on with another one by a link they were shown is no shopper either."""
    return bool(db.session.scalar(select(exists().where(Photo.shopper_id == shopper_id))))


def _shopper_of(session: TryOnSession) -> Shopper:
    return db.session.get_one(Shopper, session.shopper_id)


def _pass_of(session: TryOnSession) -> str:
    key = b"me-from-launch:" + tools().settings.secret_key.encode()
    return hmac.new(key, session.id.encode(), hashlib.sha256).hexdigest()[:40]
