"""What RQ calls: one function per job, a few lines each. Runs inside the worker's application context."""

from tryon.catalog import preparing as catalog_preparing
from tryon.generations import run, sweep
from tryon.providers import checking
from tryon.shoppers import preparing as shoppers_preparing
from tryon.webhooks import deliver
from tryon.wiring import tools


def run_generation(generation_id: str) -> str:
    kit = tools()
    return run.run_generation(
        generation_id,
        engines=kit.engines,
        outbound=kit.outbound,
        storage=kit.storage,
        links=kit.links,
        queue=kit.queue,
        settings=kit.settings,
    )


def prepare_photo(photo_id: str) -> None:
    shoppers_preparing.prepare_photo(photo_id, engine=tools().engine, storage=tools().storage)


def prepare_product(product_id: str) -> None:
    kit = tools()
    catalog_preparing.prepare_product(product_id, engine=kit.engine, outbound=kit.outbound, storage=kit.storage)


def deliver_webhook(delivery_id: str) -> None:
    deliver.deliver(delivery_id, outbound=tools().outbound)


def check_google_key(merchant_id: str) -> None:
    kit = tools()
    checking.check_google_key(merchant_id, outbound=kit.outbound, settings=kit.settings, queue=kit.queue)


def run_sweep() -> sweep.SweepCounts:
    kit = tools()
    return sweep.sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)
