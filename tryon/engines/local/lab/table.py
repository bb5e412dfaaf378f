"""Writes what was measured as CSV: one row a combination or a pair."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from tryon.engines.local.lab.fairness import Treatment
from tryon.engines.local.lab.folders import Combination
from tryon.engines.local.lab.pairs import Likeness, PairScore
from tryon.engines.local.lab.recorder import Outcome

Row = dict[str, object]


def write_outcomes(path: Path, combinations: Sequence[Combination], outcomes: Sequence[Outcome]) -> None:
    """A row for every combination: what it was, the answer's code, the seconds of every stage, every score."""
    rows: list[Row] = []
    for what, answer in zip(combinations, outcomes, strict=True):
        row: Row = {"person": what.person.name, "garment": what.garment.name, "category": what.category}
        row |= {"code": answer.code, "reason": answer.reason, "seconds": round(answer.seconds, 3)}
        row |= {f"seconds_{stage}": value for stage, value in answer.stages.items()}
        row |= {name: round(value, 4) for name, value in answer.scores.items()}
        rows.append(row)
    _write(path, rows)


def write_pairs(path: Path, scored: Sequence[PairScore]) -> None:
    """A row for every pair, with its figures at both sizes."""
    rows: list[Row] = []
    for score in scored:
        row: Row = {"pair": score.name, "code": score.code, "reason": score.reason, "mask": score.mask}
        for name, likeness in (("small", score.small), ("full", score.full)):
            row |= _columns(name, likeness)
        row |= {"changed_outside": score.changed_outside, "enlarged": score.enlarged, "seconds": score.seconds}
        row |= {check: round(value, 4) for check, value in score.scores.items()}
        rows.append(row)
    _write(path, rows)


def write_treatments(path: Path, treated: Mapping[Path, Treatment]) -> None:
    """A row for every person: their tone on the Monk scale, and how they fared."""
    rows: list[Row] = []
    for person, one in treated.items():
        row: Row = {"person": person.name, "monk_tone": one.tone, "tries": one.tries, "refused": round(one.refused, 4)}
        rows.append(row | ({} if one.colour_error is None else {"colour_error": round(one.colour_error, 4)}))
    _write(path, rows)


def _columns(name: str, likeness: Likeness | None) -> Row:
    if likeness is None:
        return {}
    size = f"{likeness.size[0]}x{likeness.size[1]}"
    figures = {"ssim": likeness.whole, "ssim_inside": likeness.inside, "ssim_flat": likeness.flat}
    return {f"{name}_size": size} | {f"{name}_{key}": round(value, 4) for key, value in figures.items()}


def _write(path: Path, rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
