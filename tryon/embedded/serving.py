"""The whole system on one machine, from the first check to the last goodbye."""

import http.client
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from tryon.config import Settings, embedded_socket_path, load_settings
from tryon.embedded import lock
from tryon.embedded.address import browser_address, claim_demo_port, claim_port

LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Places:
    """Where this machine listens."""

    host: str
    port: int
    demo_port: int

    @property
    def address(self) -> str:
        return browser_address(self.host, self.port)

    @property
    def demo_address(self) -> str:
        return browser_address(self.host, self.demo_port)


def serve(*, host: str, port: int, demo_port: int | None, data_dir: Path | None, fake_gemini: bool = False) -> None:
    """Run until a signal asks to stop. Raises ConfigurationError with one clear sentence."""
    # Until the supervisor listens, every wish to stop ends the preparations the way Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        settings = load_settings(data_dir=data_dir)
        with lock.hold(settings.data_dir) as held, _google(settings, fake_gemini):
            settings = load_settings(data_dir=data_dir) if fake_gemini else settings
            places = _claim(host, port, demo_port)
            if "public_app_url" not in settings.model_fields_set:
                settings.public_app_url = places.address
            if not settings.demo_shop_url:
                settings.demo_shop_url = places.demo_address
            _run(settings, places, held)


@contextmanager
def _google(settings: Settings, is_fake: bool) -> Iterator[None]:
    if not is_fake:
        yield
        return
    from tryon.embedded.stand_in import stand_in_for_google

    with stand_in_for_google(settings.networks_dir):
        yield


def _claim(host: str, port: int, demo_port: int | None) -> Places:
    claimed = claim_port(host, port)
    wanted = demo_port if demo_port is not None else (port and claimed + 1)
    found = claim_demo_port(host, wanted, port=claimed)
    if wanted not in (0, found):
        click.echo(f"Port {wanted} is in use, so the demo shop is at port {found}. Choose another with --demo-port.")
    return Places(host, claimed, found)


def _run(settings: Settings, places: Places, held: int) -> None:
    # Loaded now, so that the checks before, and what they have to say, come at once.
    from tryon.embedded import greeting, programs
    from tryon.embedded.preparing import prepare
    from tryon.embedded.supervisor import Supervisor

    supervisor = Supervisor()
    try:
        if settings.redis_url == f"unix://{embedded_socket_path(settings.data_dir)}":
            supervisor.start(programs.queue_server(settings, lock=held))
        launch_link = prepare(settings, api_url=places.address)
        supervisor.start(programs.web_server(settings, places.host, places.port))
        supervisor.start(programs.demo_shop(settings, places.host, places.demo_port))
        supervisor.start(programs.engine_worker(settings))
        supervisor.start(programs.housekeeping(settings))
        say_so = partial(greeting.show_start, settings, launch_link)
        _when_answering((places.address, places.demo_address), lambda: supervisor.call(say_so))
        supervisor.run()
        greeting.show_stopping()
    finally:
        supervisor.stop()
    greeting.show_stopped()


def _when_answering(addresses: Iterable[str], then: Callable[[], None]) -> None:
    """Look, beside everything else, until the web servers answer."""

    def look() -> None:
        for address in addresses:
            while not _is_answering(address.removeprefix("http://")):
                time.sleep(LOOK_SECONDS)
        then()

    threading.Thread(target=look, daemon=True).start()


def _is_answering(name: str) -> bool:
    connection = http.client.HTTPConnection(name, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
