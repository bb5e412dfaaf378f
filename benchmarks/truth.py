"""How well the truth checks tell a good picture from a bad one, and what they cost.

    python benchmarks/truth.py --people people/ --garments garments/ --keep kept/ --table table.csv [--each 3]
    python benchmarks/truth.py --table table.csv --report
    python benchmarks/truth.py --times

Every person is dressed by the local engine in products drawn at random (`categories.tsv` beside the products tells what
each is, as for `tryon lab`); pictures and analyses are kept in a folder, so that a second run only judges. Of each
picture the variants of `truth_variants.py` are made, good and bad, and judged. The table grows as the run goes on, and
a run that was broken off goes on where it stopped. The report draws the line of every score between the good and the
bad pictures of every second person, and tells what the limits in force do with those of the others. `--times` measures
what a judgement costs beside a cached try-on of the local engine, with pictures of the openvto package.
"""

import argparse
import csv
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # As a worker sets it; read when numpy is loaded.

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks.truth_variants import BAD, GENUINE, Case, Variant, drifted  # noqa: E402
from tests.pictures import openvto_folder  # noqa: E402
from tryon.engines.base import Category, Garment, TryOnRequest  # noqa: E402
from tryon.engines.errors import EngineError  # noqa: E402
from tryon.engines.local.analysis import Picture  # noqa: E402
from tryon.engines.local.engine import LocalEngine, read_picture  # noqa: E402
from tryon.engines.local.lab.folders import categories_of, pictures_of  # noqa: E402
from tryon.engines.truth.colours import nearness, product_colours  # noqa: E402
from tryon.engines.truth.judging import judge  # noqa: E402
from tryon.engines.truth.limits import LIMITS  # noqa: E402

