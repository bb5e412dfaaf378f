"""From an engine's picture to the file a shopper gets, and what the file says of how it came to be."""

from sqlalchemy import update

from tryon.db import db, transaction
from tryon.engines.base import TryOnResult
from tryon.generations.models import Generation
from tryon.imaging.decode import decode_picture
from tryon.imaging.encode import to_jpeg
from tryon.imaging.header import sniff
from tryon.imaging.mark import mark_as_test
from tryon.imaging.provenance import Provenance, Source, source_of, with_provenance
from tryon.imaging.watermark import with_watermark
from tryon.merchants.branding import find_logo, look_of
from tryon.merchants.models import Merchant
from tryon.storage.base import Storage

RESULT_MAX_BYTES = 64 * 1024 * 1024
"""An engine's lossless picture of 4 megapixels has at most 12 MB; more is not a picture we asked for."""
JPEG_QUALITY = 95
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
"""Of a picture that is kept as its provider made it, by its format."""


def result_key(merchant_id: str, generation_id: str, claim: str, ending: str = "jpg") -> str:
    """Names the run: two runs never share a file, and what a lost run left can be found."""
    return f"results/{merchant_id}/{generation_id}-{claim}.{ending}"


def delete_lost_result(storage: Storage, merchant_id: str, generation_id: str, claim: str) -> None:
    """What a run may have kept that nobody will ever look at, whatever format it was in."""
    for ending in ENDINGS.values():
        storage.delete(result_key(merchant_id, generation_id, claim, ending))


def keep_result(generation_id: str, claim: str, result: TryOnResult, *, storage: Storage) -> str:
    """Store the picture, with the merchant's logo, and marked if it is a test. Returns its key.

    A provider's picture on which nothing has to be drawn is kept byte for byte, so that its marks (SynthID, C2PA) stay
    whole; only where there is no signed manifest to break, its file is told how it was made.
    """
    generation = db.session.get_one(Generation, generation_id)
    merchant = db.session.get_one(Merchant, generation.merchant_id, populate_existing=True)
    is_test, look = generation.mode == "test", look_of(merchant)
    logo = find_logo(merchant, storage=storage) if generation.has_watermark else None
    db.session.commit()
    picture = decode_picture(result.picture, max_bytes=RESULT_MAX_BYTES)
    ending = ENDINGS.get(sniff(result.picture) or "")
    is_untouched = result.is_untouched and ending is not None and logo is None and not is_test
    if is_untouched:
        data = result.picture
    else:
        if logo is not None:
            picture = with_watermark(picture, logo, look)
        if is_test:
            picture = mark_as_test(picture)
        data, ending = to_jpeg(picture, quality=JPEG_QUALITY), "jpg"
    source = _source(result, is_untouched=is_untouched)
    data = with_provenance(data, Provenance(source, f"{result.engine} {result.engine_version}", result.model))
    key = result_key(merchant.id, generation_id, claim, ending or "jpg")
    storage.write(key, data)
    _write_down(generation_id, claim, source_of(data) or source, is_untouched=is_untouched)
    return key


def _source(result: TryOnResult, *, is_untouched: bool) -> Source:
    if result.provenance == "composite":
        return "compositeCapture"
    return "trainedAlgorithmicMedia" if is_untouched else "compositeWithTrainedAlgorithmicMedia"


def _write_down(generation_id: str, claim: str, source: Source, *, is_untouched: bool) -> None:
    """On the row, if it is still this run's."""
    mine = update(Generation).where(Generation.id == generation_id, Generation.claim == claim)
    told = mine.values(provenance=source, is_untouched=is_untouched)
    with transaction():
        db.session.execute(told.execution_options(synchronize_session=False))
