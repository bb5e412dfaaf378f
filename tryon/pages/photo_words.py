"""What a shopper reads about a photo: how each check went, and why a photo can't be used. By the domain's codes.

The domain's own sentences are English and meant for the API.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from tryon.errors import PhotoRejected, TryOnError

PASSED: Mapping[str, LazyString] = {
    "person_visible": _("You can be seen"),
    "one_person": _("Only you are in the photo"),
    "facing_camera": _("You face the camera"),
    "close_enough": _("You are close enough"),
    "upright": _("You stand upright"),
    "arms_uncrossed": _("Your arms leave your clothes free"),
    "hips_visible": _("You can be seen from head to hips"),
    "feet_visible": _("Your feet can be seen"),
}
"""A check that went well; one without an entry is not worth telling."""

FAILED: Mapping[str, LazyString] = {
    "photo_readable": _("We can’t open this file. Use a JPEG, PNG, WebP or HEIC photo."),
    "person_visible": _("We could not find a person in this photo. Use a photo that shows you from head to hips."),
    "one_person": _("There is more than one person in this photo. Use a photo with only you in it."),
    "close_enough": _("You are very small in this photo. Step closer or crop the photo, so that you fill most of it."),
    "facing_camera": _("You are turned away in this photo. Face the camera and try again."),
    "upright": _("Your shoulders are tilted in this photo. Hold the camera level and stand straight."),
    "arms_uncrossed": _("Your arms cover your clothes in this photo. Let them hang a little away from your body."),
    "hips_visible": _("Your hips are not in this photo. Use a photo that shows you from head to at least the hips."),
    "feet_visible": _("Your feet are not in this photo. To try this on, use a photo that shows you from head to toe."),
    "glasses_taken_off": _("You are wearing glasses in this photo. Take them off for the photo, and try again."),
    "face_visible": _("Your face is not in this photo. To try this on, use a photo that shows your whole face."),
    "face_large_enough": _("Your face is very small in this photo. Use a photo taken closer, such as a selfie."),
    "head_in_frame": _("The top of your head is not in this photo. Use a photo with some room above your head."),
    "face_to_camera": _("Your face is turned away in this photo. To try this on, look at the camera."),
}
UNFIT = _("This photo can’t be used. Try one that shows only you, facing the camera, in good light.")
"""For a check that another engine made, and that is not in the list."""

REFUSED: Mapping[str, tuple[LazyString, LazyString]] = {
    "image_too_large": (
        _("This photo is too large"),
        _("Photos may have up to 10 MB and 50 megapixels. Choose a smaller one."),
    ),
    "unsupported_image_type": (
        _("This file can’t be used"),
        _("This kind of file is not a photo we can open. Use a JPEG, PNG, WebP or HEIC photo."),
    ),
    "invalid_image": (
        _("This file can’t be used"),
        _("We can’t open this file, or the picture is too small. Use a JPEG, PNG, WebP or HEIC photo."),
    ),
    "photo_required": (_("Not quite yet"), _("Take or choose a photo of yourself first.")),
    "consent_required": (_("Not quite yet"), _("Please agree to the use of your photo first.")),
    "consent_outdated": (
        _("One thing has changed"),
        _("The shop now has its pictures made in another way. Please read the sentence beside the box once more."),
    ),
    "unknown_stock_model": (_("Not quite yet"), _("Please choose one of the models shown.")),
    "model_required": (_("Not quite yet"), _("This photo is no longer kept. Please give a new one.")),
    "conflict": (_("Not quite yet"), _("This photo is no longer kept. Please give a new one.")),
    "product_image_missing": (
        _("This product can’t be tried on yet"),
        _("It has no picture yet. Please try another product."),
    ),
}
"""Title and sentence for each code that is not a check's."""
OTHERWISE = _("Not quite yet"), _("That did not work. Please try again, or with another photo.")


def check_words(check: Mapping[str, Any]) -> str:
    """Of a check as it is kept with a photo; empty where there is nothing worth telling."""
    if check["ok"]:
        return str(PASSED.get(check["code"], ""))
    return str(FAILED.get(check["code"], UNFIT))


def refusal_words(error: TryOnError) -> tuple[str, str]:
    """Title and sentence: why this photo was not taken, and what to do."""
    if isinstance(error, PhotoRejected):
        return str(_("This photo won’t work")), _why_rejected(error.checks)
    title, sentence = REFUSED.get(error.code, OTHERWISE)
    return str(title), str(sentence)


def _why_rejected(checks: Sequence[Mapping[str, Any]]) -> str:
    return next((check_words(check) for check in checks if not check["ok"]), str(UNFIT))