NETWORKS = Path.home() / ".cache" / "tryon" / "networks"
FAR_COLOURS = 0.45
"""Two products whose colours are no nearer than this (`colours.nearness`) can't be taken for each other."""
ELSEWHERE: dict[Category, Category] = {
    "tops": "bottoms", "outerwear": "bottoms", "bottoms": "tops", "eyewear": "tops", "headwear": "tops",
    "footwear": "tops", "dresses": "footwear",
}  # fmt: skip
"""Of a picture in one kind of product: another kind that it does not show."""
FACTS = ("person", "garment", "category", "kind", "variant", "passed", "reason", "untouched", "seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=Path)
    parser.add_argument("--garments", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the local engine's pictures and analyses")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--each", type=int, default=2, help="products for each person (default 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", action="store_true", help="only read the table")
    parser.add_argument("--times", action="store_true", help="only measure the time of one judgement")
    arguments = parser.parse_args()
    if arguments.times:
        cv2.setNumThreads(1)
        measure_times()
        return
    if not arguments.report:
        cv2.setNumThreads(1)
        Judging(arguments.people, arguments.garments, arguments.keep, arguments.seed).run(
            arguments.table, arguments.each
        )
    report(arguments.table)


class Judging:
    def __init__(self, people: Path, garments: Path, keep: Path, seed: int) -> None:
        self.engine = LocalEngine(NETWORKS)
        self.people = {path.stem: path for path in pictures_of(people)}
        self.garments = {
            path.stem: (path, category)
            for path, category in categories_of(pictures_of(garments), garments, None).items()
        }
        self.keep, self.chance = keep, random.Random(seed)
        keep.mkdir(parents=True, exist_ok=True)

    def run(self, table: Path, each: int) -> None:
        results = self.dressed(each)
        done = {(row["person"], row["made_in"]) for row in rows_of(table)}
        self.chance.shuffle(results)
        for number, (person, garment) in enumerate(results):
            if (person, garment) in done:
                continue
            others = [result for result in results if result[0] != person]
            other = others[(7 * number + 3) % len(others)]
            append(table, list(self.judged(person, garment, *other)))
            print(f"{number + 1}/{len(results)} {person} {garment}", flush=True)

    def dressed(self, each: int) -> list[tuple[str, str]]:
        """(person, garment) of every picture that is kept or could be made now."""
        found = []
        for person in self.people:
            kept = [path.stem.split("__")[1] for path in sorted(self.keep.glob(f"{person}__*.png"))]
            kept = self.chance.sample(kept, min(each, len(kept)))
            names = [name for name in self.garments if name not in kept]
            self.chance.shuffle(names)
            while len(kept) < each and names:
                garment = names.pop()
                if self.dress(person, garment):
                    kept.append(garment)
            found += [(person, garment) for garment in kept]
        return found

    def dress(self, person: str, garment: str) -> bool:
        try:
            picture = self.engine.dress(self.request(person, garment)).picture
        except EngineError:
            return False
        (self.keep / f"{person}__{garment}.png").write_bytes(picture)
        return True

    def request(self, person: str, garment: str) -> TryOnRequest:
        path, category = self.garments[garment]
        worn = (Garment(path.read_bytes(), category),)
        return TryOnRequest(self.people[person].read_bytes(), worn, prepared_person=self.prepared(person))

    def prepared(self, person: str) -> bytes | None:
        path = self.keep / f"{person}.prep"
        if not path.exists():
            try:
                path.write_bytes(self.engine.prepare_person(self.people[person].read_bytes()))
            except EngineError:
                return None
        return path.read_bytes()

    def judged(self, person: str, garment: str, other: str, other_garment: str) -> Iterator[dict[str, object]]:
        case = self.case(person, garment, other, other_garment)
        for kind, name, variant, wanted in self.variants(garment):
            picture = variant(case)
            if picture is None:
                continue
            began = time.process_time()
            verdict = judge(self.request(person, wanted), png(picture), "image/png", eyes=self.engine)
            seconds = round(time.process_time() - began, 3)
            facts = (person, wanted, self.garments[garment][1], kind, name, verdict.passed, verdict.reason,
                     verdict.is_untouched, seconds)  # fmt: skip
            yield {"made_in": garment, **dict(zip(FACTS, facts, strict=True)), **verdict.scores}

    def case(self, person: str, garment: str, other: str, other_garment: str) -> Case:
        mine, theirs = (self.people[name].read_bytes() for name in (person, other))
        return Case(
            read(mine),
            read((self.keep / f"{person}__{garment}.png").read_bytes()),
            self.engine.analyse(mine, self.prepared(person)),
            read(theirs),
            read((self.keep / f"{other}__{other_garment}.png").read_bytes()),
            self.engine.analyse(theirs, self.prepared(other)),
        )

    def variants(self, garment: str) -> Iterator[tuple[str, str, Variant, str]]:
        """(good or bad, its name, how it is made, the product that is asked for)."""
        yield from (("good", name, variant, garment) for name, variant in GENUINE.items())
        yield from (("bad", name, variant, garment) for name, variant in BAD.items())
        category = self.garments[garment][1]
        unlike = self.least_like(garment)
        if unlike is not None:
            yield "bad", "another product", lambda case: case.result, unlike
            yield "bad", "another product, drifted", lambda case: drifted(case.result), unlike
        elsewhere = [name for name, (_, kind) in self.garments.items() if kind == ELSEWHERE[category]]
        if elsewhere:
            yield "bad", "worn elsewhere", lambda case: case.result, elsewhere[0]

    def least_like(self, garment: str) -> str | None:
        """The product of the same kind whose colours are farthest, where one is far enough."""
        category, mine = self.garments[garment][1], self.palette(garment)
        nearest: list[tuple[float, str]] = []
        for name, (_, kind) in self.garments.items():
            theirs = self.palette(name) if kind == category and name != garment else None
            if mine is not None and theirs is not None:
                nearest.append((nearness(mine, [theirs]), name))
        return min(nearest)[1] if nearest and min(nearest)[0] < FAR_COLOURS else None

    @cache  # noqa: B019 - lives as long as the run
    def palette(self, garment: str) -> tuple[np.ndarray, np.ndarray] | None:
        path, category = self.garments[garment]
        try:
            return product_colours(self.engine.cut_out(Garment(path.read_bytes(), category)))
        except EngineError:
            return None


def read(data: bytes) -> Picture:
    picture = read_picture(data)
    assert picture is not None
    return picture


def png(picture: Picture) -> bytes:
    return bytes(cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1])


# ---- time


def measure_times() -> None:
    """Seconds of processor time on one core, photo 768×1024; medians of five."""
    folder, engine = openvto_folder(), LocalEngine(NETWORKS)
    photo = png(np.asarray(cv2.resize(read((folder / "people" / "3_posture.jpg").read_bytes()), (768, 1024))))
    shirt = Garment((folder / "clothes" / "shirts" / "3_front.jpg").read_bytes(), "tops")
    request = TryOnRequest(photo, (shirt,))
    honest = engine.dress(request).picture
    moved = png(drifted(read(honest)))
    floor = median(lambda: engine.dress(request))
    rows: list[tuple[str, float]] = [("a cached try-on of the local engine", floor)]
    fresh = spent(lambda: judge(request, honest, "image/png", eyes=LocalEngine(NETWORKS)))
    rows.append(("judged, photo and product new", fresh))
    rows.append(("judged, both known", median(lambda: judge(request, honest, "image/png", eyes=engine))))
    rows.append(("judged and repaired, both known", median(lambda: judge(request, moved, "image/png", eyes=engine))))
    for name, seconds in rows:
        print(f"{name:<38}{seconds:>7.2f} s{seconds / floor:>7.1f}×")


def spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def median(work: Callable[[], object], times: int = 5) -> float:
    work()
    return sorted(spent(work) for _ in range(times))[times // 2]


# ---- the table


def rows_of(table: Path) -> list[dict[str, str]]:
    if not table.exists():
        return []
    with table.open() as file:
        return list(csv.DictReader(file))


def append(table: Path, rows: Sequence[dict[str, object]]) -> None:
    before = rows_of(table)
    columns = list(dict.fromkeys(key for row in [*before, *rows] for key in row))
    with table.open("w") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows([*before, *rows])


def report(table: Path) -> None:
    rows = rows_of(table)
    people = sorted({row["person"] for row in rows})
    drawn, held_out = set(people[::2]), set(people[1::2])
    print(f"{len(people)} people, {len({(row['person'], row['made_in']) for row in rows})} try-ons, {len(rows)} judged")
    print("\nscore, people limits are drawn from: good 1 %, 5 %; bad 95 % of what fails by it alone; limit in force")
    for name, (limit, reason) in LIMITS.items():
        describe(name, limit, reason, [row for row in rows if row["person"] in drawn])
    for title, who in (("drawn from", drawn), ("held out", held_out)):
        print(f"\n{title}: {len(who)} people")
        passed_of([row for row in rows if row["person"] in who])
    seconds = sorted(float(row["seconds"]) for row in rows)
    print(f"\nseconds of processor time: median {seconds[len(seconds) // 2]:.2f}, most {seconds[-1]:.2f}")


def describe(name: str, limit: float, reason: str, rows: Sequence[dict[str, str]]) -> None:
    def scores(wanted: Callable[[dict[str, str]], bool]) -> list[float]:
        keys = [key for key in rows[0] if key == f"truth_{name}" or key.startswith(f"truth_{name}_")]
        found = [
            min(float(row[key]) for key in keys if row[key]) for row in rows if wanted(row) and any(map(row.get, keys))
        ]
        return sorted(found)

    good, bad = scores(lambda row: row["kind"] == "good"), scores(lambda row: row["reason"] == reason)
    if good:
        worst = f"{bad[int(0.95 * len(bad))]:.2f}" if bad else "   -"
        print(f"{name:<13}{good[len(good) // 100]:>6.2f}{good[len(good) // 20]:>6.2f}{worst:>6}{limit:>6.2f}")


def passed_of(rows: Sequence[dict[str, str]]) -> None:
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row["kind"], row["variant"]].append(row)
    for kind in ("good", "bad"):
        mine = [row for row in rows if row["kind"] == kind]
        groups[kind, "all of them"] = mine
    for (kind, variant), mine in sorted(
        groups.items(), key=lambda each: (each[0][0] == "bad", each[0][1] == "all of them")
    ):
        passed = sum(row["passed"] == "True" for row in mine)
        reasons: dict[str, int] = defaultdict(int)
        for row in mine:
            reasons[row["reason"]] += bool(row["reason"])
        told = ", ".join(f"{reason} {number}" for reason, number in sorted(reasons.items(), key=lambda each: -each[1]))
        print(f"{kind:<5}{variant:<28}{passed:>4} of {len(mine):<5} pass   {told}")


if __name__ == "__main__":
    main()
