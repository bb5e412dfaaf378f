"""How long the road is, from an accepted request to a picture; and a cold engine against a warm one.

    python benchmarks/road.py [--jobs 10]

Starts `app.py` in an empty folder, sends jobs one by one over HTTP as a merchant's server would, and reads the moments
from the rows. Then one process loads the engine from nothing and dresses the same picture three times: cold (imports,
networks and analyses), warm (networks loaded, nothing analysed), and cached (photo and product analysed before).
The columns are medians of one run on one machine: compare them with each other, not with another machine's.
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.pictures import openvto_folder, person  # noqa: E402
from tests.road.customer import Customer  # noqa: E402
from tests.shop import open_shop  # noqa: E402
from tests.system import RunningSystem  # noqa: E402
from tryon.config import embedded_socket_path  # noqa: E402
from tryon.jobqueue import PREPARATIONS, JobQueue  # noqa: E402

ENGINE = """
import json, sys, time
began = time.perf_counter()
from pathlib import Path
from tryon.engines.base import Garment, TryOnRequest
from tryon.engines.local.engine import LocalEngine
networks, photo, product = map(Path, sys.argv[1:])
def dress(engine):
    start = time.perf_counter()
    engine.dress(TryOnRequest(photo.read_bytes(), (Garment(product.read_bytes(), "tops"),)))
    return time.perf_counter() - start
first = LocalEngine(networks)
dress(first)
cold = time.perf_counter() - began
second = LocalEngine(networks)
second.warm_up()
warm = dress(second)
cached = min(dress(second) for _ in range(3))
import resource
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
print(json.dumps({"cold": cold, "warm": warm, "cached": cached, "peak_megabytes": peak}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=10, help="jobs of each kind (default 10)")
    jobs = parser.parse_args().jobs
    networks = fetch_networks()
    with tempfile.TemporaryDirectory() as folder:
        measure_road(Path(folder) / "var", networks, jobs)
    measure_engine(networks)


def fetch_networks() -> Path:
    from tryon.engines.local import networks

    folder = Path.home() / ".cache" / "tryon" / "networks"
    networks.fetch(folder)
    return folder


def measure_road(data_dir: Path, networks: Path, jobs: int) -> None:
    with open_shop() as shop, RunningSystem(data_dir, networks, OUTBOUND_ALLOW_HOSTS=shop.host) as system:
        customer = Customer.arrive(system, shop, "benchmark")
        wait_for_preparations(data_dir)
        first = [one_job(customer)]
        same = [one_job(customer) for _ in range(jobs)]
        fresh = []
        for number in range(jobs):
            customer.give_photo(person(1 + number % 4))
            fresh.append(one_job(customer))
        rows = moments(data_dir / "tryon.sqlite3")
    print(f"{'seconds, median':<34}{'jobs':>5}{'wait':>9}{'engine':>9}{'total':>9}{'seen':>9}")
    for name, kind in (
        ("first job after the start", first),
        ("same photo, same product", same),
        ("a new photo each", fresh),
    ):
        print_row(name, [(rows[job_id], seen) for job_id, seen in kind])
    print(
        "wait: accepted → worker begins; engine: its own stages; total: accepted → row ended; seen: the caller knows\n"
    )


def wait_for_preparations(data_dir: Path) -> None:
    """A fresh system first looks at its demo products; a job that comes meanwhile waits for the one in hand."""
    queue = JobQueue(f"unix://{embedded_socket_path(data_dir)}")
    while queue.waiting(PREPARATIONS):
        time.sleep(0.5)
    time.sleep(3)  # the last one is taken from the queue when it begins


def one_job(customer: Customer) -> tuple[str, float]:
    """Its id, and how long the caller waited for the picture, polling five times a second."""
    began = time.perf_counter()
    job_id = customer.start()
    customer.wait_for(job_id)
    return job_id, time.perf_counter() - began


def moments(database: Path) -> dict[str, tuple[float, float, float]]:
    """Each job's seconds: waiting, in the engine, in total."""
    found = {}
    with sqlite3.connect(database) as connection:
        query = "SELECT id, created_at, started_at, completed_at, seconds FROM generations"
        for job_id, *texts, seconds in connection.execute(query):
            created, started, completed = (datetime.fromisoformat(text) for text in texts)
            engine = sum(json.loads(seconds).values())
            found[job_id] = ((started - created).total_seconds(), engine, (completed - created).total_seconds())
    return found


def print_row(name: str, jobs: list[tuple[tuple[float, float, float], float]]) -> None:
    columns = [statistics.median(row[index] for row, _ in jobs) for index in range(3)]
    columns.append(statistics.median(seen for _, seen in jobs))
    print(f"{name:<34}{len(jobs):>5}" + "".join(f"{column:>9.3f}" for column in columns))


def measure_engine(networks: Path) -> None:
    pictures = [openvto_folder() / "people" / "3_posture.jpg", openvto_folder() / "clothes" / "shirts" / "1_front.jpg"]
    command = [sys.executable, "-c", ENGINE, str(networks), *map(str, pictures)]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = json.loads(output.splitlines()[-1])
    print(f"{'one process, one picture':<34}{'seconds':>9}{'of warm':>9}")
    for name, what in (("cold", "from nothing"), ("warm", "networks loaded"), ("cached", "both analysed before")):
        print(f"{name + ': ' + what:<34}{found[name]:>9.3f}{found[name] / found['warm']:>8.2f}×")
    print(f"peak memory {found['peak_megabytes']:.0f} MB")


if __name__ == "__main__":
    main()
