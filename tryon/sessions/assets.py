"""Pictures that a merchant's server gives for a session or a product: of the product, or of the shopper."""

from typing import cast

from sqlalchemy import select

from tryon.catalog.adding import Placement, add_picture
from tryon.catalog.models import Product
from tryon.catalog.pictures import IMAGE_MAX_BYTES, IMAGE_TIMEOUT_SECONDS
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.engines.base import Category, Engine
from tryon.errors import Conflict, NotFound
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.sessions.models import Asset, TryOnSession
from tryon.shoppers.models import ANY_PROVIDER, Shopper
from tryon.shoppers.photos import keep_photo
from tryon.storage.base import Storage


def add_product_asset(
    product: Product,
    source: str | bytes,
    *,
    session: TryOnSession | None = None,
    placement: Placement = "main",
    outbound: Outbound,
    storage: Storage,
    queue: JobQueue,
) -> Asset:
    """A picture of the product, kept with it. `source` is an address or encoded bytes."""
    if session is not None:
        _check_open(session)
    image = add_picture(product, source, placement=placement, outbound=outbound, storage=storage, queue=queue)
    asset = Asset(merchant_id=product.merchant_id, kind="product", product_id=product.id, product_image_id=image.id)
    return _add(asset, session)


def add_model_asset(
    session: TryOnSession,
    source: str | bytes,
    *,
    engine: Engine,
    outbound: Outbound,
    storage: Storage,
    settings: Settings,
    queue: JobQueue,
) -> Asset:
    """A photo of the shopper, who need not give one on the launch page then.

    The merchant, who sends it, answers for the shopper's consent, also to its being sent to a provider. Raises what
    keeping a photo raises.
    """
    _check_open(session)
    if isinstance(source, str):
        fetched = outbound.fetch(source, max_bytes=IMAGE_MAX_BYTES, timeout_seconds=IMAGE_TIMEOUT_SECONDS)
        source = fetched.body
    photo = keep_photo(
        db.session.get_one(Shopper, session.shopper_id),
        source,
        has_consent=True,
        agreed_provider=ANY_PROVIDER,
        engine=engine,
        storage=storage,
        settings=settings,
        queue=queue,
        category=cast(Category, session.present_category),
        mode=session.mode,
    )
    return _add(Asset(merchant_id=session.merchant_id, kind="model", photo_id=photo.id), session)


def get_asset(merchant: Merchant, asset_id: str) -> Asset:
    """Raises NotFound, for another merchant's asset too."""
    asset = db.session.get(Asset, asset_id)
    if asset is None or asset.merchant_id != merchant.id:
        raise NotFound("There is no asset with this id.", code="asset_not_found")
    return asset


def assets_of(session_ids: list[str]) -> dict[str, list[Asset]]:
    """By session, oldest first."""
    found: dict[str, list[Asset]] = {}
    for asset in db.session.scalars(select(Asset).where(Asset.session_id.in_(session_ids)).order_by(Asset.id)):
        found.setdefault(asset.session_id or "", []).append(asset)
    return found


def _check_open(session: TryOnSession) -> None:
    if session.is_over(now()):
        raise Conflict("This session is over, so it takes no more pictures.", code="session_over")


def _add(asset: Asset, session: TryOnSession | None) -> Asset:
    asset.session_id = session.id if session else None
    with transaction():
        db.session.add(asset)
    return asset
