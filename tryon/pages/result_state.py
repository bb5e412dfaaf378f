"""What a page shows at the end of a try, beside the picture or instead of it."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import lazy_gettext as _

from tryon.db import db
from tryon.generations.models import Generation
from tryon.generations.opinions import find_opinion
from tryon.generations.sharing import find_share_of, token_of
from tryon.merchants.storefront import Storefront
from tryon.pages.launch_state import LaunchState, shape_of
from tryon.sessions.continuing import suggest_products
from tryon.shoppers.models import Photo
from tryon.wiring import tools

REASONS = {
    "fit": _("How it fits"),
    "colour": _("Its colour"),
    "body": _("My body or face"),
    "odd": _("Something looks odd"),
}
"""What a shopper may name after a thumb down."""


def words_for_result(state: LaunchState) -> dict[str, object]:
    """For the templates of a finished picture and of a failed try; nothing for other views."""
    if state.view == "failed":
        return {"others": suggest_products(state.session)}
    if state.view != "result" or state.generation is None:
        return {}
    size = size_of(state.generation)
    return {
        "generation": state.generation,
        "size": size,
        "shape": shape_of(size),
        "opinion": find_opinion(state.generation),
        "reasons": REASONS,
        "may_share": Storefront.of(state.session.merchant).sharing,
        "shared": shared_link(state.generation),
        "others": suggest_products(state.session),
    }


@dataclass(frozen=True, slots=True)
class SharedLink:
    url: str
    expires_at: datetime


def shared_link(generation: Generation) -> SharedLink | None:
    """The link that shows the picture to others now."""
    share = find_share_of(generation)
    token = token_of(share) if share is not None else None
    if share is None or token is None:
        return None
    return SharedLink(tools().settings.public_app_url + url_for("share.show_picture", token=token), share.expires_at)


def size_of(generation: Generation) -> tuple[int, int] | None:
    """Width and height of the picture: those of its photo, whose row outlives its file."""
    photo = db.session.get(Photo, generation.photo_id) if generation.photo_id else None
    return (photo.width, photo.height) if photo is not None else None
