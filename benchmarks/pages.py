"""What a page costs: the server's time beside a bare Jinja page, and when a phone on a slow network shows it.

    python benchmarks/pages.py [--seconds 2] [--rounds 3] [--loads 5]

Starts `app.py` in an empty folder, and beside it a bare Flask application that renders one Jinja page of twenty
products with no database behind it. Pages are asked for one by one, without compression, in turns with the bare page;
each time is the median, and the ratios are what to look at. Then Chromium opens each page as a phone does (390 × 844,
processor slowed four times, "Slow 4G" of its developer tools: 1.4 Mbit/s, 563 ms for each answer to begin, nothing
cached) and tells when the largest piece was painted: the median of the loads.

Aim: no page takes more than ten bare ones, and every largest paint within 2.5 s of the first byte. `docs/pages.md` says
how far that is reached. Where an address carries a token, its redirect is what the server is timed at.
"""

import argparse
import contextlib
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from benchmarks.api import free_port, wait_for  # noqa: E402
from tests.browser.conftest import PHONE  # noqa: E402
from tests.browser.states import State, Visits  # noqa: E402
from tests.system import RunningSystem  # noqa: E402
from tryon.engines.local import networks  # noqa: E402

BARE = '''
from flask import Flask, render_template_string

app = Flask(__name__)
products = [{"title": f"Product {n}", "price": n, "picture": f"/static/{n}.jpg"} for n in range(20)]
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title><link rel="stylesheet" href="/static/s.css"></head>
<body><main><h1>{{ title }}</h1><ul>
{% for product in products %}
<li><a href="/p/{{ loop.index }}"><img src="{{ product.picture }}" width="400" height="500" alt="">
<span>{{ product.title }}</span> <span>{{ product.price }}</span></a></li>
{% endfor %}
</ul></main></body></html>"""

@app.get("/")
def show():
    return render_template_string(PAGE, title="A bare page", products=products)
'''
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
SLOWER_PROCESSOR = 4
LARGEST_PAINT = """() => new Promise(done => {
    new PerformanceObserver(list => {
        const first = performance.getEntriesByType("navigation")[0].responseStart;
        const paint = list.getEntries().at(-1);
        done([paint.startTime, paint.startTime - first, paint.element ? paint.element.tagName.toLowerCase() : "?"]);
    }).observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => done(null), 3000);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="length of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--loads", type=int, default=5, help="how often a phone opens each page")
    options = parser.parse_args()
    folder = Path.home() / ".cache" / "tryon" / "networks"
    networks.fetch(folder)
    with (
        tempfile.TemporaryDirectory() as name,
        bare_server(Path(name)) as bare,
        RunningSystem(Path(name) / "var", folder) as system,
    ):
        pages = [state for state in Visits(system, "en").states() if state.is_plain]
        show_times(pages, bare, options)
        show_paints(pages, options)


@contextlib.contextmanager
def bare_server(folder: Path) -> Iterator[str]:
    """As `tryon serve` starts its own."""
    (folder / "bench.py").write_text(BARE)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--port", str(port)]
    with subprocess.Popen([*command, "--log-level", "error", "bench:app"], cwd=folder, env=dict(os.environ)) as process:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(30)


def show_times(pages: list[State], bare: str, options: argparse.Namespace) -> None:
    found: dict[str, list[float]] = {name: [] for name in ("a bare page", *(page.name for page in pages))}
    for _ in range(options.rounds):
        for name, url in {"a bare page": bare, **{page.name: page.url for page in pages}}.items():
            found[name].append(one_by_one(url, options.seconds))
    times = {name: statistics.median(several) for name, several in found.items()}
    print(f"{'the server, milliseconds':30}{'':10}{'of the bare':>14}")
    for name, milliseconds in times.items():
        print(f"{name:30}{milliseconds:10.2f}{milliseconds / times['a bare page']:14.1f}")
    print()


def one_by_one(url: str, seconds: float) -> float:
    """Milliseconds that a page takes when nobody else asks: the median."""
    parts, found = urlsplit(url), []
    path = f"{parts.path or '/'}?{parts.query}".rstrip("?")
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - began) * 1000)
        if answer.status >= 500:
            raise RuntimeError(f"{url} answered {answer.status}")
    return statistics.median(found)


def show_paints(pages: list[State], options: argparse.Namespace) -> None:
    chromium = os.environ.get("TRYON_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    print(f"{'a slow phone, milliseconds':30}{'largest paint':>14}{'after 1st byte':>16}  of")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for page in pages:
            loads = [load for _ in range(options.loads) if (load := largest_paint(browser, page.url))]
            if loads:
                total, after, element = sorted(loads)[len(loads) // 2]
                print(f"{page.name:30}{total:14.0f}{after:16.0f}  {element}")
        browser.close()


def largest_paint(browser: Browser, url: str) -> tuple[float, float, str] | None:
    """(milliseconds from the start, and from the first byte, the element), in a fresh browser on a slow phone."""
    with browser.new_context(**PHONE) as context:
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_4G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
        page.goto(url, wait_until="networkidle")
        found = page.evaluate(LARGEST_PAINT)
        return tuple(found) if found else None


if __name__ == "__main__":
    main()
