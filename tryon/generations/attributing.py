"""Whose try-on it is: a photo by its id, as a merchant's server names it, and the shopper it belongs to from then on.

Whatever is made of a photo must go when its shopper is erased. So a generation is always the photo's shopper's; a
photo that came without a name gets one with the first call that says whose it is.
"""

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from tryon.clock import now
from tryon.db import db, known, transaction
from tryon.errors import NotFound
from tryon.fixed import Fixed
from tryon.generations.models import Generation
from tryon.merchants.models import Merchant
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo, Shopper
from tryon.straight import read_one
from tryon.webhooks.models import Event


def get_person(merchant: Merchant, photo_id: str, *, external_ref: str | None) -> tuple[Shopper, Photo]:
    """The photo and its shopper, who is named `external_ref` from now on if that was not known before.

    Raises NotFound (image_not_found) for a photo that is erased, expired or another merchant's, and for one that
    belongs to somebody of another name.
    """
    found = read_one(_PHOTO, named=photo_id, of_merchant=merchant.id, moment=now())
    if found is None:
        raise _not_found("This photo is not known, or has expired. Please upload it again.")
    photo = known(Photo, **found._asdict())
    if external_ref is None:
        return known(Shopper, photo.shopper_id, merchant_id=photo.merchant_id), photo
    shopper = db.session.get_one(Shopper, photo.shopper_id, populate_existing=True)
    if shopper.external_ref is None:
        shopper = _name(shopper, photo, external_ref)
    if shopper.external_ref != external_ref:
        raise _not_found("This photo belongs to another of your users.")
    return shopper, photo


_PHOTO = Fixed(
    select(Photo.id, Photo.merchant_id, Photo.shopper_id, Photo.keep_days, Photo.erased_at, Photo.expires_at).where(
        Photo.id == bindparam("named"),
        Photo.merchant_id == bindparam("of_merchant"),
        Photo.erased_at.is_(None),
        Photo.expires_at > bindparam("moment"),
    )
)


def _name(nameless: Shopper, photo: Photo, external_ref: str) -> Shopper:
    """Give the nameless shopper this name, or all they have to whoever has it already."""
    while True:
        try:
            with transaction():
                _hold(nameless, photo)
                db.session.execute(
                    update(Shopper)
                    .where(Shopper.id == nameless.id, Shopper.external_ref.is_(None))
                    .values(external_ref=external_ref)
                    .execution_options(synchronize_session=False)
                )
        except IntegrityError:
            named = _hand_over(nameless, photo, external_ref)
            if named is None:
                continue  # they were erased at this very moment: the name is free now
            return named
        db.session.refresh(nameless)
        return nameless


def _hold(nameless: Shopper, photo: Photo) -> None:
    """Erasing and naming one shopper come one after the other; what is being erased is not named any more."""
    db.session.execute(select(Shopper.id).where(Shopper.id == nameless.id).with_for_update())
    if db.session.scalar(select(Photo.erased_at).where(Photo.id == photo.id)) is not None:
        raise _not_found("This photo is not known, or has expired. Please upload it again.")


def _hand_over(nameless: Shopper, photo: Photo, external_ref: str) -> Shopper | None:
    wanted = select(Shopper).where(Shopper.merchant_id == nameless.merchant_id, Shopper.external_ref == external_ref)
    with transaction():
        _hold(nameless, photo)
        named = db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
        if named is None:
            return None
        for table in (Photo, Generation, TryOnSession, Event):
            db.session.execute(
                update(table)
                .where(table.shopper_id == nameless.id)
                .values({table.shopper_id: named.id} | ({Photo.is_current: False} if table is Photo else {}))
                .execution_options(synchronize_session="fetch")
            )
    return named


def _not_found(message: str) -> NotFound:
    return NotFound(message, code="image_not_found")
