"""Writing what a merchant says onto a product's row, inside the transaction that holds it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tryon.catalog.categories import DEFAULT_CATEGORY, told_category
from tryon.catalog.fields import NOT_GIVEN, GivenPicture, NotGiven, ProductChanges
from tryon.catalog.lifetimes import DAYS_BY_ORIGIN
from tryon.catalog.models import Product, ProductImage
from tryon.catalog.pictures import KeptFile


def begin(product: Product, origin: str, moment: datetime) -> list[str]:
    """As if it had never been there; returns the files of its life before."""
    files = product.file_keys
    product.deleted_at = product.last_used_at = None
    product.origin, product.created_at, product.valid_for_days = origin, moment, DAYS_BY_ORIGIN[origin]
    product.title = ""
    product.url = product.description = product.gender = None
    product.sizes, product.colors, product.extra, product.images = [], [], {}, []
    product.category, product.category_is_guessed, product.guessed_from = DEFAULT_CATEGORY, True, None
    return files


def apply(product: Product, changes: ProductChanges, files: Sequence[KeptFile | None]) -> list[str]:
    """Everything given, but the category. Returns files no longer needed."""
    for name in ("title", "url", "description", "gender", "valid_for_days"):
        value = getattr(changes, name)
        if value is not NOT_GIVEN:
            setattr(product, name, value)
    if changes.sizes is not NOT_GIVEN:
        product.sizes = list(changes.sizes)
    if changes.colors is not NOT_GIVEN:
        product.colors = list(changes.colors)
    if changes.metadata is not NOT_GIVEN:
        product.extra = changes.metadata
    return [] if changes.pictures is NOT_GIVEN else _replace_images(product, changes.pictures, files)


def settle_category(product: Product, category: str | NotGiven | None) -> None:
    """The merchant's word stays; else what the texts tell; else the picture is looked at (`preparing.py`)."""
    if category is None:
        product.category_is_guessed = True
    elif category is not NOT_GIVEN:
        product.category, product.category_is_guessed, product.guessed_from = category, False, None
    if not product.category_is_guessed:
        return
    told = told_category(product.title, product.description)
    if told is not None:
        product.category, product.guessed_from = told, "words"
    elif product.guessed_from != "picture":
        product.category, product.guessed_from = DEFAULT_CATEGORY, None


def _replace_images(product: Product, pictures: Sequence[GivenPicture], files: Sequence[KeptFile | None]) -> list[str]:
    """Images whose address is given again are kept, with the file that was fetched for it."""
    main, before = product.main_image, list(product.images)
    by_url = defaultdict[str, list[ProductImage]](list)
    for image in before:
        by_url[image.source_url or ""].append(image)
    unused: list[str] = []
    images = []
    for position, (picture, file) in enumerate(zip(pictures, files, strict=True)):
        known = by_url[picture.url] if picture.url else []
        image = known.pop(0) if known else ProductImage(source_url=picture.url)
        if file is not None and image.file_key is None:
            image.file_key, image.width, image.height = file.key, file.width, file.height
        elif file is not None:
            unused.append(file.key)
        image.position, image.classifications = position, picture.classifications
        images.append(image)
    product.images = images
    if product.main_image is not main and product.guessed_from == "picture":
        product.guessed_from = None
    return unused + [image.file_key for image in before if image.file_key and image not in images]
