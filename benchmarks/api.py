"""What a request of ours costs beside a bare Flask route that writes or reads one row, on the same server and database.

    python benchmarks/api.py [--database sqlite|postgresql] [--bare orm|driver] [--seconds 3] [--rounds 3]

Two granian servers stand beside each other on one database: the bare application, and ours with all it does for a
request (credential, limits, log line, request id, tags; the queue is a real Valkey). Measurements alternate between
them; each rate is the median of the rounds, and the ratios are what to look at. Each request is a caller's own: other
bodies, other rows. `--bare orm` writes and reads with Flask-SQLAlchemy, as ours does; `driver` with the driver itself.

Aims: writes at half of the bare insert or more, polls at 0.7 of the bare read or more, a page of a million generations
within 1.2 times the seconds of a page of a thousand.
"""

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import text  # noqa: E402

from tests.postgres import PostgresServer, find_binaries  # noqa: E402
from tests.scene import Scene, set_scene  # noqa: E402
from tests.system import environment  # noqa: E402
from tryon.config import DEFAULT_PLANS, Settings, load_settings  # noqa: E402
from tryon.db import db  # noqa: E402
from tryon.embedded import valkey  # noqa: E402
from tryon.embedded.programs import WEB_THREADS  # noqa: E402
from tryon.factory import create_app  # noqa: E402
from tryon.generations.models import Generation, GenerationGarment  # noqa: E402
from tryon.onboarding import create_merchant  # noqa: E402
from tryon.shoppers.tokens import issue_token  # noqa: E402

CONNECTIONS = 8
FEW, MANY = 1_000, 1_000_000
BARE = {
    "orm": """
import os
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event

app = Flask(__name__)
app.config.update(SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"], SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 20})
db = SQLAlchemy(app)

@event.listens_for(Engine, "connect")
def prepare(connection, record):
    if os.environ["DATABASE_URL"].startswith("sqlite"):
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=15000")

class Row(db.Model):
    __tablename__ = "bare_rows"
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(200))

@app.post("/insert")
def insert():
    row = Row(text=request.get_json()["text"])
    db.session.add(row)
    db.session.commit()
    return {"id": row.id}

@app.get("/read/<int:number>")
def read(number):
    row = db.session.get(Row, number)
    return {"id": row.id, "text": row.text}
""",
    "driver": """
import os, sqlite3, threading
from flask import Flask, request
from sqlalchemy.engine import make_url

app = Flask(__name__)
kept = threading.local()
url = make_url(os.environ["DATABASE_URL"])

def connection():
    if not hasattr(kept, "connection"):
        if url.drivername == "sqlite":
            kept.connection = sqlite3.connect(url.database, timeout=15, isolation_level=None)
            kept.connection.execute("PRAGMA synchronous=NORMAL")
        else:
            import psycopg
            kept.connection = psycopg.connect(host=url.query["host"], user=url.username, dbname=url.database,
                                              autocommit=True)
    return kept.connection

mark = "?" if url.drivername == "sqlite" else "%s"

@app.post("/insert")
def insert():
    sql = f"INSERT INTO bare_rows (text) VALUES ({mark}) RETURNING id"
    return {"id": connection().execute(sql, (request.get_json()["text"],)).fetchone()[0]}

@app.get("/read/<int:number>")
def read(number):
    row = connection().execute(f"SELECT id, text FROM bare_rows WHERE id = {mark}", (number,)).fetchone()
    return {"id": row[0], "text": row[1]}
""",
}

Ask = Callable[[int], bytes]
"""The bytes of one request; every call gets a number of its own."""


@dataclass
class Servers:
    bare: int
    ours: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--bare", choices=tuple(BARE), default="orm", help="what the bare routes use")
    parser.add_argument("--seconds", type=float, default=3, help="length of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--processes", type=int, default=1, help="of each server")
    parser.add_argument("--rows", type=int, default=MANY, help="generations of the long history")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        database_url = stack.enter_context(database(options.database, folder))
        settings = stack.enter_context(prepared(folder, database_url))
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            create_bare_rows()
            scene = set_scene(create_merchant("Corner Shop", credits=2_000_000_000))
            generation = scene.request(mode="test")
            db.session.commit()
            asks = requests_of(scene, generation, settings)
            (folder / "bench.py").write_text(BARE[options.bare])
            servers = stack.enter_context(both_servers(folder, settings, options.processes))
            measure(asks, servers, generation, options)


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'tryon.sqlite3'}"
        return
    binaries = find_binaries()
    if binaries is None:
        sys.exit("PostgreSQL is not installed (on Debian: apt-get install postgresql)")
    with PostgresServer(binaries, folder) as server, server.database() as url:
        yield url


