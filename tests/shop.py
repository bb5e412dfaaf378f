"""A merchant's own web server, real and on loopback: it serves pictures and writes down what is posted to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Shop:
    """`pages` maps a path to (content type, body); `hooks` collects (path, headers, body) of every POST."""

    url: str
    host: str
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    hooks: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    hook_status: int = 200

    def serve(self, path: str, body: bytes, content_type: str = "image/jpeg") -> str:
        self.pages[path] = (content_type, body)
        return self.url + path


@contextmanager
def open_shop() -> Iterator[Shop]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            shop.visits.append(self.path)
            content_type, body = shop.pages.get(self.path, ("text/plain", b"nothing here"))
            self.answer(200 if self.path in shop.pages else 404, content_type, body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            shop.hooks.append((self.path, headers, body))
            self.answer(shop.hook_status, "text/plain", b"thanks")

        def answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        host = f"127.0.0.1:{server.server_address[1]}"
        shop = Shop(url=f"http://{host}", host=host)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield shop
        finally:
            server.shutdown()
            thread.join()
