"""Opening a try-on session for one of a merchant's products, and finding it again."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from tryon.catalog.categories import read_category
from tryon.catalog.fields import ProductFields
from tryon.catalog.finding import find_product_by_any_id
from tryon.catalog.importing import upsert_product
from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import db, known, table_of, transaction
from tryon.errors import FieldProblem, InvalidRequest, NotFound
from tryon.fixed import Fixed
from tryon.ids import new_id
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.sessions.models import TryOnSession
from tryon.shoppers.finding import hold_shopper
from tryon.storage.base import Storage
from tryon.straight import write

EXPIRES_IN_SECONDS_MIN, EXPIRES_IN_SECONDS_DEFAULT, EXPIRES_IN_SECONDS_MAX = 300, 86_400, 604_800
EXPERIENCES = ("browser", "qr")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class SessionFields:
    product_id: str
    """The merchant's SKU, or our prd_… id."""
    category: str | None = None
    experience: str = "browser"
    product: ProductFields | None = None
    """Describes an SKU we do not know yet."""
    callback_url: str | None = None
    return_url: str | None = None
    locale: str | None = None
    external_user_ref: str | None = None
    embed_origin: str | None = None
    """The page whose embed asks."""
    merchant_reference: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    expires_in: int = EXPIRES_IN_SECONDS_DEFAULT


def open_session(
    merchant: Merchant, fields: SessionFields, *, mode: str, outbound: Outbound, storage: Storage, queue: JobQueue
) -> TryOnSession:
    """Open a session. InvalidRequest names what is wrong: the category, an unknown product, an address."""
    category = read_category(fields.category)
    _check(fields, outbound)
    product = _find_or_import_product(merchant, fields, outbound=outbound, storage=storage, queue=queue)
    with transaction():
        shopper = hold_shopper(merchant, fields.external_user_ref or None)
        session_id, values = _write(product, shopper.id, fields, category, mode)
    return known(TryOnSession, session_id, product=product, **values)


def open_session_of(
    shopper_id: str, product: Product, fields: SessionFields, *, mode: str, outbound: Outbound
) -> TryOnSession:
    """The same for a shopper and a product that have been found already. Both are one merchant's."""
    category = read_category(fields.category)
    _check(fields, outbound)
    with transaction():
        session_id, values = _write(product, shopper_id, fields, category, mode)
    return known(TryOnSession, session_id, product=product, **values)


def _write(
    product: Product, shopper_id: str, fields: SessionFields, category: str | None, mode: str
) -> tuple[str, dict[str, Any]]:
    """The id, and what is known of the new row."""
    moment, session_id = now(), new_id("tsn")
    values = {
        "merchant_id": product.merchant_id,
        "product_id": product.id,
        "shopper_id": shopper_id,
        "mode": mode,
        "requested_product_id": fields.product_id,
        "category": category or product.category,
        "category_is_guessed": category is None and product.category_is_guessed,
        "experience": fields.experience,
        "locale": fields.locale.replace("_", "-") if fields.locale else None,
        "status": "ready",
        "callback_url": fields.callback_url,
        "return_url": fields.return_url,
        "embed_origin": fields.embed_origin,
        "merchant_reference": fields.merchant_reference,
        "created_at": moment,
        "expires_at": moment + timedelta(seconds=fields.expires_in),
    }
    write(_NEW, {"id": session_id, "metadata": fields.metadata, **values})
    return session_id, {"extra": fields.metadata, **values, **dict.fromkeys(_NOT_YET)}


_NEW = Fixed(insert(table_of(TryOnSession)))
_NOT_YET = ("photo_id", "generation_id", "error_code", "error_message", "launched_at", "completed_at")


def find_session(session_id: str) -> TryOnSession | None:
    return db.session.get(TryOnSession, session_id)


def get_session(merchant: Merchant, session_id: str) -> TryOnSession:
    """Raises NotFound, for another merchant's session too."""
    session = find_session(session_id)
    if session is None or session.merchant_id != merchant.id:
        raise NotFound("Session not found.", code="session_not_found")
    return session


def is_locale(text: str) -> bool:
    """A language tag like en or en-US."""
    return _LOCALE.fullmatch(text) is not None


def _check(fields: SessionFields, outbound: Outbound) -> None:
    problems = []
    if fields.experience not in EXPERIENCES:
        problems.append(FieldProblem("experience", f"One of {', '.join(EXPERIENCES)}."))
    if fields.locale is not None and not is_locale(fields.locale):
        problems.append(FieldProblem("locale", "A language tag like en or en-US."))
    if not EXPIRES_IN_SECONDS_MIN <= fields.expires_in <= EXPIRES_IN_SECONDS_MAX:
        span = f"From {EXPIRES_IN_SECONDS_MIN} to {EXPIRES_IN_SECONDS_MAX} seconds."
        problems.append(FieldProblem("expires_in", span))
    if fields.return_url is not None and not fields.return_url.startswith(("https://", "http://")):
        problems.append(FieldProblem("return_url", "An http or https address."))
    if problems:
        raise InvalidRequest("The session can't be opened as asked.", details=problems)
    if fields.callback_url is not None:
        outbound.check_url(fields.callback_url)


def _find_or_import_product(
    merchant: Merchant, fields: SessionFields, *, outbound: Outbound, storage: Storage, queue: JobQueue
) -> Product:
    product = find_product_by_any_id(merchant, fields.product_id)
    if product is not None:
        return product
    if fields.product is None:
        raise InvalidRequest(
            f"The product {fields.product_id!r} is not known. Describe it in `product`, or create it first.",
            code="unknown_product",
            details=[FieldProblem("product_id", "Not a known product; send `product` with title and image_urls.")],
        )
    return upsert_product(merchant, fields.product, outbound=outbound, storage=storage, queue=queue)[0]