@contextlib.contextmanager
def prepared(folder: Path, database_url: str) -> Iterator[Settings]:
    socket_path = folder / "valkey.sock"
    with valkey.start(folder, socket_path) as server:
        try:
            valkey.wait_until_ready(server, folder, socket_path)
            yield load_settings(data_dir=folder / "data", database_url=database_url, redis_url=f"unix://{socket_path}")
        finally:
            server.terminate()


def create_bare_rows() -> None:
    number = "SERIAL" if db.engine.dialect.name == "postgresql" else "INTEGER"
    db.session.execute(text(f"CREATE TABLE bare_rows (id {number} PRIMARY KEY, text VARCHAR(200))"))
    for row in range(1000):
        db.session.execute(text("INSERT INTO bare_rows (text) VALUES (:text)"), {"text": f"row {row}"})
    db.session.commit()


def requests_of(scene: Scene, generation: Generation, settings: Settings) -> dict[str, Ask]:
    key = f"Authorization: Bearer {scene.owner.secret_key}"
    token = issue_token(scene.shopper, mode="live", secret_key=settings.secret_key).text
    shopper, product, photo = f"Authorization: Bearer {token}", scene.product.id, scene.photo.id
    person = {"image": {"source": {"id": photo}}}
    ids = [generation.id]
    return {
        "bare insert": lambda number: post("/insert", {"text": f"order {number}"}),
        "bare read": lambda number: get(f"/read/{number % 1000 + 1}"),
        "create a session": lambda number: post(
            "/v1/sessions", {"product_id": "SKU-1", "category": "tops", "merchant_reference": f"order {number}"}, key
        ),
        "create a try-on": lambda number: post(
            "/try-on", {"products": [{"externalId": "SKU-1"}], "person": person}, key
        ),
        "create a try-on job": lambda number: post(f"/tryon/{product}?async=true", {"model_id": photo}, shopper),
        "poll a generation": lambda number: get(f"/generations/{ids[0]}", key),
        "poll a try-on job": lambda number: get(f"/tryon/jobs/{ids[0]}", shopper),
        "list generations": lambda number: get("/generations?limit=50", key),
        "list a shopper's history": lambda number: get("/tryon/history?limit=50", shopper),
    }


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", "")).encode()


def post(path: str, body: Any, *headers: str) -> bytes:
    data = json.dumps(body)
    given = (f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers)
    return "\r\n".join((*given, f"Content-Length: {len(data)}", "", data)).encode()


@contextlib.contextmanager
def both_servers(folder: Path, settings: Settings, processes: int) -> Iterator[Servers]:
    ours = environment(
        DATABASE_URL=settings.database_url,
        REDIS_URL=settings.redis_url,
        TRYON_DATA_DIR=str(settings.data_dir),
        TRYON_RATE_LIMIT_SHOPPER="100000000",
        TRYON_PLANS=json.dumps({"FREE": DEFAULT_PLANS["FREE"].model_dump() | {"requests_per_minute": 100_000_000}}),
        PYTHONPATH=str(ROOT),
    )
    with (
        server(["bench:app"], folder, os.environ | {"DATABASE_URL": settings.database_url}, processes) as bare_port,
        server(["--factory", "tryon.factory:create_app"], folder, ours, processes) as ours_port,
    ):
        yield Servers(bare_port, ours_port)


