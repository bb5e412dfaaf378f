"""Where a merchant's server wants to hear of finished jobs."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Address, Body, read_body, read_query
from tryon.api.pagination import PageQuery, page_of
from tryon.clock import iso
from tryon.webhooks.endpoints import create_endpoint, delete_endpoint, get_endpoint
from tryon.webhooks.models import WebhookEndpoint
from tryon.wiring import tools

blueprint = Blueprint("partner_webhooks", __name__, url_prefix="/partner/v1/webhooks")


class WebhookBody(Body):
    url: Address
    events: Annotated[list[str], Field(min_length=1, max_length=50)]
    description: Annotated[str, Field(max_length=500)] | None = None


@blueprint.post("")
@secret_key
def create() -> tuple[dict[str, Any], int]:
    body = read_body(WebhookBody)
    endpoint = create_endpoint(
        calling_merchant(), url=body.url, events=body.events, description=body.description, outbound=tools().outbound
    )
    return _describe(endpoint) | {"secret": endpoint.secret}, 201


@blueprint.get("")
@secret_key
def list_all() -> dict[str, Any]:
    query = select(WebhookEndpoint).where(WebhookEndpoint.merchant_id == calling_merchant().id)
    endpoints, next_cursor = page_of(query, WebhookEndpoint.id, read_query(PageQuery))
    return {
        "data": [_describe(endpoint) for endpoint in endpoints],
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
    }


@blueprint.get("/<endpoint_id>")
@secret_key
def show(endpoint_id: str) -> dict[str, Any]:
    return _describe(get_endpoint(calling_merchant(), endpoint_id))


@blueprint.delete("/<endpoint_id>")
@secret_key
def remove(endpoint_id: str) -> tuple[str, int]:
    delete_endpoint(calling_merchant(), endpoint_id)
    return "", 204


def _describe(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": endpoint.events,
        "description": endpoint.description,
        "status": endpoint.status,
        "created_at": iso(endpoint.created_at),
    }
