"""What providers do to a good picture, and what a bad one looks like: made from a picture of the local engine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import PersonAnalysis, Picture
from tryon.engines.local.body import FACE_OVAL


@dataclass(frozen=True, slots=True)
class Case:
    """A photo, the local engine's picture of it, and somebody else."""

    photo: Picture
    result: Picture
    person: PersonAnalysis
    other_photo: Picture
    other_result: Picture
    other: PersonAnalysis


Variant = Callable[[Case], Picture | None]
"""None where it can't be made: no face to replace."""


def moved(scale: float, right: float, down: float) -> Callable[[Picture], Picture]:
    """Scaled about the middle and shifted by shares of the width and height."""

    def move(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        matrix = np.array(((scale, 0, (1 - scale) * width / 2 + right * width),
                           (0, scale, (1 - scale) * height / 2 + down * height)))  # fmt: skip
        return _u8(cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC,
                                  borderMode=cv2.BORDER_REPLICATE))  # fmt: skip

    return move


def redrawn(picture: Picture) -> Picture:
    """Smoothed and sharpened anew at a provider's own size, with a grain of its own."""
    height, width = picture.shape[:2]
    scale = min(1.0, 896 / max(height, width))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.bilateralFilter(small, 5, 18, 2.0)
    small = cv2.addWeighted(small, 1.35, cv2.GaussianBlur(small, (0, 0), 1.2), -0.35, 0)
    grain = np.random.default_rng(3).normal(0, 1.5, small.shape)
    large = cv2.resize(np.clip(small + grain, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    return _u8(large)


def wobbled(share: float) -> Callable[[Picture], Picture]:
    """Bent softly, as redrawn pictures are, by at most that share of the width."""

    def wobble(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        chance = np.random.default_rng(7)
        coarse = chance.uniform(-1, 1, (7, 7, 2)).astype(np.float32) * share * width
        flow = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        return _u8(cv2.remap(picture, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_CUBIC,
                             borderMode=cv2.BORDER_REPLICATE))  # fmt: skip

    return wobble


def relit(picture: Picture) -> Picture:
    """Warmer and brighter."""
    return _u8(np.clip(255 * (picture / 255.0) ** 0.92 * (1.04, 1.0, 0.95), 0, 255))


def relit_from_the_side(picture: Picture) -> Picture:
    fall = np.linspace(1.08, 0.92, picture.shape[1])[None, :, None]
    return _u8(np.clip(picture * fall, 0, 255))


def smaller(picture: Picture) -> Picture:
    return _u8(cv2.resize(picture, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA))


def compressed(picture: Picture) -> Picture:
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return _u8(cv2.imdecode(encoded, cv2.IMREAD_COLOR))


def drifted(picture: Picture) -> Picture:
    """Everything a little."""
    return compressed(relit(wobbled(0.0015)(redrawn(moved(1.008, 0.004, -0.003)(picture)))))


def _of_result(change: Callable[[Picture], Picture]) -> Variant:
    return lambda case: change(case.result)


GENUINE: Final[dict[str, Variant]] = {
    "as it was made": lambda case: case.result,
    "compressed": _of_result(compressed),
    "smaller": _of_result(smaller),
    "redrawn": _of_result(redrawn),
    "shifted by 1 %": _of_result(moved(1.0, 0.01, -0.005)),
    "larger by 1.5 %": _of_result(moved(1.015, 0.0, 0.0)),
    "wobbled by 0.2 %": _of_result(wobbled(0.002)),
    "relit": _of_result(relit),
    "relit from the side": _of_result(relit_from_the_side),
    "everything a little": _of_result(drifted),
}


# ---- bad ones


def _somebody_else(case: Case) -> Picture:
    """Another person's try-on, cut to the photo's proportions."""
    height, width = case.result.shape[:2]
    tall, wide = case.other_result.shape[:2]
    scale = max(height / tall, width / wide)
    large = cv2.resize(case.other_result, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return _u8(large[max(top, 0) :, max(left, 0) :][:height, :width])


def _other_face(case: Case) -> Picture | None:
    """Another person's face in the place of this one's, its light and edges blended in."""
    if case.person.face is None or case.other.face is None:
        return None
    mine = case.person.face * (case.result.shape[1] / case.person.picture.shape[1])
    theirs = case.other.face
    inside = (mine > 2).all() and (mine < (case.result.shape[1] - 3, case.result.shape[0] - 3)).all()
    if not inside or (theirs < 0).any():
        return None
    matrix, _ = cv2.estimateAffinePartial2D(theirs, mine, method=cv2.LMEDS)
    size = (case.result.shape[1], case.result.shape[0])
    laid = cv2.warpAffine(case.other.picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(mine[list(FACE_OVAL)]).astype(np.int32), 255)
    left, top, wide, tall = cv2.boundingRect(mask)
    centre = (left + wide // 2, top + tall // 2)
    return _u8(cv2.seamlessClone(_u8(laid), case.result, mask, centre, cv2.NORMAL_CLONE))


def _face_blurred(case: Case) -> Picture | None:
    if case.person.face is None:
        return None
    mine = case.person.face * (case.result.shape[1] / case.person.picture.shape[1])
    mask = np.zeros(case.result.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(mine[list(FACE_OVAL)]).astype(np.int32), 1)
    wide = float(np.ptp(mine[:, 0]))
    blurred = cv2.GaussianBlur(case.result, (0, 0), 0.12 * wide)
    return _u8(np.where(mask[..., None] > 0, blurred, case.result))


def _other_background(case: Case) -> Picture:
    height, width = case.result.shape[:2]
    matte = cv2.resize(case.person.matte, (width, height))[..., None]
    behind = cv2.resize(cv2.GaussianBlur(case.other_photo, (0, 0), 6), (width, height))[:, ::-1]
    return _u8(case.result * matte + behind * (1 - matte))


def _somebody_added(case: Case) -> Picture:
    """Another person, seven tenths as tall as the picture, beside this one."""
    height, width = case.result.shape[:2]
    scale = 0.7 * height / case.other.picture.shape[0]
    figure = cv2.resize(case.other.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    matte = cv2.resize(case.other.matte, figure.shape[1::-1])
    cut = min(figure.shape[1], width)
    made = case.result.astype(np.float32)
    part = made[height - figure.shape[0] :, :cut]
    left = (figure.shape[1] - cut) // 2
    share = matte[:, left : left + cut, None]
    part[:, : cut // 2] = (figure[:, left : left + cut] * share + part * (1 - share))[:, cut // 2 :][:, : cut // 2]
    return _u8(made)


BAD: Final[dict[str, Variant]] = {
    "another person": _somebody_else,
    "another face": _other_face,
    "face blurred": _face_blurred,
    "the photo as it was": lambda case: case.photo,
    "the photo redrawn": lambda case: redrawn(case.photo),
    "mirrored": _of_result(lambda picture: _u8(picture[:, ::-1])),
    "zoomed in by 5 %": _of_result(moved(1.05, 0.0, 0.0)),
    "zoomed in by 10 %": _of_result(moved(1.10, 0.0, 0.0)),
    "zoomed in by 15 %": _of_result(moved(1.15, 0.0, 0.0)),
    "zoomed out by 8 %": _of_result(moved(0.92, 0.0, 0.0)),
    "shifted by 5 %": _of_result(moved(1.0, 0.05, 0.03)),
    "shifted by 10 %": _of_result(moved(1.0, -0.10, 0.0)),
    "cut to other proportions": _of_result(lambda picture: _u8(picture[: int(picture.shape[0] * 0.85)])),
    "another background": _other_background,
    "somebody added": _somebody_added,
}


def _u8(picture: np.ndarray) -> Picture:  # type: ignore[type-arg]
    return np.ascontiguousarray(np.rint(picture) if picture.dtype != np.uint8 else picture, dtype=np.uint8)
