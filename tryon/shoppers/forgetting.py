"""Forgetting a photo because its owner said so: the file goes at once, and the merchant's server is told."""

from tryon.clock import iso, now
from tryon.db import transaction
from tryon.jobqueue import JobQueue
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import erase_photo
from tryon.storage.base import Storage
from tryon.webhooks.emit import emit


def forget_photo(photo: Photo, *, storage: Storage, queue: JobQueue) -> None:
    with transaction():
        erase_photo(photo, storage=storage)
        data = {"model_id": photo.id, "shopper_id": photo.shopper_id, "deleted_at": iso(now())}
        emit(photo.merchant_id, "user_model.deleted", data, queue=queue, shopper_id=photo.shopper_id)
