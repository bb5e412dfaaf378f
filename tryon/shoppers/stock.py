"""Our own people to try a product on with, for a shopper who has no photo at hand.

A try-on needs a photo of the shopper's: so the chosen picture is kept as one, said to be a stock model's. It is
nobody's model, so it is neither counted nor told of as one, and no consent is asked for; it ends and is erased like
any other.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from tryon.clock import now
from tryon.config import PROJECT_ROOT, Settings
from tryon.db import db, transaction
from tryon.errors import InvalidRequest
from tryon.ids import new_id
from tryon.imaging.normalise import Picture, normalise_photo
from tryon.jobqueue import PREPARATIONS, PREPARE_TIMEOUT_SECONDS, JobQueue
from tryon.shoppers.arriving import arrived, arriving
from tryon.shoppers.models import ANY_PROVIDER, Photo, Shopper
from tryon.storage.base import Storage

PICTURES = Path("img/stock-models")
"""Below the folder of static files; its README says where they are from."""
NAMES = ("1", "2", "3", "4")
WITHOUT_FEET = frozenset({"3"})
VIEWS = {"eyewear": "face", "headwear": "face", "footwear": "feet"}
"""By category; of everything else the body is shown."""


@dataclass(frozen=True, slots=True)
class StockModel:
    name: str
    """A number, as text."""
    view: str
    """body | face | feet, the last with both pointing at the camera"""

    @property
    def picture(self) -> Path:
        return PICTURES / f"{self.name}-{self.view}.jpg"

    @property
    def small_picture(self) -> Path:
        return PICTURES / f"{self.name}-{self.view}-small.webp"


def stock_models(category: str) -> tuple[StockModel, ...]:
    """Those on whom a product of that category can be seen."""
    view = VIEWS.get(category, "body")
    return tuple(StockModel(name, view) for name in NAMES if view != "feet" or name not in WITHOUT_FEET)


def keep_stock_photo(
    shopper: Shopper, name: str, category: str, *, mode: str, storage: Storage, settings: Settings, queue: JobQueue
) -> Photo:
    """The shopper's photo of that model; the same one again while it is kept. Raises InvalidRequest for a model that is
    not offered for the category."""
    model = next((model for model in stock_models(category) if model.name == name), None)
    if model is None:
        raise InvalidRequest("Please choose one of the models shown.", code="unknown_stock_model")
    return _find(shopper, model) or _keep(shopper, model, mode, storage, settings, queue)


def _find(shopper: Shopper, model: StockModel) -> Photo | None:
    kept = select(Photo).where(
        Photo.shopper_id == shopper.id,
        Photo.stock_model == _label(model),
        Photo.erased_at.is_(None),
        Photo.expires_at > now(),
    )
    return db.session.scalars(kept.limit(1)).first()


def _keep(
    shopper: Shopper, model: StockModel, mode: str, storage: Storage, settings: Settings, queue: JobQueue
) -> Photo:
    picture = normalise_photo((PROJECT_ROOT / "static" / model.picture).read_bytes())
    photo = _describe(shopper, model, picture, settings)
    photo.mode = mode
    with arriving(photo.file_key, picture.data, storage=storage), transaction():
        arrived(photo.file_key)
        db.session.add(photo)
        queue.enqueue_later(PREPARATIONS, "tryon.jobs.prepare_photo", photo.id, timeout_seconds=PREPARE_TIMEOUT_SECONDS)
    return photo


def _describe(shopper: Shopper, model: StockModel, picture: Picture, settings: Settings) -> Photo:
    moment, photo_id = now(), new_id("stk")
    return Photo(
        id=photo_id,
        merchant_id=shopper.merchant_id,
        shopper_id=shopper.id,
        file_key=f"photos/{shopper.merchant_id}/{photo_id}/photo.jpg",
        stock_model=_label(model),
        width=picture.width,
        height=picture.height,
        consented_at=moment,
        agreed_provider=ANY_PROVIDER,
        is_current=False,
        created_at=moment,
        expires_at=moment + timedelta(days=settings.photo_keep_days),
    )


def _label(model: StockModel) -> str:
    return f"{model.name}-{model.view}"
