"""From an engine's picture to the file a shopper gets."""

from tryon.db import db
from tryon.engines.base import TryOnResult
from tryon.generations.models import Generation
from tryon.imaging.decode import decode_picture
from tryon.imaging.encode import to_jpeg
from tryon.imaging.mark import mark_as_test
from tryon.imaging.watermark import with_watermark
from tryon.merchants.branding import find_logo, look_of
from tryon.merchants.models import Merchant
from tryon.storage.base import Storage

RESULT_MAX_BYTES = 64 * 1024 * 1024
"""An engine's lossless picture of 4 megapixels has at most 12 MB; more is not a picture we asked for."""
JPEG_QUALITY = 95


def result_key(merchant_id: str, generation_id: str, claim: str) -> str:
    """Names the run: two runs never share a file, and what a lost run left can be found."""
    return f"results/{merchant_id}/{generation_id}-{claim}.jpg"


def keep_result(generation_id: str, claim: str, result: TryOnResult, *, storage: Storage) -> str:
    """Store the picture, with the merchant's logo, and marked if it is a test. Returns its key."""
    generation = db.session.get_one(Generation, generation_id)
    merchant = db.session.get_one(Merchant, generation.merchant_id, populate_existing=True)
    is_test, look = generation.mode == "test", look_of(merchant)
    logo = find_logo(merchant, storage=storage) if generation.has_watermark else None
    db.session.commit()
    picture = decode_picture(result.picture, max_bytes=RESULT_MAX_BYTES)
    if logo is not None:
        picture = with_watermark(picture, logo, look)
    if is_test:
        picture = mark_as_test(picture)
    key = result_key(merchant.id, generation_id, claim)
    storage.write(key, to_jpeg(picture, quality=JPEG_QUALITY))
    return key