@contextlib.contextmanager
def server(target: list[str], folder: Path, given: dict[str, str], processes: int) -> Iterator[int]:
    """As `tryon serve` starts its own."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--port", str(port)]
    command += ["--workers", str(processes), "--blocking-threads", str(WEB_THREADS), "--log-level", "error", *target]
    with (
        (folder / f"log-{port}").open("wb") as log,
        subprocess.Popen(command, cwd=folder, env=given, stderr=log) as process,
    ):
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def measure(asks: dict[str, Ask], servers: Servers, generation: Generation, options: argparse.Namespace) -> None:
    for ask, port in ((asks["bare insert"], servers.bare), (asks["poll a generation"], servers.ours)):
        rate(port, ask, 1)  # everything imported, every thread started
    writes = compare(
        asks, servers, "bare insert", ("create a session", "create a try-on", "create a try-on job"), options
    )
    report("writes", "bare insert", writes)
    reads = compare(asks, servers, "bare read", ("poll a generation", "poll a try-on job"), options)
    report("polls", "bare read", reads)
    lists = ("list generations", "list a shopper's history")
    grow(generation, FEW)
    few = {name: one_by_one(servers.ours, asks[name], options) for name in lists}
    began = time.perf_counter()
    grow(generation, options.rows)
    print(f"({options.rows:,} generations made in {time.perf_counter() - began:.0f} s)\n")
    many = {name: one_by_one(servers.ours, asks[name], options) for name in lists}
    print(f"{'milliseconds a page':30}{f'of {FEW:,}':>12}{f'of {options.rows:,}':>14}{'ratio':>9}")
    for name in lists:
        print(f"{name:30}{few[name]:12.2f}{many[name]:14.2f}{many[name] / few[name]:9.2f}")


def compare(
    asks: dict[str, Ask], servers: Servers, bare: str, names: tuple[str, ...], options: argparse.Namespace
) -> dict[str, float]:
    rates: dict[str, list[float]] = {name: [] for name in (bare, *names)}
    for _ in range(options.rounds):
        for name, found in rates.items():
            found.append(rate(servers.bare if name == bare else servers.ours, asks[name], options.seconds))
    return {name: statistics.median(found) for name, found in rates.items()}


def report(title: str, bare: str, rates: dict[str, float]) -> None:
    print(f"{title + ', requests a second':30}{'':12}{'of the bare':>14}")
    for name, found in rates.items():
        print(f"{name:30}{found:12.0f}{found / rates[bare]:14.2f}")
    print()


_numbers = count()


def rate(port: int, ask: Ask, seconds: float) -> float:
    """Answers a second over some connections at once. RuntimeError at the first answer that is no success."""
    done, failed, until = [0] * CONNECTIONS, [], time.perf_counter() + seconds

    def caller(index: int) -> None:
        with Line(port) as line:
            while not failed and time.perf_counter() < until:
                status, body = line.ask(ask(next(_numbers)))
                if not 200 <= status < 300:
                    failed.append((status, body))
                done[index] += 1

    threads = [threading.Thread(target=caller, args=(index,)) for index in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"an answer was {failed[0]}")
    return sum(done) / (time.perf_counter() - began)


def one_by_one(port: int, ask: Ask, options: argparse.Namespace) -> float:
    """Milliseconds that one request takes when nobody else asks: the median."""
    found = []
    with Line(port) as line:
        until = time.perf_counter() + options.seconds
        while time.perf_counter() < until:
            began = time.perf_counter()
            status, body = line.ask(ask(next(_numbers)))
            found.append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise RuntimeError(f"an answer was {status, body}")
    return statistics.median(found)


class Line:
    """A connection that is kept open. As little as possible happens here: it shares the machine with the server."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> tuple[int, bytes]:
        self._socket.sendall(request)
        answer = self._socket.recv(65536)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._socket.recv(65536)
        head = answer[:end].lower()
        start = head.find(b"content-length:")
        length = int(head[start + 15 : (head.find(b"\r\n", start) + 1 or len(head) + 1) - 1])
        while len(answer) < end + 4 + length:
            answer += self._socket.recv(65536)
        return int(answer[9:12]), answer[end + 4 :]


def grow(generation: Generation, rows: int) -> None:
    """Fill the shopper's history up to so many copies of one generation, older ones first."""
    present = db.session.execute(text("SELECT count(*) FROM generations WHERE id LIKE 'gen_00%'")).scalar_one()
    numbers = (
        "WITH RECURSIVE numbers(n) AS (SELECT :low UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :high) "
        if db.engine.dialect.name == "sqlite"
        else "WITH numbers AS (SELECT generate_series(:low, CAST(:high AS integer) - 1) AS n) "
    )
    name = "printf('gen_00%024d', n)" if db.engine.dialect.name == "sqlite" else "'gen_00' || lpad(n::text, 24, '0')"
    for table, key in ((Generation.__table__, "id"), (GenerationGarment.__table__, "generation_id")):
        others = ", ".join(f"copied.{column.name}" for column in table.columns if column.name != key)
        columns = ", ".join((key, *(column.name for column in table.columns if column.name != key)))
        sql = (
            f"INSERT INTO {table.name} ({columns}) {numbers} SELECT {name}, {others} FROM numbers, {table.name} copied"
        )
        db.session.execute(text(f"{sql} WHERE copied.{key} = :id"), {"low": present, "high": rows, "id": generation.id})
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
