"""From an engine's picture to the file a shopper gets."""

from tryon.db import db
from tryon.engines.base import TryOnResult
from tryon.generations.models import Generation
from tryon.imaging.decode import decode_picture
from tryon.imaging.encode import to_jpeg
from tryon.imaging.mark import mark_as_test
from tryon.storage.base import Storage

RESULT_MAX_BYTES = 64 * 1024 * 1024
"""An engine's lossless picture of 4 megapixels has at most 12 MB; more is not a picture we asked for."""
JPEG_QUALITY = 95


def keep_result(generation_id: str, claim: str, result: TryOnResult, *, storage: Storage) -> str:
    """Store the picture, marked if it is a test. Returns its key, which names the run: two runs never share a file."""
    generation = db.session.get_one(Generation, generation_id)
    merchant_id, is_test = generation.merchant_id, generation.mode == "test"
    db.session.commit()
    picture = decode_picture(result.picture, max_bytes=RESULT_MAX_BYTES)
    if is_test:
        picture = mark_as_test(picture)
    key = f"results/{merchant_id}/{generation_id}-{claim}.jpg"
    storage.write(key, to_jpeg(picture, quality=JPEG_QUALITY))
    return key
