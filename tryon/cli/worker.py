"""`tryon worker` and `tryon sweep`: the work behind the pages."""

import os
from dataclasses import asdict

import click

from tryon.cli.application import current_app, with_tools
from tryon.jobqueue import DELIVERIES, GENERATIONS, PREPARATIONS
from tryon.outages import told_in_one_line
from tryon.wiring import Tools

QUEUES = (GENERATIONS, PREPARATIONS, DELIVERIES)


def _read_queues(context: click.Context, parameter: click.Parameter, text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in QUEUES]
    if unknown or not names:
        raise click.BadParameter(f"choose from {', '.join(QUEUES)}")
    return names


@click.command
@click.option(
    "--queues",
    default=",".join(QUEUES),
    show_default=True,
    callback=_read_queues,
    help="What to work on, most urgent first, separated by a comma.",
)
@click.option("--burst", is_flag=True, help="Stop when nothing is left to do.")
@click.option("--max-jobs", type=click.IntRange(1), default=1000, show_default=True, help="Stop after this many jobs.")
@click.option(
    "--max-memory",
    type=click.IntRange(100),
    default=2000,
    show_default=True,
    metavar="MB",
    help="Stop after a job that leaves more memory in use than this.",
)
def worker(queues: list[str], burst: bool, max_jobs: int, max_memory: int) -> None:
    """Work on try-ons and deliveries.

    Start as many as there is work for, on as many machines as you like; one makes one picture at a time. A worker
    of `generations` loads the engine once and stays warm. A worker of `deliveries` sends webhooks and also sweeps
    every few seconds: at least one must run.

    A worker that has reached --max-jobs or --max-memory ends with code 0; have your process manager start it again.
    SIGTERM lets the present job finish first.
    """
    # The engine's matrix products are too small to gain by more threads, and an idle one of OpenBLAS spins for a tenth
    # of a second after each: a sixth of a try-on's processor time. It is read when numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tryon.worker import run_worker

    with told_in_one_line():
        run_worker(current_app(), queues, burst=burst, jobs_max=max_jobs, memory_max_megabytes=max_memory)


@click.command
@with_tools
def sweep(kit: Tools) -> None:
    """Find what was lost and erase what has expired, once.

    Workers of `deliveries` do this every few seconds by themselves; the command is for schedulers and for looking.
    """
    from tryon.jobs import run_sweep

    for name, count in asdict(run_sweep()).items():
        click.echo(f"{name.replace('_', ' '):<18} {count}")
