"""A stand-in for a provider: a real HTTP server on loopback that answers in its shape, or as badly as it is told to.

A provider's own module says only what an honest answer is (`reply_to`); what can go wrong on the way is here.
"""

import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Way = Literal["whole", "drip", "reset", "truncated", "silence", "hang_up", "not_http", "endless"]
"""How an answer goes out: all of it; a few bytes at a time; half of it, and then a reset connection; half of it under
a content-length that promises all; never; a closed connection; bytes that are no HTTP; a body that does not end."""
DRIP_BYTES = 16
ENDLESS_PIECE = b" " * 65_536


@dataclass(frozen=True, slots=True)
class Heard:
    """One request, as it came."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    kind = {"content-type": "application/json; charset=UTF-8"}
    return Reply(status, json.dumps(body).encode(), kind | dict(headers or {}))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What becomes of one request. The default is the honest answer, at once and whole."""

    reply: Reply | None = None
    """Said instead of the honest answer."""
    edit: Callable[[Reply], Reply] | None = None
    """Applied to the answer, honest or not."""
    wait_seconds: float = 0.0
    """Before the first byte."""
    way: Way = "whole"
    drip_seconds: float = 0.05
    """Between the pieces of a dripping or endless answer."""


HONEST = Behaviour()


def failing(status: int, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any) -> Behaviour:
    """An answer with that status and that JSON; bytes are sent as they are."""
    if isinstance(body, bytes):
        return Behaviour(Reply(status, body, headers or {}), **more)
    return Behaviour(json_reply({} if body is None else body, status, headers), **more)


class FakeProvider:
    """Behaves as the next of `queue` says, and as `default` once that is empty; keeps every request in `heard`."""

    def __init__(self, *behaviours: Behaviour, default: Behaviour = HONEST) -> None:
        self.heard: list[Heard] = []
        self.queue: deque[Behaviour] = deque(behaviours)
        self.default = default
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread: threading.Thread | None = None

    def reply_to(self, heard: Heard) -> Reply:
        """The honest answer. May be called from several threads at once."""
        raise NotImplementedError

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def host(self) -> str:
        """As OUTBOUND_ALLOW_HOSTS wants it."""
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """Without a final slash."""
        return f"http://{self.host}"

    def behave(self, *behaviours: Behaviour) -> None:
        """The next requests, one behaviour each."""
        self.queue.extend(behaviours)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends waiting, silent and dripping answers too."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()

    @contextmanager
    def running(self) -> Iterator["FakeProvider"]:
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def take(self, heard: Heard) -> Behaviour:
        """Note a request, and say what becomes of it."""
        with self._lock:
            self.heard.append(heard)
            return self.queue.popleft() if self.queue else self.default

    def wait(self, seconds: float | None) -> bool:
        """Whether the time passed, and not the server's life; None waits for its end."""
        return not self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers hang up; that is no news."""


def _handler(provider: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard(self.command, self.path, headers, body)
            behaviour = provider.take(heard)
            self.close_connection = True
            if behaviour.way == "silence":
                provider.wait(None)
                return
            reply = behaviour.reply or provider.reply_to(heard)
            reply = behaviour.edit(reply) if behaviour.edit else reply
            if behaviour.wait_seconds and not provider.wait(behaviour.wait_seconds):
                return
            with contextlib.suppress(OSError):  # the caller has heard enough
                _SENDERS[behaviour.way](self, provider, reply, behaviour)

        do_POST = do_GET
        do_DELETE = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler


def _send_head(handler: BaseHTTPRequestHandler, reply: Reply, length: int | None) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if length is not None:
        handler.send_header("content-length", str(length))
    handler.send_header("connection", "close")
    handler.end_headers()


def _whole(handler: BaseHTTPRequestHandler, provider: FakeProvider, reply: Reply, behaviour: Behaviour) -> None:
    _send_head(handler, reply, len(reply.body))
    handler.wfile.write(reply.body)


def _drip(handler: BaseHTTPRequestHandler, provider: FakeProvider, reply: Reply, behaviour: Behaviour) -> None:
    _send_head(handler, reply, len(reply.body))
    for start in range(0, len(reply.body), DRIP_BYTES):
        handler.wfile.write(reply.body[start : start + DRIP_BYTES])
        handler.wfile.flush()
        if not provider.wait(behaviour.drip_seconds):
            return


def _truncated(handler: BaseHTTPRequestHandler, provider: FakeProvider, reply: Reply, behaviour: Behaviour) -> None:
    _send_head(handler, reply, len(reply.body))
    handler.wfile.write(reply.body[: len(reply.body) // 2])


def _reset(handler: BaseHTTPRequestHandler, provider: FakeProvider, reply: Reply, behaviour: Behaviour) -> None:
    _truncated(handler, provider, reply, behaviour)
    handler.wfile.flush()
    provider.wait(0.05)  # or the reset overtakes what was sent
    at_once = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    handler.connection.close()


def _hang_up(handler: BaseHTTPRequestHandler, provider: FakeProvider, reply: Reply, behaviour: Behaviour) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def _not_http(handler: BaseHTTPRequestHandler, provider: FakeProvider, reply: Reply, behaviour: Behaviour) -> None:
    handler.wfile.write(b"\x00\xff\x13 this is not HTTP\r\n\r\n" * 8)


def _endless(handler: BaseHTTPRequestHandler, provider: FakeProvider, reply: Reply, behaviour: Behaviour) -> None:
    """Where nothing stops it. The pauses are for the machine's sake."""
    _send_head(handler, replace(reply, body=b""), None)
    while provider.wait(min(behaviour.drip_seconds, 0.001)):
        handler.wfile.write(ENDLESS_PIECE)


_SENDERS: Mapping[Way, Callable[[BaseHTTPRequestHandler, FakeProvider, Reply, Behaviour], None]] = {
    "whole": _whole,
    "drip": _drip,
    "reset": _reset,
    "truncated": _truncated,
    "hang_up": _hang_up,
    "not_http": _not_http,
    "endless": _endless,
}
