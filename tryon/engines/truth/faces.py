"""Is this the same face? The mesh's shape, and how alike the two look once one is laid on the other."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture, Points
from tryon.engines.local.body import FACE_OVAL
from tryon.engines.local.face import LEFT_EYE_CORNER, RIGHT_EYE_CORNER
from tryon.engines.truth.frame import Mask

Floats = NDArray[np.float32]

SIDE_EYES: Final = 2.6
"""Side of the square that is compared, in distances between the outer corners of the eyes."""
SIDE_PX: Final = (40, 112)
"""Least and most pixels of that square: a small face is not blown up."""
WHOLE: Final = 0.97
"""Share of the mesh that lies in the frame of a face that counts as seen."""
LEAST_SEEN: Final = 0.08
"""Of the square: less of a face tells nothing."""
BANDS: Final = ((0.015, 0.06), (0.04, 0.15))
"""Finest and coarsest blur (share of the square) of the details that are compared: eyes and mouth, then the relief."""
STEPS: Final = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 1e-4


def shape_difference(photo: Points, candidate: Points) -> float:
    """Root mean square distance of the meshes' points once one is laid on the other, in distances of the eyes."""
    matrix, _ = cv2.estimateAffinePartial2D(candidate, photo, method=cv2.LMEDS)
    if matrix is None:
        return 1.0
    laid = candidate @ matrix[:, :2].T + matrix[:, 2]
    return float(np.sqrt(np.mean(np.sum((laid - photo) ** 2, axis=1))) / _eyes(photo))


def offset(photo: Points, candidate: Points) -> float:
    """How far the middle of the face has moved, in distances of the eyes."""
    return float(np.linalg.norm(candidate.mean(0) - photo.mean(0)) / _eyes(photo))


def is_whole(mesh: Points, size: tuple[int, int]) -> bool:
    """Whether the frame (height, width) shows all of the face; the mesh of one that is cut off is a guess."""
    return bool(((mesh >= 0).all(1) & (mesh < size[::-1]).all(1)).mean() >= WHOLE)


def laid_by_mesh(photo: Points, candidate: Points) -> NDArray[np.float64] | None:
    """(2, 3): lays the candidate's face on the photo's."""
    return cv2.estimateAffinePartial2D(candidate, photo, method=cv2.LMEDS)[0]  # type: ignore[no-any-return]


def likeness(
    photo: Picture, candidate: Picture, mesh: Points, to_photo: NDArray[np.floating], oval: Mask
) -> tuple[float, float] | None:
    """Correlation (-1..1) of fine and of coarse details of the two faces; None where too little of one is seen.

    `mesh` is in the photo's pixels, `to_photo` lays the candidate on it; `oval` is what of the photo's face counts, at
    any size.
    """
    side = int(np.clip(round(SIDE_EYES * _eyes(mesh)), *SIDE_PX))
    square = _to_square(mesh, side)
    to_square = square @ np.vstack((to_photo, (0, 0, 1)))
    mine, theirs = _cut(photo, square[:2], side), _cut(candidate, to_square[:2], side)
    large = cv2.resize(oval.astype(np.uint8), photo.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    counted = cv2.warpAffine(large, square[:2], (side, side), flags=cv2.INTER_NEAREST) > 0
    if counted.mean() < LEAST_SEEN:
        return None
    theirs = _laid_on(mine, theirs)
    fine, coarse = (_correlation(_band(mine, *band, side), _band(theirs, *band, side), counted) for band in BANDS)
    return fine, coarse


def _eyes(mesh: Points) -> float:
    return max(1.0, float(np.linalg.norm(mesh[LEFT_EYE_CORNER] - mesh[RIGHT_EYE_CORNER])))


def _to_square(mesh: Points, side: int) -> NDArray[np.float64]:
    """(3, 3): upright by the eyes, the oval's middle in the square's middle."""
    right, left = mesh[RIGHT_EYE_CORNER], mesh[LEFT_EYE_CORNER]
    across = left - right
    scale = side / (SIDE_EYES * _eyes(mesh))
    angle = float(np.arctan2(across[1], across[0]))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array(((cos, sin), (-sin, cos)))
    oval = mesh[list(FACE_OVAL)]
    shift = side / 2 - turn @ oval.mean(0)
    return np.array(((*turn[0], shift[0]), (*turn[1], shift[1]), (0.0, 0.0, 1.0)))


def _cut(picture: Picture, matrix: NDArray[np.float64], side: int) -> Floats:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    shrink = float(np.hypot(matrix[0, 0], matrix[0, 1]))
    if shrink < 0.6:
        grey = cv2.GaussianBlur(grey, (0, 0), 0.4 / shrink)
    cut = cv2.warpAffine(grey, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.log(cut.astype(np.float32) + 12.0), np.float32)


def _laid_on(mine: Floats, theirs: Floats) -> Floats:
    """The meshes err by a pixel or two: what is left is found in the pictures."""
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, matrix = cv2.findTransformECC(
            mine, theirs, start, cv2.MOTION_EUCLIDEAN, STEPS, np.full(theirs.shape, 255, np.uint8), 5
        )
    except cv2.error:
        return theirs
    if np.abs(matrix[:, 2]).max() > 0.08 * len(mine) or abs(float(matrix[0, 1])) > 0.1:
        return theirs
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(theirs, matrix, theirs.shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _band(picture: Floats, fine: float, coarse: float, side: int) -> Floats:
    return np.asarray(
        cv2.GaussianBlur(picture, (0, 0), max(0.6, fine * side)) - cv2.GaussianBlur(picture, (0, 0), coarse * side),
        np.float32,
    )


def _correlation(one: Floats, other: Floats, counted: Mask) -> float:
    a, b = one[counted] - one[counted].mean(), other[counted] - other[counted].mean()
    return float((a @ b) / max(float(np.sqrt((a @ a) * (b @ b))), 1e-6))
