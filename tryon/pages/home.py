"""What this is, in one short page for merchants, and what happens to a shopper's photo."""

from flask import Blueprint, render_template

from tryon.generations.finish import WEBHOOK_LINK_LIFETIME
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
    settings = tools().settings
    return render_template(
        "pages/privacy.html",
        photo_days=settings.photo_keep_days,
        result_days=settings.result_keep_days,
        shop_days=WEBHOOK_LINK_LIFETIME.days,
        link_hours=int(LINK_LIFETIME.total_seconds() // 3600),
    )
