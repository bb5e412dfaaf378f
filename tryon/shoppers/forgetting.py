"""Forgetting a photo because its owner said so: the file goes at once, and the merchant's server is told."""

from tryon.clock import iso
from tryon.db import transaction
from tryon.jobqueue import JobQueue
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import delete_file, mark_erased
from tryon.storage.base import Storage
from tryon.webhooks.emit import emit


def forget_photo(photo: Photo, *, storage: Storage, queue: JobQueue) -> None:
    disown_photo(photo, queue=queue)
    delete_file(photo, storage=storage)


def disown_photo(photo: Photo, *, queue: JobQueue) -> None:
    """Nobody finds it any more, and the merchant's server is told; its file is still to be deleted.

    Of a stock model's picture it never heard."""
    with transaction():
        mark_erased(photo)
        if photo.stock_model is not None:
            return
        data = {"model_id": photo.id, "shopper_id": photo.shopper_id, "deleted_at": iso(photo.erased_at)}
        emit(photo.merchant_id, "user_model.deleted", data, queue=queue, shopper_id=photo.shopper_id)
