"""How fast the local engine is, how much memory it holds, and how both grow with the photo.

    python benchmarks/engine.py [--rounds 3]

Everything is measured in one run on one machine, one thread a process, beside a floor: OpenCV decoding, resizing,
blurring and encoding the same photo, which no engine can do without. Compare the columns with each other, not with
another machine's. Seconds are medians; on a machine with other work read the seconds of processor time.

cold      a new process: imports, networks, both pictures analysed, dressed; its byte code is compiled before, as it is
          where the package is installed
warm      networks loaded, both pictures new
photo     the photo known, the product new (a shopper's next product that nobody tried before)
cached    photo and product known (a shopper's next product, analysed when the shop imported it); a shirt where
          nothing else is said
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BEGAN = time.perf_counter()
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # As a worker sets it; read when numpy is loaded.

import cv2  # noqa: E402

from tests.pictures import openvto_folder  # noqa: E402
from tryon.engines.base import Category, Garment, TryOnRequest  # noqa: E402
from tryon.engines.local.engine import LocalEngine  # noqa: E402
from tryon.engines.local.person import ANALYSIS_SIDE_PX  # noqa: E402

PERSON = "people/3_posture.jpg"
PRODUCT = "clothes/shirts/3_front.jpg"
NETWORKS = Path.home() / ".cache" / "tryon" / "networks"
OTHERS: dict[str, tuple[Category, Path]] = {
    "trousers": ("bottoms", openvto_folder() / "clothes" / "pants" / "2_front.jpg"),
    "a dress": ("dresses", ROOT / "static" / "demo" / "products" / "dresses" / "1_front.jpg"),
    "glasses": ("eyewear", ROOT / "static" / "demo" / "products" / "eyewear" / "1_front.jpg"),
}
"""What else is tried on, by its name in the table."""
PHOTO_SIZE = (768, 1024)
"""Width and height of the photo for everything but growth."""
MEGAPIXELS = (0.3, 1.0, 2.0, 4.0, 8.0, 12.0)
WORKER_TRY_ONS = 6

Spent = tuple[float, float]
"""Seconds by the clock, seconds of processor time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each kind (default 3)")
    parser.add_argument("--part", choices=("cold", "worker"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "cold":
        dress(LocalEngine(NETWORKS), photo(), product())
        print(json.dumps([time.perf_counter() - BEGAN, time.process_time(), peak_megabytes()]))
    elif arguments.part == "worker":
        work()
    else:
        fetch_networks()
        cv2.setNumThreads(1)
        measure_states(arguments.rounds)
        measure_workers(arguments.rounds)
        measure_growth(arguments.rounds)


def fetch_networks() -> None:
    from tryon.engines.local import networks

    networks.fetch(NETWORKS)


# ---- what is known before


def measure_states(rounds: int) -> None:
    floor = median(rounds, lambda: spent(lambda: run_floor(photo())))
    # The first compiles the byte code and is not counted.
    begun = [json.loads(started("cold").communicate()[0].splitlines()[-1]) for _ in range(1 + rounds)][1:]
    states: list[tuple[str, Spent]] = [
        ("floor: OpenCV alone", floor),
        ("cold", (statistics.median(one[0] for one in begun), statistics.median(one[1] for one in begun))),
    ]
    warm, seen, cached = [], [], []
    for _ in range(rounds):
        engine = LocalEngine(NETWORKS)
        engine.warm_up()
        warm.append(spent(lambda: dress(engine, photo(), product())))  # noqa: B023 - called at once
        seen.append(spent(lambda: dress(engine, photo(), product("clothes/shirts/2_front.jpg"))))  # noqa: B023
        cached.append(spent(lambda: dress(engine, photo(), product())))  # noqa: B023
    states += [("warm", middle(warm)), ("photo", middle(seen)), ("cached", middle(cached))]
    states += [(f"cached, {name}", measure_cached(rounds, *OTHERS[name])) for name in OTHERS]
    width, height = size_of(photo())
    print(f"{f'one try-on, photo {width}×{height}':<34}{'seconds':>9}{'processor':>11}{'of floor':>10}")
    for name, (wall, processor) in states:
        print(f"{name:<34}{wall:>9.3f}{processor:>11.3f}{processor / floor[1]:>9.1f}×")
    print(f"peak memory of a process after one try-on: {max(one[2] for one in begun):.0f} MB\n")


def measure_cached(rounds: int, category: Category, path: Path) -> Spent:
    """One more try-on of a product of another kind."""
    engine, garment = LocalEngine(NETWORKS), path.read_bytes()
    dress(engine, photo(), garment, category)
    return median(rounds, lambda: spent(lambda: dress(engine, photo(), garment, category)))


# ---- two at once


def measure_workers(rounds: int) -> None:
    """Processes that each dress the same cached pair several times, alone and two at once."""
    alone = statistics.median(at_once(1) for _ in range(rounds))
    both = statistics.median(at_once(2) for _ in range(rounds))
    print(f"{f'{WORKER_TRY_ONS} cached try-ons a worker':<34}{'seconds':>9}{'a second':>11}")
    print(f"{'one worker':<34}{alone:>9.2f}{WORKER_TRY_ONS / alone:>11.2f}")
    print(f"{'two workers':<34}{both:>9.2f}{2 * WORKER_TRY_ONS / both:>11.2f}")
    print(f"two do {2 * alone / both:.2f} times the work of one, on {len(os.sched_getaffinity(0))} processors\n")


def at_once(number: int) -> float:
    """Seconds until all have done their work, from the moment all are ready."""
    workers = [started("worker") for _ in range(number)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        worker.wait()
    return time.perf_counter() - began


def work() -> None:
    engine = LocalEngine(NETWORKS)
    dress(engine, photo(), product())
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(WORKER_TRY_ONS):
        dress(engine, photo(), product())


# ---- larger photos


def measure_growth(rounds: int) -> None:
    from tryon.imaging.normalise import normalise_photo

    names = ("reading", "first", "next", "floor", "peak MB")
    print(f"{'photo, megapixels':<20}{'dressed at':>12}" + "".join(f"{name:>9}" for name in names))
    for size in MEGAPIXELS:
        encoded = enlarged(size)
        kept = normalise_photo(encoded).data
        rows = []
        for _ in range(rounds):
            engine = LocalEngine(NETWORKS)
            dress(engine, photo(), product())
            whats: tuple[Callable[[], object], ...] = (
                lambda: normalise_photo(encoded),  # noqa: B023 - called at once
                lambda: dress(engine, kept, product()),  # noqa: B023
                lambda: dress(engine, kept, product()),  # noqa: B023
                lambda: run_floor(encoded),  # noqa: B023
            )
            rows.append([spent(what)[1] for what in whats])
        width, height = size_of(kept)
        columns = "".join(f"{statistics.median(column):>9.2f}" for column in zip(*rows, strict=True))
        print(f"{size:<20.1f}{width * height / 1e6:>12.1f}{columns}{peak_megabytes():>9.0f}")
    print(
        "seconds of processor time; reading: decode, turn upright, reduce to at most 4 MP, encode; first: a new photo\n"
        "in a known product; next: the same once more; the peak is that of the process so far"
    )


def enlarged(megapixels: float) -> bytes:
    picture = cv2.imread(str(openvto_folder() / PERSON))
    assert picture is not None
    factor = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
    resized = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", resized, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


# ---- measuring


def run_floor(encoded: bytes) -> None:
    """What every engine must do at least: read the photo, look at a smaller one, smooth something, write a picture."""
    import numpy as np

    picture = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    factor = min(1.0, ANALYSIS_SIDE_PX / max(picture.shape[:2]))
    cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    cv2.imencode(".png", cv2.GaussianBlur(picture, (0, 0), 3.0), [cv2.IMWRITE_PNG_COMPRESSION, 1])


def dress(engine: LocalEngine, person: bytes, garment: bytes, category: Category = "tops") -> None:
    engine.dress(TryOnRequest(person, (Garment(garment, category),)))


@cache
def photo() -> bytes:
    """The person from head to knees, 768×1024."""
    picture = cv2.imread(str(openvto_folder() / PERSON))
    assert picture is not None
    cut = picture[: PHOTO_SIZE[1], : PHOTO_SIZE[0]]
    return cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


def product(name: str = PRODUCT) -> bytes:
    return (openvto_folder() / name).read_bytes()


def size_of(encoded: bytes) -> tuple[int, int]:
    import io

    from PIL import Image

    with Image.open(io.BytesIO(encoded)) as picture:
        return picture.size


def spent(what: Callable[[], object]) -> Spent:
    clock, processor = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - clock, time.process_time() - processor


def median(rounds: int, measure: Callable[[], Spent]) -> Spent:
    return middle([measure() for _ in range(rounds)])


def middle(measured: list[Spent]) -> Spent:
    return statistics.median(one[0] for one in measured), statistics.median(one[1] for one in measured)


def peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024


@cache
def byte_code() -> "tempfile.TemporaryDirectory[str]":
    """Where the processes keep their byte code, whatever this one is told about its own."""
    return tempfile.TemporaryDirectory(prefix="tryon-byte-code-")


def started(part: str) -> "subprocess.Popen[str]":
    """This script as a process of its own, with one thread, as a worker runs."""
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
    alone |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": byte_code().name}
    command = [sys.executable, str(Path(__file__).resolve()), "--part", part]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **alone}
    )


if __name__ == "__main__":
    main()
