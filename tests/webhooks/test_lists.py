"""A page of an endpoint's deliveries comes from an index in the page's order: nothing is sorted, however many."""

import pytest
from sqlalchemy import Select, insert, select, text

from tryon.db import db, transaction
from tryon.onboarding import NewMerchant
from tryon.outbound import Outbound
from tryon.webhooks.emit import keep_event
from tryon.webhooks.endpoints import create_endpoint
from tryon.webhooks.models import Delivery


def fill(owner: NewMerchant, count: int) -> str:
    """The id of an endpoint with so many deliveries, of which one in a hundred failed."""
    endpoint = create_endpoint(owner.merchant, "https://shop.example/hook", ["*"], outbound=Outbound(frozenset()))
    with transaction():
        event = keep_event(owner.merchant.id, "credits.low", {})
        db.session.flush()
        rows = [
            {
                "id": f"dlv_{endpoint.id}_{number:05}",
                "event_id": event.id,
                "merchant_id": owner.merchant.id,
                "endpoint_id": endpoint.id,
                "url": endpoint.url,
                "status": "delivered" if number % 100 else "failed",
            }
            for number in range(count)
        ]
        db.session.execute(insert(Delivery), rows)
    return endpoint.id


def plan_of(query: Select[tuple[str]]) -> str:
    literally = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    db.session.execute(text("ANALYZE"))
    ask = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(row) for row in db.session.execute(text(f"{ask} {literally}")))


@pytest.mark.both_databases
def test_a_page_is_read_in_the_order_of_an_index(merchant: NewMerchant, outsider: NewMerchant) -> None:
    endpoint_id = fill(merchant, 500)
    fill(outsider, 5000)
    page = select(Delivery.id).where(Delivery.endpoint_id == endpoint_id).order_by(Delivery.id.desc()).limit(51)
    failed = page.where(Delivery.status == "failed")
    for query, index in ((page, "ix_deliveries_endpoint_id_id"), (failed, "ix_deliveries_endpoint_id_status_id")):
        plan = plan_of(query)
        assert index in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan
