"""One run of a generation in a worker: claim the row, make the picture outside any transaction, finish.

Only the run whose name stands in `claim` may write to the row. A run that stops showing signs of life loses its
lease, the sweep hands the row to another, and whatever the first one still does then changes nothing.
"""

import time
from typing import cast

from sqlalchemy import select

from tryon.catalog.fetching import fetch_main_image
from tryon.catalog.guessing import guess_from_picture
from tryon.catalog.models import Product
from tryon.config import Settings
from tryon.db import db
from tryon.engines.base import Category, Engine, Garment, TryOnOptions, TryOnRequest, TryOnResult, prepared_name
from tryon.engines.errors import EngineError, EngineUnavailable
from tryon.errors import ImageFetchFailed, InvalidRequest
from tryon.generations.finish import fail, succeed
from tryon.generations.lease import ClaimLost, claim_row, reporter, signs_of_life
from tryon.generations.models import Generation
from tryon.generations.result import keep_result
from tryon.jobqueue import JobQueue
from tryon.logs import get_logger
from tryon.outbound import Outbound
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo
from tryon.storage.base import MissingFile, Storage
from tryon.storage.folders import beside, read_if_there
from tryon.storage.links import MediaLinks

log = get_logger(__name__)


def run_generation(
    generation_id: str,
    *,
    engine: Engine,
    outbound: Outbound,
    storage: Storage,
    links: MediaLinks,
    queue: JobQueue,
    settings: Settings,
) -> str:
    """Make one picture. Returns what became of it: completed, failed, requeued, or skipped if it was not ours."""
    claim = claim_row(generation_id)
    if claim is None:
        return "skipped"
    started = time.monotonic()
    try:
        with signs_of_life(claim):
            made = _make(generation_id, claim, engine=engine, outbound=outbound, storage=storage, settings=settings)
            if isinstance(made, EngineError):
                outcome = fail(generation_id, claim, made, queue=queue)
            elif succeed(generation_id, claim, *made, links=links, queue=queue, settings=settings):
                outcome = "completed"
            else:
                storage.delete(made[1])
                outcome = "skipped"
    except ClaimLost:
        outcome = "skipped"
    seconds = round(time.monotonic() - started, 3)
    log.info("generation.ended", generation=generation_id, outcome=outcome, seconds=seconds)
    return outcome


def _make(
    generation_id: str, claim: str, *, engine: Engine, outbound: Outbound, storage: Storage, settings: Settings
) -> tuple[TryOnResult, str] | EngineError:
    """The picture and the key of its file, or the reason why there is none."""
    try:
        _fetch_products(generation_id, outbound, storage)
        result = engine.dress(_load(generation_id, claim, engine, storage, settings))
        return result, keep_result(generation_id, claim, result, storage=storage)
    except ClaimLost:
        raise
    except EngineError as error:
        log.info("generation.refused", generation=generation_id, code=error.code, reason=error.reason)
        return error
    except MissingFile:
        return _PictureGone()
    except Exception:
        # The only broad except of the package: whatever an engine or a library throws, the shopper gets an answer,
        # the credit comes back, and the log gets the traceback.
        log.exception("generation.crashed", generation=generation_id)
        return EngineError(reason="crashed")


def _fetch_products(generation_id: str, outbound: Outbound, storage: Storage) -> None:
    """Products may have been described by the addresses of their pictures only."""
    generation = db.session.get_one(Generation, generation_id, populate_existing=True)
    for product in [garment.product for garment in generation.garments]:
        try:
            fetch_main_image(product, outbound=outbound, storage=storage)
        except ImageFetchFailed as error:
            failure = _ShopOutOfReach if _is_passing(error) else _ProductImageFetchFailed
            raise failure(error.message, reason=error.reason) from error
        except InvalidRequest as error:
            raise _ProductImageFetchFailed(error.message, reason=error.code) from error
        guess_from_picture(product, storage=storage)


def _is_passing(error: ImageFetchFailed) -> bool:
    """A moment later the shop's server may answer."""
    return error.reason in ("connect", "timeout", "reset") or error.answered in (408, 425, 429, 500, 502, 503, 504)


class _ProductImageFetchFailed(EngineError):
    code = "product_image_fetch_failed"
    permanent = True
    default_message = "The product's picture could not be downloaded."


class _ShopOutOfReach(EngineUnavailable):
    code = "product_image_fetch_failed"


class _PictureGone(EngineError):
    code = "photo_gone"
    permanent = True
    default_message = "The photo for this try-on has been deleted. Please give a new one."


def _load(generation_id: str, claim: str, engine: Engine, storage: Storage, settings: Settings) -> TryOnRequest:
    """Everything the engine needs, as bytes; ends the reading transaction before the slow call."""
    generation = db.session.get_one(Generation, generation_id, populate_existing=True)
    photo = db.session.get_one(Photo, generation.photo_id, populate_existing=True)
    if photo.erased_at is not None:
        raise MissingFile
    request = TryOnRequest(
        person=storage.read(photo.file_key),
        garments=tuple(_load_garment(generation, garment.product, engine, storage) for garment in generation.garments),
        prepared_person=read_if_there(storage, beside(photo.file_key, prepared_name(engine))),
        options=TryOnOptions(**generation.options),
        deadline=time.monotonic() + settings.generation_timeout_seconds,
        report_progress=reporter(claim),
    )
    db.session.commit()
    return request


def _load_garment(generation: Generation, product: Product, engine: Engine, storage: Storage) -> Garment:
    if product.main_image is None or product.main_image.file_key is None:
        raise MissingFile
    key, category = product.main_image.file_key, _category(generation, product)
    kept = read_if_there(storage, beside(key, prepared_name(engine))) if category == product.category else None
    return Garment(storage.read(key), category, prepared=kept)


def _category(generation: Generation, product: Product) -> Category:
    """What the merchant said when opening the session wins over the catalogue, which may have guessed."""
    said = None
    if generation.session_id and len(generation.garments) == 1:
        mine = select(TryOnSession.category).where(TryOnSession.id == generation.session_id)
        said = db.session.scalar(mine.where(TryOnSession.category_is_guessed.is_(False)))
    return cast(Category, said or product.category)
