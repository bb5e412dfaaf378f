"""Everything a run needs before an engine is asked: the products' pictures fetched, and all of it as bytes."""

from typing import cast

from sqlalchemy import select

from tryon.catalog.fetching import fetch_main_image
from tryon.catalog.guessing import guess_from_picture
from tryon.catalog.models import Product
from tryon.db import db
from tryon.engines.base import Category, Engine, Garment, ReportProgress, TryOnOptions, TryOnRequest, prepared_name
from tryon.engines.errors import EngineError, EngineUnavailable
from tryon.errors import ImageFetchFailed, InvalidRequest
from tryon.generations.models import Generation
from tryon.outbound import Outbound
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo
from tryon.storage.base import MissingFile, Storage
from tryon.storage.folders import beside, read_if_there


class ProductImageFetchFailed(EngineError):
    code = "product_image_fetch_failed"
    permanent = True
    default_message = "The product's picture could not be downloaded."


class ShopOutOfReach(EngineUnavailable):
    code = "product_image_fetch_failed"


def fetch_products(generation_id: str, outbound: Outbound, storage: Storage) -> None:
    """Products may have been described by the addresses of their pictures only. Raises an EngineError."""
    generation = db.session.get_one(Generation, generation_id, populate_existing=True)
    for product in [garment.product for garment in generation.garments]:
        try:
            fetch_main_image(product, outbound=outbound, storage=storage)
        except ImageFetchFailed as error:
            failure = ShopOutOfReach if _is_passing(error) else ProductImageFetchFailed
            raise failure(error.message, reason=error.reason) from error
        except InvalidRequest as error:
            raise ProductImageFetchFailed(error.message, reason=error.code) from error
        guess_from_picture(product, storage=storage)


def load_request(
    generation_id: str, engine: Engine, storage: Storage, *, deadline: float, report_progress: ReportProgress
) -> TryOnRequest:
    """Ends the reading transaction before the slow call. Raises MissingFile where a picture is gone."""
    generation = db.session.get_one(Generation, generation_id, populate_existing=True)
    photo = db.session.get_one(Photo, generation.photo_id, populate_existing=True)
    if photo.erased_at is not None:
        raise MissingFile
    request = TryOnRequest(
        person=storage.read(photo.file_key),
        garments=tuple(_load_garment(generation, garment.product, engine, storage) for garment in generation.garments),
        prepared_person=read_if_there(storage, beside(photo.file_key, prepared_name(engine))),
        options=TryOnOptions(**generation.options),
        deadline=deadline,
        report_progress=report_progress,
    )
    db.session.commit()
    return request


def categories_of(generation: Generation) -> set[Category]:
    return {_category(generation, garment.product) for garment in generation.garments}


def _is_passing(error: ImageFetchFailed) -> bool:
    """A moment later the shop's server may answer."""
    return error.reason in ("connect", "timeout", "reset") or error.answered in (408, 425, 429, 500, 502, 503, 504)


def _load_garment(generation: Generation, product: Product, engine: Engine, storage: Storage) -> Garment:
    if product.main_image is None or product.main_image.file_key is None:
        raise MissingFile
    key, category = product.main_image.file_key, _category(generation, product)
    kept = read_if_there(storage, beside(key, prepared_name(engine))) if category == product.category else None
    return Garment(storage.read(key), category, prepared=kept, title=product.title or "")


def _category(generation: Generation, product: Product) -> Category:
    """What the merchant said when opening the session wins over the catalogue, which may have guessed."""
    said = None
    if generation.session_id and len(generation.garments) == 1:
        mine = select(TryOnSession.category).where(TryOnSession.id == generation.session_id)
        said = db.session.scalar(mine.where(TryOnSession.category_is_guessed.is_(False)))
    return cast(Category, said or product.category)
