"""Where a session stands, in the words and pictures a shopper needs to see next."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tryon.catalog.models import ProductImage
from tryon.db import db
from tryon.errors import NotFound
from tryon.generations.models import Generation
from tryon.pages.addresses import back_to_product
from tryon.sessions.models import TryOnSession
from tryon.sessions.opening import find_session
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import find_current_photo

View = Literal["photo", "waiting", "result", "failed"]

STAGES = {
    "queued": "Waiting for a free fitting room",
    "reading": "Opening your photo",
    "person": "Finding you in your photo",
    "garment": "Cutting the product out of its picture",
    "fitting": "Fitting it to your shape",
    "light": "Matching the light of your photo",
    "finishing": "Finishing the picture",
}
"""What is being done at each stage, in words; an engine's stage without an entry is named by the general sentence."""
WORKING = "Making your picture"

PORTRAIT_FROM, TALL_FROM = 1.15, 1.6
"""Height over width."""

_SESSION_ID = re.compile(r"tsn_[0-9A-Z]{26}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the shopper should know before going on."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class LaunchState:
    session: TryOnSession
    view: View
    generation: Generation | None = None
    photo: Photo | None = None
    """The photo of the newest try, while it is kept."""
    earlier_photo: Photo | None = None
    """The shopper's current photo."""
    can_use_earlier: bool = False
    problem: Problem | None = None
    has_consented: bool = False
    """They had ticked the box on the form that is now shown again."""

    @property
    def product_image(self) -> ProductImage | None:
        return next(iter(self.session.product.fetched_images), None)

    @property
    def shape(self) -> Literal["wide", "portrait", "tall"]:
        """How the newest try's photo is proportioned: a tall one is shown narrower, so that it fits on the screen."""
        if self.photo is None or self.photo.height <= PORTRAIT_FROM * self.photo.width:
            return "wide"
        return "tall" if self.photo.height > TALL_FROM * self.photo.width else "portrait"

    @property
    def back(self) -> str | None:
        return back_to_product(self.session)

    @property
    def stage(self) -> str:
        stage = self.generation.stage if self.generation else ""
        return STAGES.get(stage, WORKING)


def get_session(session_id: str) -> TryOnSession:
    """Raises NotFound. What can't be one of our ids is not looked for: a database may choke on odd characters."""
    session = find_session(session_id) if _SESSION_ID.fullmatch(session_id) else None
    if session is None:
        raise NotFound
    return session


def state_of(session: TryOnSession) -> LaunchState:
    """The newest try decides: none yet, under way, finished, or turned down."""
    generation = db.session.get(Generation, session.generation_id) if session.generation_id else None
    if session.status == "failed":
        photo = _kept_photo(generation) if generation else None
        return LaunchState(session, "failed", generation, photo, problem=_refusal_of(session, generation))
    if generation is None:
        return ask_for_photo(session)
    if not generation.is_finished:
        return LaunchState(session, "waiting", generation, _kept_photo(generation))
    if generation.status == "completed" and generation.result_key:
        return LaunchState(session, "result", generation, _kept_photo(generation))
    return ask_for_photo(session, problem=_ending_of(generation), unfit_photo_id=_unfit_photo_id(generation))


def ask_for_photo(
    session: TryOnSession,
    *,
    problem: Problem | None = None,
    has_consented: bool = False,
    unfit_photo_id: str | None = None,
) -> LaunchState:
    shopper = db.session.get_one(Shopper, session.shopper_id)
    earlier = find_current_photo(shopper)
    return LaunchState(
        session,
        "photo",
        earlier_photo=earlier,
        can_use_earlier=earlier is not None and earlier.id != unfit_photo_id,
        problem=problem,
        has_consented=has_consented,
    )


def is_closed(session: TryOnSession, moment: datetime) -> bool:
    """The link no longer opens anything. A try that was begun in time may still be waited for."""
    if session.status in ("expired", "cancelled"):
        return True
    return moment >= session.expires_at and session.status != "processing"


def _kept_photo(generation: Generation) -> Photo | None:
    photo = db.session.get(Photo, generation.photo_id)
    return photo if photo is not None and photo.erased_at is None else None


def _unfit_photo_id(generation: Generation) -> str | None:
    """The photo that was turned down for good: offering it again would only end the same way."""
    return generation.photo_id if generation.error_is_permanent else None


def _refusal_of(session: TryOnSession, generation: Generation | None) -> Problem:
    message = session.error_message or (generation.error_message if generation else None)
    return Problem("This product can't be tried on yet", message or "Please try another product.")


def _ending_of(generation: Generation) -> Problem:
    if generation.status == "cancelled":
        return Problem("This try-on was stopped", "You can start again with the same photo or another one.")
    if generation.status == "completed":
        return Problem("This picture is no longer kept", "You can make it again with the same photo or another one.")
    return Problem("No picture this time", generation.error_message or "Please try again with another photo.")
