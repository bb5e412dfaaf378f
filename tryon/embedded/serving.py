"""The whole system on one machine, from the first check to the last goodbye."""

import http.client
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tryon.config import Settings, embedded_socket_path, load_settings
from tryon.embedded import lock
from tryon.embedded.address import browser_address, claim_port

LOOK_SECONDS = 0.1


def serve(*, host: str, port: int, data_dir: Path | None) -> None:
    """Run until a signal asks to stop. Raises ConfigurationError with one clear sentence."""
    # Until the supervisor listens, every wish to stop ends the preparations the way Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        settings = load_settings(data_dir=data_dir)
        with lock.hold(settings.data_dir) as held:
            port = claim_port(host, port)
            if "public_app_url" not in settings.model_fields_set:
                settings.public_app_url = browser_address(host, port)
            _run(settings, host, port, held)


def _run(settings: Settings, host: str, port: int, held: int) -> None:
    # Loaded now, so that the checks before, and what they have to say, come at once.
    from tryon.embedded import greeting, programs
    from tryon.embedded.preparing import prepare
    from tryon.embedded.supervisor import Supervisor

    supervisor = Supervisor()
    try:
        if settings.redis_url == f"unix://{embedded_socket_path(settings.data_dir)}":
            supervisor.start(programs.queue_server(settings, lock=held))
        launch_link = prepare(settings)
        supervisor.start(programs.web_server(settings, host, port))
        supervisor.start(programs.engine_worker(settings))
        supervisor.start(programs.housekeeping(settings))
        _when_answering(host, port, lambda: supervisor.call(lambda: greeting.show_start(settings, launch_link)))
        supervisor.run()
        greeting.show_stopping()
    finally:
        supervisor.stop()
    greeting.show_stopped()


def _when_answering(host: str, port: int, then: Callable[[], None]) -> None:
    """Look, beside everything else, until the web server answers."""
    name = browser_address(host, port).removeprefix("http://")

    def look() -> None:
        while not _is_answering(name):
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
