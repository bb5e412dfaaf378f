"""Where a session stands, in the words and pictures a shopper needs to see next."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_babel import gettext as _

from tryon.catalog.models import ProductImage
from tryon.db import db
from tryon.errors import NotFound
from tryon.generations.models import Generation
from tryon.pages.addresses import back_to_product
from tryon.pages.endings import explain_ending, explain_unfit_product
from tryon.pages.problem import Problem
from tryon.sessions.models import TryOnSession
from tryon.sessions.opening import find_session
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import find_current_photo

View = Literal["photo", "waiting", "result", "failed"]
Shape = Literal["wide", "portrait", "tall"]

PARTS: dict[str, Literal["face", "feet"]] = {"eyewear": "face", "headwear": "face", "footwear": "feet"}

PORTRAIT_FROM, TALL_FROM = 1.15, 1.6
"""Height over width."""

NOT_THE_PHOTO = ("consent_required", "engine_misconfigured")
"""Codes that end a try-on for good, and say nothing against its photo."""

_SESSION_ID = re.compile(r"tsn_[0-9A-Z]{26}")


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
    note: str = ""
    """Said instead of the usual sentence, where nothing went wrong."""
    has_consented: bool = False
    """They had ticked the box on the form that is now shown again."""

    @property
    def takes_photos(self) -> bool:
        """Not while a picture is being made, and not once the product was turned down for good."""
        return self.view != "waiting" and self.session.status != "failed"

    @property
    def product_image(self) -> ProductImage | None:
        return next(iter(self.session.product.fetched_images), None)

    @property
    def shape(self) -> Shape:
        return shape_of((self.photo.width, self.photo.height) if self.photo else None)

    @property
    def part(self) -> Literal["body", "face", "feet"]:
        """What of a person has to be seen in a photo for this product."""
        return PARTS.get(self.session.present_category, "body")

    @property
    def back(self) -> str | None:
        return back_to_product(self.session)


def shape_of(size: tuple[int, int] | None) -> Shape:
    """Of a picture of that width and height: a tall one is shown narrower, so that it fits on the screen."""
    if size is None or size[1] <= PORTRAIT_FROM * size[0]:
        return "wide"
    return "tall" if size[1] > TALL_FROM * size[0] else "portrait"


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
    if generation.status == "cancelled":
        return ask_for_photo(session, note=_("Stopped. You can start again with the same photo or another one."))
    return _after_a_failed_try(session, generation)


def _after_a_failed_try(session: TryOnSession, generation: Generation) -> LaunchState:
    """Where the same photo may do, it is offered with one press; else the form for another one."""
    problem, photo = _ending_of(generation), _kept_photo(generation)
    if problem.way == "again" and photo is not None:
        return LaunchState(session, "failed", generation, photo, problem=problem)
    return ask_for_photo(session, problem=problem, unfit_photo_id=_unfit_photo_id(generation))


def ask_for_photo(
    session: TryOnSession,
    *,
    problem: Problem | None = None,
    note: str = "",
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
        note=note,
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
    is_refused = generation.status == "failed" and generation.error_is_permanent
    return generation.photo_id if is_refused and generation.error_code not in NOT_THE_PHOTO else None


def _refusal_of(session: TryOnSession, generation: Generation | None) -> Problem:
    return explain_unfit_product(session.error_code or (generation.error_code if generation else None))


def _ending_of(generation: Generation) -> Problem:
    code = "picture_gone" if generation.status == "completed" else generation.error_code
    return explain_ending(code, generation.error_message, is_permanent=generation.error_is_permanent)
