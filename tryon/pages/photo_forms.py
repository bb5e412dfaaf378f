"""A form with a photo in it: reading the photo, and saying what was wrong with it."""

from flask import request

from tryon.engines.errors import EngineError
from tryon.errors import (
    ImageTooLarge,
    InsufficientCredits,
    InvalidImage,
    InvalidRequest,
    PhotoRejected,
    TryOnError,
    UnsupportedImageType,
)
from tryon.pages.launch_state import Problem

TITLES: tuple[tuple[type[Exception], str], ...] = (
    (PhotoRejected, "This photo won't work"),
    (ImageTooLarge, "This photo is too large"),
    (UnsupportedImageType, "This file can't be used"),
    (InvalidImage, "This file can't be used"),
)
CLOSED = Problem("The fitting room is closed", "This shop can't offer try-ons at the moment. Please come back later.")
BUSY = Problem("The fitting room is busy", "Your photo was not kept. Please try again in a moment.")


def read_photo() -> bytes:
    """The form has two fields of one name, camera and file; the one left alone arrives empty and without a name."""
    for file in request.files.getlist("photo"):
        if file.filename:
            return file.read()
    raise InvalidRequest("Take or choose a photo of yourself first.", code="photo_required")


def explain(error: TryOnError | EngineError) -> tuple[Problem, int]:
    """What the form says when it is shown again, and the status that says so to machines."""
    if isinstance(error, EngineError):
        return BUSY, 503
    if isinstance(error, InsufficientCredits):
        return CLOSED, 503
    title = next((title for kind, title in TITLES if isinstance(error, kind)), "Not quite yet")
    status = error.status if error.status in (409, 413, 415) else 422
    return Problem(title, error.message), status
