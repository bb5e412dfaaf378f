"""The files of a product's pictures: keeping them, naming them, replacing a whole list, and cleaning up."""

from collections.abc import Iterable

from tryon.catalog.models import Product, ProductImage
from tryon.ids import new_id
from tryon.imaging.normalise import Picture, normalise_product_image
from tryon.merchants.models import Merchant
from tryon.storage.base import Storage
from tryon.storage.folders import delete_folder

IMAGE_MAX_BYTES = 10 * 1024 * 1024
IMAGE_TIMEOUT_SECONDS = 10.0
IMAGES_MAX = 10


def keep_image(merchant: Merchant, data: bytes, source_url: str | None, storage: Storage) -> ProductImage:
    picture = normalise_product_image(data)
    image_id = new_id("pim")
    key = picture_key(merchant.id, image_id, picture)
    storage.write(key, picture.data)
    return ProductImage(id=image_id, source_url=source_url, file_key=key, width=picture.width, height=picture.height)


def picture_key(merchant_id: str, image_id: str, picture: Picture) -> str:
    return f"products/{merchant_id}/{image_id}/picture.{picture.extension}"


def replace_images(product: Product, images: list[ProductImage]) -> list[str]:
    dropped = files_of(image for image in product.images if image not in images)
    product.images = images
    for position, image in enumerate(images):
        image.position = position
    return dropped


def files_of(images: Iterable[ProductImage]) -> list[str]:
    return [image.file_key for image in images if image.file_key]


def delete_files(storage: Storage, keys: Iterable[str]) -> None:
    for key in keys:
        delete_folder(storage, key)
