"""`tryon serve --fake-gemini`: the whole shop as it is with Gemini, by a stand-in for Google on this machine.

The programs of the system are told of it as they would be of the real one, by their environment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import click

from tryon.engines.base import Engine
from tryon.fake_providers.drawing import drifted, worn
from tryon.fake_providers.gemini import FakeGemini

FAKE_KEY = "AIzaSy-no-real-key-and-good-for-nothing"


@contextmanager
def stand_in_for_google(networks_dir: Path) -> Iterator[None]:
    """Listens until the end, and draws with the local engine, which is loaded when the first picture is asked for."""
    provider = FakeGemini(drawing=drifted(worn(cache(lambda: _local_engine(networks_dir)))))
    with provider.running():
        allowed = [os.environ.get("OUTBOUND_ALLOW_HOSTS", ""), provider.host]
        os.environ |= {
            "GEMINI_API_KEY": FAKE_KEY,
            "GEMINI_BASE_URL": provider.base_url,
            "OUTBOUND_ALLOW_HOSTS": ",".join(host for host in allowed if host),
        }
        click.echo(f"A stand-in for Google listens at {provider.base_url}. No photo leaves this machine.")
        yield


def _local_engine(networks_dir: Path) -> Engine:
    from tryon.engines.local.engine import LocalEngine

    return LocalEngine(networks_dir)
