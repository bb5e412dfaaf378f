"""What a shopper finds on the page of their own: photos, pictures, and when they agreed to what."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tryon.clock import now
from tryon.db import db
from tryon.generations.models import FINISHED, Generation
from tryon.merchants.storefront import Storefront
from tryon.pages.result_state import SharedLink, shared_link, size_of
from tryon.pages.shopper_visit import Visit
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import MODEL_PREFIX

PICTURES_MAX = 24
PHOTOS_MAX = 50
UNKNOWN_SIZE = 960, 1280
"""Of a picture whose photo has no row any more: most people hold their phone upright."""


@dataclass(frozen=True, slots=True)
class PictureLine:
    generation: Generation
    size: tuple[int, int]
    shared: SharedLink | None
    """The link that shows it to others now."""


@dataclass(frozen=True, slots=True)
class MeState:
    visit: Visit
    photos: Sequence[Photo]
    pictures: Sequence[PictureLine]
    next_before: str | None
    """Names the pictures after these."""
    shows_pictures: bool
    may_save: bool
    may_share: bool


def state_of(visit: Visit, *, before: str | None = None) -> MeState:
    storefront = Storefront.of(visit.merchant)
    pictures = _pictures(visit, before) if storefront.history else []
    return MeState(
        visit,
        _photos(visit),
        [_line(each) for each in pictures[:PICTURES_MAX]],
        pictures[PICTURES_MAX - 1].id if len(pictures) > PICTURES_MAX else None,
        shows_pictures=storefront.history,
        may_save=storefront.downloads,
        may_share=storefront.sharing,
    )


def find_picture(visit: Visit, name: str) -> Generation | None:
    """What a database could choke on can't be an id."""
    generation = db.session.get(Generation, name) if name.isascii() and name.isprintable() else None
    return generation if generation is not None and generation.shopper_id == visit.shopper.id else None


def can_be_chosen(photo: Photo) -> bool:
    """What the shop uploaded is not the shopper's to make the current one."""
    return photo.id.startswith(MODEL_PREFIX) and not photo.is_current


def _line(generation: Generation) -> PictureLine:
    return PictureLine(generation, size_of(generation) or UNKNOWN_SIZE, shared_link(generation))


def _photos(visit: Visit) -> Sequence[Photo]:
    """Also those that the shop gave for them; not those of stock models, which show somebody else."""
    mine = select(Photo).where(
        Photo.shopper_id == visit.shopper.id,
        Photo.stock_model.is_(None),
        Photo.erased_at.is_(None),
        Photo.expires_at > now(),
    )
    newest = mine.order_by(Photo.is_current.desc(), Photo.id.desc()).limit(PHOTOS_MAX)
    return db.session.scalars(newest).all()


def _pictures(visit: Visit, before: str | None) -> Sequence[Generation]:
    """Finished ones that are still kept, and those under way; one more than is shown."""
    mine = select(Generation).where(
        Generation.shopper_id == visit.shopper.id,
        Generation.result_key.is_not(None) | Generation.status.not_in(FINISHED),
    )
    if before:
        mine = mine.where(Generation.id < before)
    return db.session.scalars(mine.order_by(Generation.id.desc()).limit(PICTURES_MAX + 1)).all()
