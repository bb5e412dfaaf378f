"""What this is, in one short page for merchants, and what happens to a shopper's photo."""

from flask import Blueprint, render_template, request

from tryon.db import db
from tryon.generations.finish import WEBHOOK_LINK_LIFETIME
from tryon.merchants.models import Merchant
from tryon.pages.consent import Consent, consent_of
from tryon.pages.demo import find_demo_products
from tryon.storage.links import LINK_LIFETIME
from tryon.wiring import tools

blueprint = Blueprint("home", __name__)

PRODUCTS_SHOWN = 4


@blueprint.get("/")
def show_home() -> str:
    return render_template("pages/home.html", products=find_demo_products(limit=PRODUCTS_SHOWN))


@blueprint.get("/privacy")
def show_privacy() -> str:
    """`shop` is the merchant's id, where a page of theirs leads here: who is sent photos is for each to choose."""
    settings, merchant = tools().settings, _find_shop(request.args.get("shop", ""))
    return render_template(
        "pages/privacy.html",
        photo_days=settings.photo_keep_days,
        result_days=settings.result_keep_days,
        shop_days=WEBHOOK_LINK_LIFETIME.days,
        link_hours=int(LINK_LIFETIME.total_seconds() // 3600),
        merchant=merchant,
        consent=consent_of(merchant, "live") if merchant else Consent(),
    )


def _find_shop(merchant_id: str) -> Merchant | None:
    """What a database could choke on can't be an id."""
    return db.session.get(Merchant, merchant_id) if merchant_id.isascii() and merchant_id.isprintable() else None
