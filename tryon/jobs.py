"""What RQ calls: one function per job, a few lines each. Runs inside the worker's application context."""

from tryon.generations import run, sweep
from tryon.webhooks import deliver
from tryon.wiring import tools


def run_generation(generation_id: str) -> str:
    kit = tools()
    return run.run_generation(
        generation_id,
        engine=kit.engine,
        storage=kit.storage,
        links=kit.links,
        queue=kit.queue,
        settings=kit.settings,
    )


def deliver_webhook(delivery_id: str) -> None:
    deliver.deliver(delivery_id, outbound=tools().outbound)


def run_sweep() -> sweep.SweepCounts:
    kit = tools()
    return sweep.sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)
