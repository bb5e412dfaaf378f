"""Sessions and their assets as the surface shows them; a whole page with a handful of queries."""

from collections.abc import Sequence

from sqlalchemy import select

from tryon.api.sessions.categories import describe_category
from tryon.api.sessions.schemas import AssetAnswer, SessionAnswer, SessionFailure, SessionProduct, SessionResult
from tryon.catalog.models import ProductImage
from tryon.clock import now
from tryon.db import db
from tryon.generations.models import Generation
from tryon.sessions.assets import assets_of
from tryon.sessions.models import Asset, TryOnSession
from tryon.shoppers.models import Photo
from tryon.wiring import tools


def describe_session(session: TryOnSession) -> SessionAnswer:
    return describe_sessions([session])[0]


def describe_sessions(sessions: Sequence[TryOnSession]) -> list[SessionAnswer]:
    ids = [session.id for session in sessions]
    assets = assets_of(ids)
    shown = {asset.id: asset for asset in describe_assets([each for mine in assets.values() for each in mine])}
    results = _results_of([session.id for session in sessions if session.status == "completed"])
    return [
        _describe(session, [shown[asset.id] for asset in assets.get(session.id, [])], results.get(session.id))
        for session in sessions
    ]


def describe_new(session: TryOnSession) -> SessionAnswer:
    """One that was created a moment ago has neither assets nor a result: nothing to look for."""
    return _describe(session, [], None)


def describe_assets(assets: Sequence[Asset]) -> list[AssetAnswer]:
    photo_ids = [asset.photo_id for asset in assets if asset.photo_id]
    image_ids = [asset.product_image_id for asset in assets if asset.product_image_id]
    pictures: dict[str | None, tuple[str | None, int | None, int | None]] = {}
    if photo_ids:
        kept = select(Photo).where(Photo.id.in_(photo_ids), Photo.erased_at.is_(None))
        pictures |= {photo.id: (photo.file_key, photo.width, photo.height) for photo in db.session.scalars(kept)}
    if image_ids:
        images = select(ProductImage).where(ProductImage.id.in_(image_ids))
        pictures |= {image.id: (image.file_key, image.width, image.height) for image in db.session.scalars(images)}
    return [
        _describe_asset(asset, *pictures.get(asset.photo_id or asset.product_image_id, (None, None, None)))
        for asset in assets
    ]


def _describe_asset(asset: Asset, key: str | None, width: int | None, height: int | None) -> AssetAnswer:
    return AssetAnswer(
        id=asset.id,
        object="asset",
        kind=asset.kind,  # type: ignore[arg-type]
        status="ready" if key else "gone",
        session_id=asset.session_id,
        product_id=asset.product_id,
        model_id=asset.photo_id,
        image_url=tools().links.url(key, now()) if key else None,
        width=width,
        height=height,
        created_at=asset.created_at,
    )


def _results_of(session_ids: list[str]) -> dict[str, SessionResult]:
    """Of each session the newest picture that is kept."""
    if not session_ids:
        return {}
    made = (
        select(Generation.session_id, Generation.id, Generation.result_key)
        .where(Generation.session_id.in_(session_ids), Generation.result_key.is_not(None))
        .order_by(Generation.id)
    )
    links, moment = tools().links, now()
    return {
        str(session_id): SessionResult(image_url=links.url(str(key), moment), job_id=job_id)
        for session_id, job_id, key in db.session.execute(made)
    }


def _describe(session: TryOnSession, assets: list[AssetAnswer], result: SessionResult | None) -> SessionAnswer:
    public_url, product = tools().settings.public_app_url, session.product
    answer = SessionAnswer(
        id=session.id,
        object="session",
        status=session.status_at(now()),  # type: ignore[arg-type]
        product_id=session.requested_product_id,
        category=session.present_category,
        experience=session.experience,
        locale=session.locale,
        launch_url=f"{public_url}/s/{session.id}",
        qr_code_url=f"{public_url}/qr/{session.id}.png",
        expires_at=session.expires_at,
        created_at=session.created_at,
        launched_at=session.launched_at,
        completed_at=session.completed_at,
        merchant_reference=session.merchant_reference,
        metadata=session.extra,
        category_metadata=describe_category(session.present_category),
        product=SessionProduct(id=product.id, external_id=product.external_id, title=product.title, url=product.url),
        assets=assets,
        return_url=session.return_url,
        callback_url=session.callback_url,
        mode=session.mode,  # type: ignore[arg-type]
    )
    if result is not None:
        answer.result = result
    if session.error_code is not None:
        answer.error = SessionFailure(code=session.error_code, message=session.error_message or "")
    return answer
