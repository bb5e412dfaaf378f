"""A real HTTP server on loopback, standing in for a shop's server: it keeps what it hears and answers as told."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    wait_seconds: float = 0
    drip_seconds: float = 0
    """Pause after each byte of the body."""
    hang_up: bool = False
    """Close the connection without an answer."""
    length: int | None = None
    """The content-length to claim, instead of the true one."""
    before: Callable[[], None] | None = None
    """Run while the caller waits for its answer."""


class Receiver:
    """`replies` are given in turn; the last one is given for ever."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies) or [Reply()]
        self.heard: list[Heard] = []
        self.server_names: list[str | None] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda request, address: None  # type: ignore[method-assign]  # failed handshakes
        self.scheme = "http"

    @property
    def port(self) -> int:
        return self._server.server_port

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def use_tls(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda connection, name, _: self.server_names.append(name)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "https"

    @contextmanager
    def running(self) -> Iterator["Receiver"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _next_reply(self, heard: Heard) -> Reply:
        with self._lock:
            self.heard.append(heard)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = receiver._next_reply(Heard(self.command, self.path, headers, body))
                if reply.before:
                    reply.before()
                time.sleep(reply.wait_seconds)
                if reply.hang_up:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                with contextlib.suppress(OSError):  # the caller has heard enough
                    self._answer(reply)

            do_POST = do_GET

            def _answer(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "transfer-encoding" not in reply.headers:
                    self.send_header("content-length", str(len(reply.body) if reply.length is None else reply.length))
                self.end_headers()
                if not reply.drip_seconds:
                    self.wfile.write(reply.body)
                    return
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(reply.drip_seconds)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler
