"""What a shopper reads when a try-on ended without a picture: what happened, what to do, and the way on that the page
offers with a button. By the domain's codes; the domain's own sentences are English and meant for the API."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _

from tryon.pages.photo_words import FAILED
from tryon.pages.problem import Problem, Way


@dataclass(frozen=True, slots=True)
class Ending:
    title: LazyString
    sentence: LazyString
    way: Way


_PHOTO, _PRODUCT = _("This photo won’t work"), _("This product can’t be tried on yet")
_NOTHING = _("No picture this time")
_MAKE_AGAIN = _("You can make it again with the same photo or another one.")

ENDINGS: Mapping[str, Ending] = {
    "no_person_found": Ending(
        _PHOTO,
        _("We could not find a person in this photo. Use a photo that shows you from head to hips."),
        "photo",
    ),
    "several_people": Ending(
        _PHOTO, _("There is more than one person in this photo. Use a photo with only you in it."), "photo"
    ),
    "pose_not_supported": Ending(
        _PHOTO, _("Stand facing the camera with your arms a little away from your body, and try again."), "photo"
    ),
    "content_blocked": Ending(
        _PHOTO, _("This photo can’t be used here. Use one that shows only you, dressed, in good light."), "photo"
    ),
    "photo_gone": Ending(
        _("This photo is no longer kept"),
        _("It was deleted before the picture was made. Please give a new one."),
        "photo",
    ),
    "engine_low_quality": Ending(
        _NOTHING,
        _(
            "The picture did not come out well enough to show. "
            "Try a brighter photo, facing the camera with your arms a little away from your body."
        ),
        "photo",
    ),
    "garment_not_found": Ending(
        _PRODUCT,
        _("We could not make it out in the shop’s picture. Your photo is fine: try another product."),
        "product",
    ),
    "unsupported_category": Ending(
        _PRODUCT,
        _("We can’t show this kind of product on you yet. Your photo is fine: try another product."),
        "product",
    ),
    "product_image_fetch_failed": Ending(
        _PRODUCT, _("The shop’s picture of it could not be loaded. Your photo is fine: try another product."), "product"
    ),
    "engine_unavailable": Ending(
        _("The fitting room is busy"), _("Your photo is fine. Please try again in a moment."), "again"
    ),
    "engine_misconfigured": Ending(
        _("The fitting room is closed"),
        _("This shop can’t offer try-ons at the moment. Please come back later."),
        "again",
    ),
    "consent_required": Ending(
        _("One thing has changed"),
        _("The shop now has its pictures made in another way. Please read the sentence beside the box once more."),
        "photo",
    ),
    "engine_timeout": Ending(
        _("This took too long"), _("Your photo is fine. Please try again; mostly it takes a few seconds."), "again"
    ),
    "internal": Ending(
        _("Something went wrong on our side"),
        _("It is not your fault, and your photo is fine. Please try again."),
        "again",
    ),
    "cancelled": Ending(
        _("This try-on was stopped"), _("You can start again with the same photo or another one."), "again"
    ),
    "picture_gone": Ending(_("This picture is no longer kept"), _MAKE_AGAIN, "again"),
}
OTHERWISE = Ending(_NOTHING, _("Please try again, or with another photo."), "again")
"""For a code of an engine that is not in the list."""
UNFIT_PRODUCT = Ending(_PRODUCT, _("Your photo is fine: try another product."), "product")
"""For the same, where the product is at fault."""
SHOP_OUT_OF_REACH = Ending(
    _("The shop’s picture did not come"), _("The shop’s server does not answer. Please try again in a moment."), "again"
)
"""A code has another way on where trying again may help."""

SPECIFIC: tuple[LazyString, ...] = (
    *FAILED.values(),
    _("Your hair is too full for a hat to be shown on it. Tie it back for the photo, and try again."),
    _(
        "We can’t make out your feet in this photo. "
        "Use one in which both shoes are seen, apart from each other, before a plain floor."
    ),
    _("Your boots hide your ankles. To try these shoes on, use a photo with low shoes or bare feet."),
    _(
        "Your legs are hardly in this photo. "
        "To try this on, use a photo that shows you from head to at least the knees."
    ),
    _(
        "This product’s picture shows the shoes from the front, and your feet are turned to the side. "
        "Use a photo with your feet pointing at the camera."
    ),
    _(
        "This product’s picture shows the shoe from the side, and your feet point at the camera. "
        "Use a photo with your feet turned to the side."
    ),
    _(
        "This product’s picture shows too little detail to look real on this photo. "
        "Use one taken from farther away, or try another product."
    ),
    _(
        "This product shows your legs, and no bare skin is seen in your photo. "
        "Use a photo that shows your face or your legs, or try on something longer."
    ),
)
"""What our own engine says of a photo more exactly than its code does; with these the shopper gets further."""


def explain_ending(code: str | None, message: str | None, *, is_permanent: bool) -> Problem:
    ending = _find(code or "", is_permanent)
    said = _as_we_say_it(message or "") if ending.way == "photo" else None
    return Problem(str(ending.title), said or str(ending.sentence), way=ending.way, code=code)


def explain_unfit_product(code: str | None) -> Problem:
    """A session that has failed for good: only another product helps."""
    ending = ENDINGS.get(code or "", UNFIT_PRODUCT)
    if ending.way != "product":
        ending = UNFIT_PRODUCT
    return Problem(str(ending.title), str(ending.sentence), way="product", code=code)


def _find(code: str, is_permanent: bool) -> Ending:
    if code == "product_image_fetch_failed" and not is_permanent:
        return SHOP_OUT_OF_REACH
    return ENDINGS.get(code, OTHERWISE)


def _as_we_say_it(message: str) -> str | None:
    """The engine's English sentence in the page's language, where we have it."""
    with force_locale("en"):
        position = next((at for at, known in enumerate(SPECIFIC) if _plain(str(known)) == _plain(message)), None)
    return None if position is None else str(SPECIFIC[position])


def _plain(sentence: str) -> str:
    return sentence.replace("’", "'")
