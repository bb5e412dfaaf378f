"""Looking at a product's picture ahead of time, so that the first shopper does not wait for it."""

from typing import cast

from tryon.catalog.fetching import fetch_missing_images
from tryon.catalog.guessing import guess_from_picture
from tryon.catalog.models import Product
from tryon.db import db
from tryon.engines.base import Category, Engine, Garment, prepared_name
from tryon.engines.errors import EngineRefusal
from tryon.jobqueue import PREPARATIONS, PREPARE_TIMEOUT_SECONDS, JobQueue
from tryon.outbound import Outbound
from tryon.storage.base import Storage
from tryon.storage.folders import beside, read_if_there


def prepare_product_later(product: Product, *, queue: JobQueue) -> None:
    """Only a wish: if it gets lost, the first try-on finds everything out itself."""
    queue.enqueue_later(PREPARATIONS, "tryon.jobs.prepare_product", product.id, timeout_seconds=PREPARE_TIMEOUT_SECONDS)


def prepare_product(product_id: str, *, engine: Engine, outbound: Outbound, storage: Storage) -> None:
    """Keep the engine's preparations beside the main picture. A product it can't dress is told when it is tried on."""
    product = db.session.get(Product, product_id)
    if product is None or product.deleted_at is not None:
        return
    fetch_missing_images(product, outbound=outbound, storage=storage)
    guess_from_picture(product, storage=storage)
    image = product.main_image
    if image is None or not image.file_key or product.category not in engine.categories:
        return
    picture, key = read_if_there(storage, image.file_key), beside(image.file_key, prepared_name(engine))
    category = cast(Category, product.category)
    db.session.commit()
    if picture is None or read_if_there(storage, key) is not None:
        return
    try:
        prepared = engine.prepare_garment(Garment(picture, category))
    except EngineRefusal:
        return
    if prepared is not None:
        storage.write(key, prepared)
        if read_if_there(storage, image.file_key) is None:  # removed meanwhile: leave nothing behind
            storage.delete(key)
