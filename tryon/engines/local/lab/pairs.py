"""Scores an engine on pairs where the true picture is known: the person of the photo wears the garment already.

A pair is a folder with `person.jpg`, `garment.jpg` and, where there is one, `agnostic_mask.png`: white where a try-on
may repaint. Without it, the region the engine itself changed takes the mask's place for the figures inside the mask.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category, Engine, Garment, TryOnRequest
from tryon.engines.errors import EngineError
from tryon.engines.local.analysis import Picture
from tryon.engines.local.engine import read_picture
from tryon.engines.local.lab.likeness import similarity

SMALL: Final = (384, 512)
"""Width and height at which the field reports its figures."""

LEAST_HEIGHT_PX: Final = 512
"""Smaller photos are enlarged to this before they are dressed, and the result is reduced again: the engine refuses
people of a few dozen pixels, which no shopper sends."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Likeness:
    """SSIM against the true photo at one size."""

    size: tuple[int, int]
    """Width, height."""
    whole: float
    inside: float
    """In the masked region only."""
    flat: float
    """The whole frame where the masked region is painted its own mean colour: what knowing nothing scores."""


@dataclass(frozen=True, slots=True)
class PairScore:
    name: str
    code: str
    """"dressed", or the code of the refusal; then there are no figures."""
    reason: str = ""
    full: Likeness | None = None
    small: Likeness | None = None
    """At 384 × 512; None where the photo is that size or smaller."""
    mask: Literal["published", "changed"] = "published"
    changed_outside: float | None = None
    """Share of the pixels outside the published mask that differ from the photo; None without such a mask."""
    enlarged: float = 1.0
    """The photo was given to the engine so many times larger, and its result reduced again."""
    seconds: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)


def score_pairs(engine: Engine, folder: Path, category: Category = "tops") -> list[PairScore]:
    """Dress every pair below `folder`, in the order of their names; a refusal is a row with its code."""
    pairs = sorted(path.parent for path in folder.glob("*/person.*"))
    return [score_pair(engine, pair, category) for pair in pairs]


def score_pair(engine: Engine, pair: Path, category: Category) -> PairScore:
    truth, product = _read(pair, "person"), _read(pair, "garment")
    factor = max(1.0, LEAST_HEIGHT_PX / truth.shape[0])
    photo, garment = _encoded(truth, factor), _encoded(product, factor)
    try:
        made = engine.dress(TryOnRequest(photo, (Garment(garment, category),)))
    except EngineError as refusal:
        return PairScore(pair.name, refusal.code, refusal.reason, enlarged=factor)
    result, changed = _compared(truth, photo, made.picture)
    published = _read_mask(pair / "agnostic_mask.png", truth)
    mask = changed if published is None else published
    return PairScore(
        pair.name,
        "dressed",
        full=likeness(truth, result, mask),
        small=_at_small_size(truth, result, mask),
        mask="changed" if published is None else "published",
        changed_outside=None if published is None else float(changed[~published].mean()),
        enlarged=round(factor, 2),
        seconds=round(sum(made.seconds.values()), 3),
        scores=dict(made.scores),
    )


def _compared(truth: Picture, given: bytes, answer: bytes) -> tuple[Picture, Mask]:
    """The result at the size of the true photo, and where it differs from what the engine was given.

    Reducing an enlarged result alters every pixel a little; what the engine left alone is taken from the true photo.
    """
    before, after = read_picture(given), read_picture(answer)
    assert before is not None
    assert after is not None
    changed = (before != after).any(axis=2)
    size = (truth.shape[1], truth.shape[0])
    if after.shape == truth.shape:
        return after, changed
    changed = cv2.resize(changed.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    return np.where(changed[..., None], _resized(after, size), truth), changed


def likeness(truth: Picture, result: Picture, mask: Mask) -> Likeness:
    flat = truth.copy()
    if mask.any():
        flat[mask] = np.rint(truth[mask].mean(axis=0)).astype(np.uint8)
    height, width = truth.shape[:2]
    return Likeness(
        (width, height), similarity(truth, result), similarity(truth, result, mask), similarity(truth, flat)
    )


def _at_small_size(truth: Picture, result: Picture, mask: Mask) -> Likeness | None:
    if truth.shape[1] < SMALL[0] or truth.shape[0] < SMALL[1] or truth.shape[1::-1] == SMALL:
        return None
    shrunk = cv2.resize(mask.astype(np.uint8), SMALL, interpolation=cv2.INTER_NEAREST) > 0
    return likeness(_resized(truth, SMALL), _resized(result, SMALL), shrunk)


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _read(pair: Path, name: str) -> Picture:
    """Raises FileNotFoundError, or ValueError where the file is no picture."""
    found = sorted(pair.glob(f"{name}.*"))
    if not found:
        raise FileNotFoundError(2, "no such picture", str(pair / f"{name}.jpg"))
    picture = read_picture(found[0].read_bytes())
    if picture is None:
        raise ValueError(f"{found[0]} is no picture")
    return picture


def _encoded(picture: Picture, factor: float) -> bytes:
    """As PNG, enlarged by the factor."""
    if factor > 1:
        picture = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
    return cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def _read_mask(path: Path, truth: Picture) -> Mask | None:
    """The published mask at the photo's size, or None where there is none."""
    picture = read_picture(path.read_bytes()) if path.exists() else None
    if picture is None:
        return None
    size = (truth.shape[1], truth.shape[0])
    return np.asarray(cv2.resize(picture[..., 0], size, interpolation=cv2.INTER_NEAREST) > 127)


def means(scored: Sequence[PairScore]) -> dict[tuple[int, int], tuple[int, Likeness]]:
    """For every size: how many pairs have figures at it, and their means; smallest first."""
    by_size: dict[tuple[int, int], list[Likeness]] = {}
    for score in scored:
        for found in (score.small, score.full):
            if found is not None:
                by_size.setdefault(found.size, []).append(found)
    return {size: (len(found), _mean(found)) for size, found in sorted(by_size.items())}


def _mean(found: Sequence[Likeness]) -> Likeness:
    return Likeness(
        found[0].size,
        statistics.fmean(one.whole for one in found),
        statistics.fmean(one.inside for one in found),
        statistics.fmean(one.flat for one in found),
    )
