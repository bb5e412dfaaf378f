"""Which web server carries this kind of application better: gunicorn or granian, in one run, with the same work.

    pip install gunicorn granian; apt-get install wrk
    python benchmarks/servers.py [--seconds 5] [--rounds 2]

Both run one Flask application in 2 processes with 8 threads each. The routes are the shapes of our own work: a bare
answer, one row written to SQLite (WAL), a 2 MB photo read to its end; the last one is the bare answer while 12 phones
on a poor line trickle their photos in. Rounds alternate, the median counts, and the last column is what to look at.
"""

import argparse
import contextlib
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PROCESSES, THREADS, CONNECTIONS, SLOW_PHONES = 2, 8, 16, 12
UPLOAD_BYTES = 2_000_000

APPLICATION = """
import sqlite3, threading
from flask import Flask, request

app = Flask(__name__)
kept = threading.local()

def connection():
    if not hasattr(kept, "connection"):
        kept.connection = sqlite3.connect("rows.sqlite3", timeout=15, isolation_level=None)
        kept.connection.execute("PRAGMA synchronous=NORMAL")
    return kept.connection

@app.get("/bare")
def bare():
    return {"ok": True}

@app.get("/insert")
def insert():
    connection().execute("INSERT INTO rows (text) VALUES ('one')")
    return {"ok": True}

@app.post("/upload")
def upload():
    return {"bytes": len(request.get_data())}
"""

UPLOAD_SCRIPT = f'wrk.method = "POST"\nwrk.body = string.rep("x", {UPLOAD_BYTES})\n'


def command(server: str, port: int) -> list[str]:
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", str(PROCESSES), "--threads", str(THREADS)]
    if server == "gunicorn":
        return [
            sys.executable,
            "-m",
            "gunicorn",
            *bind,
            "--worker-class",
            "gthread",
            "--log-level",
            "error",
            "bench:app",
        ]
    bind = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(PROCESSES), "--blocking-threads", str(THREADS)]
    return [sys.executable, "-m", "granian", *bind, "--interface", "wsgi", "--no-log", "bench:app"]


@contextlib.contextmanager
def running(server: str, folder: Path) -> Iterator[int]:
    port = free_port()
    with subprocess.Popen(command(server, port), cwd=folder) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def measure(server: str, folder: Path, seconds: int) -> dict[str, float]:
    with running(server, folder) as port:
        load(port, "/bare", 1, folder)  # everything imported, every thread started
        found = {
            "bare answer": load(port, "/bare", seconds, folder),
            "one SQLite insert": load(port, "/insert", seconds, folder),
            "2 MB upload": load(port, "/upload", seconds, folder, script="upload.lua"),
        }
        with slow_phones(port):
            found["bare answer beside slow uploads"] = load(port, "/bare", seconds, folder)
    return found


def load(port: int, path: str, seconds: int, folder: Path, script: str | None = None) -> float:
    """Answers a second."""
    extra = ["-s", script] if script else []
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *extra, f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(wrk, cwd=folder, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return float(rate.group(1)) if rate else 0.0


@contextlib.contextmanager
def slow_phones(port: int) -> Iterator[None]:
    """Some uploads that send a kilobyte every 50 ms (160 kbit/s) until we are done."""
    done = threading.Event()

    def phone() -> None:
        head = f"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {UPLOAD_BYTES}\r\n\r\n"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(head.encode())
            while not done.wait(0.05):
                line.sendall(b"x" * 1000)

    threads = [threading.Thread(target=phone) for _ in range(SLOW_PHONES)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5, help="length of each measurement")
    parser.add_argument("--rounds", type=int, default=2, help="how often each server is measured")
    options = parser.parse_args()
    rounds: dict[str, list[dict[str, float]]] = {"gunicorn": [], "granian": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bench.py").write_text(APPLICATION)
        (folder / "upload.lua").write_text(UPLOAD_SCRIPT)
        with contextlib.closing(sqlite3.connect(folder / "rows.sqlite3")) as rows:
            rows.execute("PRAGMA journal_mode=WAL")
            rows.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        for _ in range(options.rounds):
            for server, found in rounds.items():
                found.append(measure(server, folder, options.seconds))
    print(f"{'answers a second':34}{'gunicorn':>10}{'granian':>10}{'granian / gunicorn':>20}")
    for name in rounds["gunicorn"][0]:
        one, other = (statistics.median(found[name] for found in rounds[server]) for server in rounds)
        print(f"{name:34}{one:10.0f}{other:10.0f}{other / one if one else float('inf'):20.2f}")


if __name__ == "__main__":
    main()
