"""`tryon serve`: everything on this machine."""

from pathlib import Path

import click


@click.command
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    envvar="PORT",
    show_default=True,
    show_envvar=True,
    help="Port to listen on; 0 chooses a free one.",
)
@click.option(
    "--demo-port",
    type=click.IntRange(0, 65535),
    envvar="TRYON_DEMO_PORT",
    show_envvar=True,
    help="Port of the demo shop, a merchant on an origin of its own; 0 chooses a free one.  [default: the port after]",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    help="Folder that keeps everything: database, pictures, queue, secrets.  [env var: TRYON_DATA_DIR; default: var]",
)
@click.option(
    "--fake-gemini",
    is_flag=True,
    help="Make pictures as with Gemini, by a stand-in for Google on this machine; no key.",
)
def serve(host: str, port: int, demo_port: int | None, data_dir: Path | None, fake_gemini: bool) -> None:
    """Run everything on this machine: web, workers, queue, database, pictures.

    The first start makes the data folder, fetches the engine's networks (35 MB), and opens a demo shop with a link
    to try at once. Ctrl-C stops it all and loses nothing; the next start goes on from there.

    The demo shop is integrated as any merchant's shop would be, so it has a port of its own.

    With DATABASE_URL or REDIS_URL set, that database or queue is used in place of the built-in one.
    """
    from tryon.embedded import serving

    serving.serve(host=host, port=port, demo_port=demo_port, data_dir=data_dir, fake_gemini=fake_gemini)
