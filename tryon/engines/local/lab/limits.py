"""Whether the checks' limits are well set: drawn from one half of the people looked at, tried on the other half.

Limits tuned and reported on the same pictures promise too much. The halves share no person, for what makes a picture
fail is mostly the photo.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tryon.engines.local.checks import Limits

LOOKS: Final = "looks"
"""The column that whoever looked at the pictures adds to a sheet's table: good or bad."""
GOOD, BAD = "good", "bad"
MARGIN: Final = 0.25
"""A limit lies so much farther from the best than the worst good picture: one half never has the worst of all."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One picture somebody looked at."""

    person: str
    good: bool
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What limits make of pictures somebody looked at."""

    good: int
    bad: int
    good_refused: int
    bad_refused: int


def read_looked(path: Path, names: Iterable[str]) -> list[Looked]:
    """Rows of a sheet's table that have a word in the column `looks`, with those of the scores that have a value.

    Raises ValueError where the column is missing, or says neither good nor bad.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows or LOOKS not in rows[0]:
        raise ValueError(f"{path} has no column {LOOKS!r}: look at the pictures and write {GOOD} or {BAD} into it.")
    looked = []
    for number, row in enumerate(rows, 2):
        word = (row[LOOKS] or "").strip().lower()
        if word not in ("", GOOD, BAD):
            raise ValueError(f"{path}, line {number}: {LOOKS} must be {GOOD} or {BAD}, not {word!r}.")
        if word:
            scores = {name: float(row[name]) for name in names if row.get(name)}
            looked.append(Looked(row.get("person") or "", word == GOOD, scores))
    return looked


def halves(looked: Sequence[Looked]) -> tuple[list[Looked], list[Looked]]:
    """Every second person by name, with all their pictures, and the rest."""
    people = sorted({one.person for one in looked})
    first = set(people[::2])
    return [one for one in looked if one.person in first], [one for one in looked if one.person not in first]


def limits_from(looked: Iterable[Looked], published: Limits) -> dict[str, tuple[float, float]]:
    """For every published score that a good picture has: as far from the best as the worst good one, and a margin."""
    good = [one for one in looked if one.good]
    drawn = {}
    for name, (low, high) in published.items():
        values = [one.scores[name] for one in good if name in one.scores]
        if not values:
            continue
        best = 0.0 if low == 0.0 else 1.0
        farthest = (1 + MARGIN) * max(abs(value - best) for value in values)
        drawn[name] = (
            low if low in (0.0, best) else max(0.0, best - farthest),
            high if high == best else best + farthest,
        )
    return drawn


def tried_on(looked: Iterable[Looked], limits: Limits) -> Tried:
    """How many good and bad pictures there are, and how many of each would not be shown."""
    good, bad, refused = 0, 0, {True: 0, False: 0}
    for one in looked:
        good, bad = good + one.good, bad + (not one.good)
        refused[one.good] += any(not low <= one.scores.get(name, low) <= high for name, (low, high) in limits.items())
    return Tried(good, bad, refused[True], refused[False])
