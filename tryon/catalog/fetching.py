"""Fetching pictures that were given by address only: in a worker, when there is time or when they are needed."""

from sqlalchemy import update

from tryon.catalog.models import Product, ProductImage
from tryon.catalog.pictures import IMAGE_MAX_BYTES, IMAGE_TIMEOUT_SECONDS, delete_files, picture_key
from tryon.db import db, transaction
from tryon.imaging.normalise import normalise_product_image
from tryon.outbound import Outbound
from tryon.storage.base import Storage


def fetch_main_image(product: Product, *, outbound: Outbound, storage: Storage) -> None:
    """Fetch what a try-on needs, if it is not here yet. Raises what fetching and decoding raise."""
    image = product.main_image
    if image is None or image.file_key or not image.source_url:
        return
    image_id, url, merchant_id = image.id, image.source_url, product.merchant_id
    db.session.commit()  # no transaction waits for a shop's server
    data = outbound.fetch(url, max_bytes=IMAGE_MAX_BYTES, timeout_seconds=IMAGE_TIMEOUT_SECONDS).body
    picture = normalise_product_image(data)
    key = picture_key(merchant_id, image_id, picture)
    storage.write(key, picture.data)
    with transaction():
        changed = db.session.execute(
            update(ProductImage)
            .where(ProductImage.id == image_id)
            .values(file_key=key, width=picture.width, height=picture.height)
            .execution_options(synchronize_session=False)
        )
    if not changed.rowcount:  # type: ignore[attr-defined]
        delete_files(storage, [key])  # replaced or removed meanwhile
    db.session.refresh(product)
    for each in product.images:
        db.session.refresh(each)
