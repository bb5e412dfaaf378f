"""A form with a photo in it: reading the photo, and saying what was wrong with it."""

from flask import request
from flask_babel import gettext as _

from tryon.engines.errors import EngineError
from tryon.errors import InsufficientCredits, InvalidRequest, TryOnError
from tryon.pages.photo_words import refusal_words
from tryon.pages.problem import Problem


def read_photo() -> bytes:
    """The form has two fields of one name, camera and file; the one left alone arrives empty and without a name."""
    for file in request.files.getlist("photo"):
        if file.filename:
            return file.read()
    raise InvalidRequest("Take or choose a photo of yourself first.", code="photo_required")


def explain(error: TryOnError | EngineError) -> tuple[Problem, int]:
    """What the form says when it is shown again, and the status that says so to machines."""
    if isinstance(error, EngineError):
        return Problem(_("The fitting room is busy"), _("Your photo was not kept. Please try again in a moment.")), 503
    if isinstance(error, InsufficientCredits):
        sentence = _("This shop can’t offer try-ons at the moment. Please come back later.")
        return Problem(_("The fitting room is closed"), sentence), 503
    title, sentence = refusal_words(error)
    return Problem(title, sentence, code=error.code), error.status if error.status in (409, 413, 415) else 422
