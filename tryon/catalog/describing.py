"""Products that callers of the try-on surface describe: only what is given changes, pictures are fetched later."""

from tryon.catalog.fields import NOT_GIVEN, ProductChanges
from tryon.catalog.finding import find_product
from tryon.catalog.importing import Origin, upsert_product
from tryon.catalog.models import Product
from tryon.errors import FieldProblem, InvalidRequest
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.storage.base import Storage


def describe_product(
    merchant: Merchant,
    changes: ProductChanges,
    *,
    is_inline: bool,
    outbound: Outbound,
    storage: Storage,
    queue: JobQueue,
) -> tuple[Product, bool]:
    """Create it, or change what is given of it; True where it was created. Without a name it is a one-shot.

    Raises InvalidRequest (product_images_required) where it would be left without a picture, and what
    `upsert_product` raises.
    """
    known = find_product(merchant, changes.external_id) if changes.external_id else None
    will_have_pictures = bool(known and known.images) if changes.pictures is NOT_GIVEN else bool(changes.pictures)
    if not will_have_pictures:
        problem = FieldProblem(f"{changes.path}images", "This product has no picture yet. Give at least one.")
        raise InvalidRequest(problem.message, code="product_images_required", details=[problem])
    origin: Origin = "one_shot" if not changes.external_id else "inline" if is_inline else "catalog"
    return upsert_product(
        merchant, changes, origin=origin, fetches_later=True, outbound=outbound, storage=storage, queue=queue
    )
