"""Files of product pictures: taking them in, each in a folder of its own, and dropping them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tryon.catalog.fields import GivenPicture
from tryon.errors import FieldProblem, InvalidRequest
from tryon.ids import new_id
from tryon.imaging.normalise import normalise_product_image
from tryon.outbound import Outbound
from tryon.storage.base import Storage
from tryon.storage.folders import delete_folder

IMAGE_MAX_BYTES = 10 * 1024 * 1024
IMAGE_TIMEOUT_SECONDS = 10.0
IMAGES_MAX = 10


@dataclass(frozen=True, slots=True)
class KeptFile:
    key: str
    width: int
    height: int


def take_pictures(
    merchant_id: str,
    given: Sequence[GivenPicture],
    *,
    known_urls: Collection[str],
    fetches_later: bool,
    outbound: Outbound,
    storage: Storage,
) -> list[KeptFile | None]:
    """The file of each given picture; None where it need not or shall not be fetched now. All or nothing.

    Raises what fetching and decoding raise, with the picture's path in `details`.
    """
    files: list[KeptFile | None] = []
    try:
        for picture in given:
            files.append(_take(merchant_id, picture, known_urls, fetches_later, outbound, storage))
    except InvalidRequest as error:
        drop_files(storage, (file.key for file in files if file))
        error.details = (FieldProblem(picture.path, error.message),)
        raise
    except BaseException:
        drop_files(storage, (file.key for file in files if file))
        raise
    return files


def fetch_picture(merchant_id: str, url: str, *, outbound: Outbound, storage: Storage) -> KeptFile:
    """Raises ForbiddenAddress, ImageFetchFailed, InvalidImage, ImageTooLarge and UnsupportedImageType."""
    fetched = outbound.fetch(url, max_bytes=IMAGE_MAX_BYTES, timeout_seconds=IMAGE_TIMEOUT_SECONDS)
    return keep_picture(merchant_id, fetched.body, storage=storage)


def keep_picture(merchant_id: str, data: bytes, *, storage: Storage) -> KeptFile:
    picture = normalise_product_image(data)
    key = f"products/{merchant_id}/{new_id('pim')}/picture.{picture.extension}"
    storage.write(key, picture.data)
    return KeptFile(key, picture.width, picture.height)


def drop_files(storage: Storage, keys: Iterable[str]) -> None:
    for key in keys:
        delete_folder(storage, key)


def _take(
    merchant_id: str,
    picture: GivenPicture,
    known_urls: Collection[str],
    fetches_later: bool,
    outbound: Outbound,
    storage: Storage,
) -> KeptFile | None:
    if picture.url is None:
        return keep_picture(merchant_id, picture.data or b"", storage=storage)
    if picture.url in known_urls:
        return None
    if fetches_later:
        outbound.check_url(picture.url)
        return None
    return fetch_picture(merchant_id, picture.url, outbound=outbound, storage=storage)
