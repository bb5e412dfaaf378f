"""Fetching pictures that were given by address only: in a worker, when there is time or when they are needed."""

from tryon.catalog.finding import lock_product
from tryon.catalog.models import Product, ProductImage
from tryon.catalog.pictures import KeptFile, drop_files, fetch_picture
from tryon.db import db, transaction
from tryon.errors import InvalidRequest
from tryon.outbound import Outbound
from tryon.storage.base import Storage


def fetch_main_image(product: Product, *, outbound: Outbound, storage: Storage) -> None:
    """Fetch what a try-on needs, if it is not here yet. Raises what fetching and decoding raise."""
    if product.main_image is not None:
        _fetch(product, product.main_image, outbound, storage)


def fetch_missing_images(product: Product, *, outbound: Outbound, storage: Storage) -> None:
    """Fetch whatever is not here yet; what can't be had is told by the try-on that needs it."""
    for image in list(product.images):
        try:
            _fetch(product, image, outbound, storage)
        except InvalidRequest:
            continue


def _fetch(product: Product, image: ProductImage, outbound: Outbound, storage: Storage) -> None:
    """Two workers may fetch the same picture at once: the first one's file stays."""
    if image.file_key is not None or not image.source_url:
        return
    image_id, url, merchant_id, product_id = image.id, image.source_url, product.merchant_id, product.id
    db.session.commit()  # no transaction waits for a shop's server
    file = fetch_picture(merchant_id, url, outbound=outbound, storage=storage)
    try:
        is_used = _write(product_id, image_id, file)
    except BaseException:
        drop_files(storage, [file.key])
        raise
    if not is_used:
        drop_files(storage, [file.key])


def _write(product_id: str, image_id: str, file: KeptFile) -> bool:
    """False where the picture was fetched by another, replaced or removed meanwhile."""
    with transaction():
        product = lock_product(Product.id == product_id)
        image = next((each for each in product.images if each.id == image_id), None) if product else None
        if image is None or image.file_key is not None:
            return False
        image.file_key, image.width, image.height = file.key, file.width, file.height
    return True
